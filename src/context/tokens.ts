import { LeaktrailError } from '../error.js';

/** OpenAI's encodings, newest first. */
export const ENCODINGS = ['o200k_base', 'o200k_harmony', 'cl100k_base', 'p50k_base', 'r50k_base'] as const;
export type Encoding = (typeof ENCODINGS)[number];

/** Counts tokens. What it has counted once it remembers, a line at a time. */
export interface TokenCounter {
  /** The encoding, or `estimate`. */
  readonly name: Encoding | 'estimate';
  /** False where the model's tokenizer is not public and the count is meant to be too high rather than too low. */
  readonly exact: boolean;
  /** Tokens of a text. A special token's name in it (`<|endoftext|>`) counts as the characters that it is. */
  count(text: string): number;
  /** Tokens of lines that each end with a newline: the same as `count` of them joined, from remembered parts. */
  countLines(lines: readonly string[]): number;
  /**
   * Whether a text can be cut between two of its lines without changing the count: the tokens of both sides add up to
   * the tokens of the whole.
   */
  cutsBetween(line: string, next: string): boolean;
}

/** Loads the counter of an encoding. Its ranks are megabytes, so that nothing is loaded before this is called. */
export async function loadCounter(encoding: Encoding): Promise<TokenCounter> {
  let counter = loaded.get(encoding);
  if (counter === undefined) {
    counter = makeCounter(encoding);
    loaded.set(encoding, counter);
  }
  return counter;
}
const loaded = new Map<Encoding, Promise<TokenCounter>>();

/** The encoding of that name. Throws a `LeaktrailError` that lists the names for any other. */
export function encodingNamed(name: string): Encoding {
  const encoding = ENCODINGS.find((known) => known === name);
  if (encoding !== undefined) return encoding;
  throw new LeaktrailError('usage', `no token encoding is called ${JSON.stringify(name)}`, {
    hint: `use one of ${ENCODINGS.join(', ')}`,
  });
}

/** Whose ranks and whose pattern an encoding has. */
const PARTS = {
  o200k_base: { ranks: 'o200k_base', pattern: 'O200K' },
  o200k_harmony: { ranks: 'o200k_base', pattern: 'O200K' },
  cl100k_base: { ranks: 'cl100k_base', pattern: 'CL100K' },
  p50k_base: { ranks: 'p50k_base', pattern: 'R50K' },
  r50k_base: { ranks: 'r50k_base', pattern: 'R50K' },
} as const;

async function makeCounter(encoding: Encoding): Promise<TokenCounter> {
  const { ranks, pattern } = PARTS[encoding];
  const [patterns, { loadRanks }, { countPieces }] = await Promise.all([
    import('gpt-tokenizer/encodingParams/constants'),
    import('./ranks.js'),
    import('./byte-pair.js'),
  ]);
  const pieces = withUnicodeSpace(patterns[`${pattern}_TOKEN_SPLIT_REGEX`]);
  const known = await loadRanks(ranks);
  const countWord = (word: string) => countPieces(word, pieces, known);
  return pattern === 'R50K'
    ? rememberingCounter(encoding, true, byWords(countWord), spaceCuts)
    : rememberingCounter(encoding, true, byWords(digitsAlike(countWord)), newlineCuts);
}

/**
 * Counts a text word by word, and each word once. In all of these encodings a space begins a new piece when it follows
 * a character that is none: pieces have spaces before other characters, never behind them.
 */
function byWords(count: (word: string) => number): (text: string) => number {
  const words = memory(count);
  return (text) => {
    let tokens = 0;
    let first = 0;
    for (let at = text.indexOf(' ', 1); at !== -1; at = text.indexOf(' ', at + 1)) {
      const before = text.charCodeAt(at - 1);
      if (before <= SPACE || before >= DELETE) continue;
      tokens += words(text.slice(first, at));
      first = at;
    }
    return tokens + words(text.slice(first));
  };
}

/**
 * Counts words that differ in digits alone once: o200k and cl100k cut numbers into groups of up to three digits, and
 * every such group is one token.
 */
function digitsAlike(count: (word: string) => number): (word: string) => number {
  const kinds = memory(count);
  return (word) => kinds(word.replace(/[1-9]/g, '0'));
}

/**
 * The encodings mean Unicode's space, as the regular expressions of tiktoken do: with U+0085, which is none in
 * JavaScript, and without U+FEFF, which is one there.
 */
const UNICODE_SPACE = String.raw`\t-\r\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000`;

function withUnicodeSpace({ source, flags }: RegExp): RegExp {
  const unicode = source
    .replaceAll(String.raw`[^\s`, `[^${UNICODE_SPACE}`)
    .replaceAll(String.raw`\s`, `[${UNICODE_SPACE}]`)
    .replaceAll(String.raw`\S`, `[^${UNICODE_SPACE}]`);
  return new RegExp(unicode, flags);
}

/**
 * The patterns of o200k and cl100k take whitespace up to its last line end as one piece, and let line ends (and, in
 * o200k, slashes) follow punctuation. So after a line end a piece always ends, unless the next line is blank or
 * starts with a slash.
 */
function newlineCuts(_line: string, next: string): boolean {
  const first = next.charCodeAt(0);
  if (first > SPACE && first < DELETE) return first !== SLASH;
  return /^(?:[^\s\x85/]|[^\S\r\n]+[^\s\x85])/.test(next);
}

const [SPACE, SLASH, DELETE] = [32, 47, 127];

/** The older patterns see any whitespace as one: a lone line end is its own piece between two other characters. */
function spaceCuts(line: string, next: string): boolean {
  return /\S$/.test(line) && /^\S/.test(next);
}

/** Characters of a text that is remembered, and of all texts that are. */
const REMEMBERED = { each: 16_384, all: 2 ** 24 };

/** A counter that counts the same line only once. `cuts` must say true only where counts add up. */
export function rememberingCounter(
  name: TokenCounter['name'],
  exact: boolean,
  count: (text: string) => number,
  cuts: (line: string, next: string) => boolean,
): TokenCounter {
  const lineCounts = memory((line) => count(`${line}\n`));
  const partCounts = memory(count);
  return {
    name,
    exact,
    count,
    cutsBetween: cuts,
    countLines: (lines) => {
      let tokens = 0;
      let first = 0;
      for (let at = 1; at <= lines.length; at++) {
        if (at < lines.length && !cuts(lines[at - 1] as string, lines[at] as string)) continue;
        tokens +=
          at - first === 1
            ? lineCounts(lines[first] as string)
            : partCounts(`${lines.slice(first, at).join('\n')}\n`);
        first = at;
      }
      return tokens;
    },
  };
}

/** Remembers what a function gave for a text, and forgets all when that gets too much. */
function memory(count: (text: string) => number): (text: string) => number {
  const known = new Map<string, number>();
  let characters = 0;
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    const tokens = count(text);
    if (text.length > REMEMBERED.each) return tokens;
    if (characters > REMEMBERED.all) {
      known.clear();
      characters = 0;
    }
    known.set(text, tokens);
    characters += text.length;
    return tokens;
  };
}
