/**
 * A piece of a citation. `number` is a run of digits that could be a record number; `id` a qualified record id such
 * as `QDR.01:351`; `other` holds digits that can be no record number: addresses, times, versions, sizes such as `32B`.
 */
export interface Token {
  readonly kind: 'number' | 'id' | 'word' | 'han' | 'sign' | 'other';
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** A line begins between the token before and this one. */
  readonly startsLine: boolean;
}

const HAN_PARTICLE = '(?:以及|还有|和|与|及|或|跟|至|到|第)';

const PATTERNS: readonly (readonly [Token['kind'], string])[] = [
  ['other', '0x[0-9a-f]+'],
  ['other', '={2,}\\d+={2,}'],
  ['other', '\\d{4}-\\d{2}-\\d{2}(?:T[\\d:.]+Z?)?'],
  ['other', '\\d{1,2}:\\d{2}:\\d{2}(?:[.,]\\d+)?'],
  ['id', '(?:[a-z_][\\w.-]*:)?(?:\\d+(?:\\.\\d+)?|\\?):\\d+(?![\\w:])'],
  ['id', '[a-z_][\\w.-]*:\\d+(?![\\w:])'],
  ['other', '\\d+(?:\\.\\d+)+(?::\\d+)?'],
  ['other', '\\d+[a-z_]\\w*'],
  ['number', '\\d+'],
  ['word', '~?[a-z_$][\\w.$~@-]*(?:/[a-z_.][\\w.$~@-]*)*'],
  // Particles that join or count stand for themselves.
  ['han', `至少|至多|${HAN_PARTICLE}|(?:(?!${HAN_PARTICLE})[\\u3400-\\u9fff])+`],
  ['sign', '[^\\s]'],
];

const TOKEN = new RegExp(PATTERNS.map(([, pattern]) => `(${pattern})`).join('|'), 'giu');

/** The tokens of `text` from `from` to `to`. Each character is looked at a bounded number of times. */
export function citationTokens(text: string, from: number, to: number): Token[] {
  const tokens: Token[] = [];
  const region = text.slice(from, to);
  let before = 0;
  for (const match of region.matchAll(TOKEN)) {
    const index = match.slice(1).findIndex((group) => group !== undefined);
    const kind = PATTERNS[index]?.[0] ?? 'sign';
    const startsLine = region.slice(before, match.index).includes('\n');
    before = match.index + match[0].length;
    // A sentence's full stop belongs to no word.
    const trimmed = kind === 'word' ? match[0].replace(/[./@-]+$/, '') : match[0];
    tokens.push({
      kind,
      text: trimmed,
      start: from + match.index,
      end: from + match.index + trimmed.length,
      startsLine,
    });
  }
  return tokens;
}

/** How a word is written in the tables of words: lower case. */
export function wordOf(token: Token | undefined): string {
  return token?.kind === 'word' ? token.text.toLowerCase() : '';
}
