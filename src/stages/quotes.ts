import type { LogText } from '../log/text.js';
import { readReplyText } from './reply-text.js';

/** Lines that a reply quotes as a log's, and how many of them really stand in it. */
export interface QuoteCheck {
  readonly quoted: number;
  readonly found: number;
}

/** Lines that only a report of a memory checker has; quoted anywhere, they claim to be from the log. */
const REPORT_LINE =
  /(?:bytes? in [\d,]+ blocks?|byte\(s\) in \d+ object\(s\)|\b(?:at|by) 0x[\da-f]+:|#\d+ 0x[\da-f]+|^={2}\d+={2}|\bLEAK SUMMARY\b)/i;
/** How a line of an application's log begins: with a date or a time. */
const TIMED_LINE =
  /^\W*(?:\d{4}-\d\d-\d\d|\w{3} \w{3} [ \d]\d \d\d:\d\d|\w{3} [ \d]\d \d\d:\d\d|\d\d:\d\d:\d\d|\[?\d{9,}[.:])/;
/** A quoted line that was cut short. */
const CUT_END = /\s*(?:\.{3}|…)\s*$/;
const INLINE_CODE = /`([^`\n]{8,400})`/g;

/**
 * Makes a check of replies against logs: lines of code fences and block quotes that look like lines of a log, and
 * lines of a report between backticks. White space, addresses and process ids may differ, and a quoted line may be
 * part of a longer one. A line that is quoted twice counts twice. The logs are read once, with the first quotation;
 * a check is linear in the reply and the logs.
 */
export function quoteChecker(logs: readonly LogText[]): (reply: string) => QuoteCheck {
  let logLines: string[] | null = null;
  return (reply) => {
    const quotes = quotedLines(reply)
      .map((line) => comparable(line.replace(CUT_END, '')))
      .filter((line) => line !== '');
    if (quotes.length === 0) return { quoted: 0, found: 0 };
    logLines ??= logs.flatMap((log) => log.range(1, log.lineCount).map(comparable));
    const found = quotesIn(logLines, quotes);
    return { quoted: quotes.length, found: quotes.filter((quote) => found.has(quote)).length };
  };
}

/** The quotes that stand in some line. */
function quotesIn(lines: readonly string[], quotes: readonly string[]): Set<string> {
  const open = new Map<string, Set<string>>();
  for (const quote of quotes) {
    const anchor = anchorOf(quote);
    open.set(anchor, (open.get(anchor) ?? new Set()).add(quote));
  }
  const found = new Set<string>();
  for (const line of lines) {
    if (open.size === 0) break;
    for (const word of new Set(line.split(' '))) {
      const waiting = open.get(word);
      if (waiting === undefined) continue;
      for (const quote of waiting) {
        if (!standsIn(quote, line)) continue;
        found.add(quote);
        waiting.delete(quote);
      }
      if (waiting.size === 0) open.delete(word);
    }
  }
  return found;
}

function quotedLines(reply: string): string[] {
  const { raw, text, lines } = readReplyText(reply);
  const quoted: string[] = [];
  for (const { start, end, fenced } of lines) {
    const line = raw.slice(start, end);
    // Reasoning is blank in the text that is read; what is quoted there is not told to anybody.
    if (!/\S/.test(text.slice(start, end))) continue;
    const block = fenced ? line : /^\s*>\s?(.*)$/.exec(line)?.[1];
    if (block !== undefined) {
      if (REPORT_LINE.test(block) || TIMED_LINE.test(block)) quoted.push(block);
      continue;
    }
    for (const [, code = ''] of line.matchAll(INLINE_CODE)) {
      if (REPORT_LINE.test(code) || TIMED_LINE.test(code)) quoted.push(code);
    }
  }
  return quoted;
}

/** A line without process marks and addresses, its white space as single blanks. */
function comparable(line: string): string {
  return line
    .replace(/^[\s>]*(?:==|--|\*\*)\d+(?:==|--|\*\*)/, ' ')
    .replace(/\b0x[\da-f]+\b/gi, '0x')
    .replace(/\s+/g, ' ')
    .trim();
}

/** The longest word of a quote: whole lines of the log are compared only where it occurs. */
function anchorOf(quote: string): string {
  const words = quote.split(' ');
  // The outer words may be torn out of longer ones.
  const inner = words.length > 2 ? words.slice(1, -1) : words;
  return inner.reduce((longest, word) => (word.length > longest.length ? word : longest), '');
}

/** The quote is a part of the line that begins and ends where words do. */
function standsIn(quote: string, line: string): boolean {
  for (let at = line.indexOf(quote); at !== -1; at = line.indexOf(quote, at + 1)) {
    const before = line[at - 1];
    const after = line[at + quote.length];
    if ((before === undefined || !/\w/.test(before)) && (after === undefined || !/\w/.test(after)))
      return true;
  }
  return false;
}
