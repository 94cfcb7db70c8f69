const CLOSER: Readonly<Record<string, string>> = { '{': '}', '<': '>', '[': ']', '(': ')' };
const CLOSERS = '}>])';

/** Where each bracket of a text is closed. */
export interface Brackets {
  /** Offset of the bracket that closes the one at `open`, or null where none does before the paragraph ends. */
  closeOf(open: number): { readonly at: number; readonly matches: boolean } | null;
}

/**
 * Pairs the brackets of a text, each kind by itself, within a paragraph. An opening bracket without its own kind of
 * closing one is closed by the next closing bracket of any kind on its line. Linear.
 */
export function pairBrackets(text: string): Brackets {
  const pairs = new Map<number, number>();
  const open: Record<string, number[]> = { '}': [], '>': [], ']': [], ')': [] };
  const nextCloser = new Map<number, number>();
  let waiting: number[] = [];
  const forget = () => {
    for (const stack of Object.values(open)) stack.length = 0;
  };
  for (const { 0: sign, index } of text.matchAll(/[{}<>[\]()]|\n(?:[ \t]*\n)?/g)) {
    if (sign.startsWith('\n')) {
      waiting = [];
      if (sign.length > 1) forget();
    } else if (CLOSERS.includes(sign)) {
      const start = open[sign]?.pop();
      if (start !== undefined) pairs.set(start, index);
      for (const opener of waiting) nextCloser.set(opener, index);
      waiting = [];
    } else {
      open[CLOSER[sign] as string]?.push(index);
      waiting.push(index);
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
