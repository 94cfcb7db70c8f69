const CLOSER: Readonly<Record<string, string>> = { '{': '}', '<': '>', '[': ']', '(': ')' };
const CLOSERS = '}>])';

/** Where each bracket of a text is closed. */
export interface Brackets {
  /** Offset of the bracket that closes the one at `open`, or null where none does before the paragraph ends. */
  closeOf(open: number): { readonly at: number; readonly matches: boolean } | null;
}

/**
 * Pairs the brackets of a text, each kind by itself, within a paragraph; what stands between backticks pairs only with
 * itself. An opening bracket without its own kind of closing one is closed by the next closing bracket of any kind on
 * its line. Linear.
 */
export function pairBrackets(text: string): Brackets {
  const pairs = new Map<number, number>();
  const nextCloser = new Map<number, number>();
  const outer = new OpenBrackets(pairs, nextCloser);
  for (const { 0: found, index } of text.matchAll(/`[^`\n]+`|[{}<>[\]()]|\n(?:[ \t]*\n)?/g)) {
    if (found.startsWith('\n')) {
      outer.endLine();
      if (found.length > 1) outer.endParagraph();
    } else if (found.startsWith('`')) {
      const inner = new OpenBrackets(pairs, nextCloser);
      for (const bracket of found.matchAll(/[{}<>[\]()]/g)) inner.meet(bracket[0], index + bracket.index);
    } else {
      outer.meet(found, index);
    }
  }
  return {
    closeOf(at) {
      const own = pairs.get(at);
      if (own !== undefined) return { at: own, matches: true };
      const other = nextCloser.get(at);
      return other === undefined ? null : { at: other, matches: false };
    },
  };
}

/** Brackets that are open at some place of a text. */
class OpenBrackets {
  private readonly pairs: Map<number, number>;
  private readonly nextCloser: Map<number, number>;
  private readonly open: { [closer: string]: number[] } = { '}': [], '>': [], ']': [], ')': [] };
  private waiting: number[] = [];

  constructor(pairs: Map<number, number>, nextCloser: Map<number, number>) {
    this.pairs = pairs;
    this.nextCloser = nextCloser;
  }

  meet(sign: string, at: number): void {
    if (!CLOSERS.includes(sign)) {
      this.open[CLOSER[sign] as string]?.push(at);
      this.waiting.push(at);
      return;
    }
    const start = this.open[sign]?.pop();
    if (start !== undefined) this.pairs.set(start, at);
    for (const opener of this.waiting) this.nextCloser.set(opener, at);
    this.waiting = [];
  }

  endLine(): void {
    this.waiting = [];
  }

  endParagraph(): void {
    for (const stack of Object.values(this.open)) stack.length = 0;
  }
}

/**
 * Parts of a list, at its top level: brackets, quotes and backticks hold together what they enclose.
 * Answers offsets into `text`.
 */
export function splitItems(text: string, separator: RegExp = /[,;、\n]/): [start: number, end: number][] {
  const items: [number, number][] = [];
  let depth = 0;
  let quoted = false;
  let start = 0;
  for (let index = 0; index < text.length; index++) {
    const sign = text[index] as string;
    if (sign === '`') quoted = !quoted;
    else if (quoted && sign !== '\n') continue;
    else if (sign in CLOSER) depth++;
    else if (CLOSERS.includes(sign)) depth = Math.max(0, depth - 1);
    else if ((depth === 0 || sign === '\n') && separator.test(sign)) {
      items.push([start, index]);
      start = index + 1;
      depth = 0;
      quoted = false;
    }
  }
  items.push([start, text.length]);
  return items;
}
