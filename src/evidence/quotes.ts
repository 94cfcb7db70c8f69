import type { MaterialLog } from './material.js';

/** Lines that a reply quotes as the logs', and how many of them really stand there. */
export interface QuoteCount {
  readonly quoted: number;
  readonly found: number;
}

/** What a quoted line begins with: a line of a report, or an event with its time. */
const LOG_LINE =
  /^(?:(?:==|--|\*\*)\d+(?:==|--|\*\*)|[\d,]+ (?:\([^)]{1,60}\) )?bytes in [\d,]+ blocks\b|(?:at|by) 0x[0-9a-f]+:|#\d+ 0x[0-9a-f]+ in\b|(?:Direct|Indirect) leak of \d+ byte|.{0,30}\b\d{2}:\d{2}:\d{2}\b)/i;

/** Signs that Markdown puts around a quoted line. */
const MARKUP = /^[\s>*`-]+|[\s*`]+$/g;

/** Shorter pieces stand in a log by chance. */
const SHORTEST = 8;

/**
 * Makes a check of replies against logs. A line of a reply is taken for a quotation when it begins as log lines do;
 * it is found when some line of a log holds it. Spacing, addresses, the tool's `==pid==` and a cut end (`...`) are
 * forgiven. The logs are read once, with the first quotation.
 */
export function quoteChecker(logs: readonly MaterialLog[]): (reply: string) => QuoteCount {
  let plainLogs: string | null = null;
  return (reply) => {
    const quotations = reply.split('\n').flatMap(quotationOf);
    if (quotations.length > 0) plainLogs ??= logs.map(plainText).join('\n');
    return {
      quoted: quotations.length,
      found: quotations.filter((quotation) => plainLogs?.includes(quotation)).length,
    };
  };
}

function quotationOf(line: string): string[] {
  const bare = line.replace(MARKUP, '');
  if (!LOG_LINE.test(bare)) return [];
  const quotation = plain(bare.replace(/(?:\.{3}|…)$/, ''));
  return quotation.length < SHORTEST ? [] : [quotation];
}

function plainText({ text }: MaterialLog): string {
  return text.range(1, text.lineCount).map(plain).join('\n');
}

/** A line without what is lost or changed when it is copied. */
function plain(line: string): string {
  return line
    .replace(/^\s*(?:==|--|\*\*)\d+(?:==|--|\*\*)/, '')
    .replace(/\b0x[0-9a-f]+/gi, '0x')
    .replace(/\s+/g, ' ')
    .trim();
}
