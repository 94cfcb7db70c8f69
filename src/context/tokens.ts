import { LeaktrailError } from '../error.js';
import type { PieceCounter, RankTable } from './byte-pair.js';

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

interface Source {
  readonly countTokens: (text: string, options: { disallowedSpecial: Set<string> }) => number;
  readonly ranks: RankTable;
  readonly pattern: RegExp;
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

async function makeCounter(encoding: Encoding): Promise<TokenCounter> {
  const source = await load(encoding);
  const { pieceCounter } = await import('./byte-pair.js');
  const pattern = withUnicodeSpace(source.pattern);
  let countPiece: PieceCounter | undefined;
  const text = { disallowedSpecial: new Set<string>() };
  const countPart = (whole: string): number => {
    const isOdd = ODD_SPACE.test(whole);
    if (!isOdd && (whole.length < RUN || !LONG_RUN.test(whole))) return source.countTokens(whole, text);
    let tokens = 0;
    for (const [piece] of whole.matchAll(pattern)) {
      if (piece.length < LONG && !isOdd) {
        tokens += source.countTokens(piece, text);
      } else {
        countPiece ??= pieceCounter(source.ranks);
        tokens += countPiece(piece);
      }
    }
    return tokens;
  };
  const count = byWords(countPart);
  return isOld(encoding)
    ? rememberingCounter(encoding, true, count, spaceCuts)
    : rememberingCounter(encoding, true, count, newlineCuts, digitsAlike);
}

/**
 * Counts a text word by word, and each word once. In all of these encodings a space begins a new piece when it follows
 * a character that is none: pieces have spaces before other characters, never behind them.
 */
function byWords(count: (text: string) => number): (text: string) => number {
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
 * Characters that are space in JavaScript and not in Unicode, or the other way round. The encodings mean Unicode's, as
 * the regular expressions of tiktoken do.
 */
const ODD_SPACE = /[\u0085\ufeff]/;
const UNICODE_SPACE = String.raw`\t-\r\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000`;

function withUnicodeSpace({ source, flags }: RegExp): RegExp {
  const unicode = source
    .replaceAll(String.raw`[^\s`, `[^${UNICODE_SPACE}`)
    .replaceAll(String.raw`\s`, `[${UNICODE_SPACE}]`)
    .replaceAll(String.raw`\S`, `[^${UNICODE_SPACE}]`);
  return new RegExp(unicode, flags);
}

/** Pieces of at least this many characters go to our own merge, which does not slow down with their length. */
const LONG = 256;

/** Characters of one kind in a row from which on a text is looked at piece by piece. */
const RUN = LONG / 4;

/** A run of characters that no encoding's pattern is sure to split: the only places where long pieces can come from. */
const LONG_RUN = new RegExp(
  [
    String.raw`[\p{L}\p{M}]`,
    String.raw`\p{N}`,
    String.raw`[^\s\p{L}\p{N}]`,
    String.raw`\s`,
    String.raw`[\r\n/]`,
  ]
    .map((kind) => `${kind}{${RUN}}`)
    .join('|'),
  'u',
);

function isOld(encoding: Encoding): boolean {
  return encoding === 'p50k_base' || encoding === 'r50k_base';
}

/**
 * The same text for all texts that differ in digits alone: o200k and cl100k cut numbers into groups of up to three
 * digits, and every such group is one token.
 */
function digitsAlike(text: string): string {
  return text.replace(/[1-9]/g, '0');
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

/**
 * A counter that counts the same line only once. `cuts` must say true only where counts add up; texts for which
 * `alike` gives the same must have the same count.
 */
export function rememberingCounter(
  name: TokenCounter['name'],
  exact: boolean,
  count: (text: string) => number,
  cuts: (line: string, next: string) => boolean,
  alike: (text: string) => string = (text) => text,
): TokenCounter {
  const kinds = memory((line) => count(`${line}\n`));
  const lineCounts = memory((line) => kinds(alike(line)));
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

async function load(encoding: Encoding): Promise<Source> {
  const { CL100K_TOKEN_SPLIT_REGEX, O200K_TOKEN_SPLIT_REGEX, R50K_TOKEN_SPLIT_REGEX } = await import(
    'gpt-tokenizer/encodingParams/constants'
  );
  switch (encoding) {
    case 'o200k_base':
    case 'o200k_harmony': {
      const { countTokens } = await import('gpt-tokenizer/encoding/o200k_base');
      const { default: ranks } = await import('gpt-tokenizer/bpeRanks/o200k_base');
      return { countTokens, ranks, pattern: O200K_TOKEN_SPLIT_REGEX };
    }
    case 'cl100k_base': {
      const { countTokens } = await import('gpt-tokenizer/encoding/cl100k_base');
      const { default: ranks } = await import('gpt-tokenizer/bpeRanks/cl100k_base');
      return { countTokens, ranks, pattern: CL100K_TOKEN_SPLIT_REGEX };
    }
    case 'p50k_base': {
      const { countTokens } = await import('gpt-tokenizer/encoding/p50k_base');
      const { default: ranks } = await import('gpt-tokenizer/bpeRanks/p50k_base');
      return { countTokens, ranks, pattern: R50K_TOKEN_SPLIT_REGEX };
    }
    case 'r50k_base': {
      const { countTokens } = await import('gpt-tokenizer/encoding/r50k_base');
      const { default: ranks } = await import('gpt-tokenizer/bpeRanks/r50k_base');
      return { countTokens, ranks, pattern: R50K_TOKEN_SPLIT_REGEX };
    }
  }
}
