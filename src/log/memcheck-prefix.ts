/**
 * What Valgrind writes before each line of its own (coregrind/m_libcprint.c): `==pid== ` for reports, `--pid-- ` for
 * its own doings, `**pid** ` for what the program says through it; with a time since the start where
 * `--time-stamp=yes` asks for it (`==00:00:01.234 pid== `), and with a `>` for each Valgrind that runs it in turn.
 */
export interface Prefix {
  readonly kind: 'report' | 'debug' | 'client';
  readonly pid: number;
  /** Characters before the line's own text. */
  readonly length: number;
}

const KINDS = { '==': 'report', '--': 'debug', '**': 'client' } as const;
const TIME = String.raw`(?:\d\d:\d\d:\d\d:\d\d\.\d{3} +)?`;
const PREFIX = new RegExp(String.raw`^>{0,9}(==|--|\*\*)${TIME}(\d{1,10})\1(?: |$)`);
const INNER = new RegExp(String.raw`>{0,9}(==|--|\*\*)${TIME}\d{1,10}\1(?: |$)`, 'g');

/** The prefix that the line begins with, or null. */
export function parsePrefix(line: string): Prefix | null {
  const match = PREFIX.exec(line);
  if (match === null) return null;
  return { kind: KINDS[match[1] as keyof typeof KINDS], pid: Number(match[2]), length: match[0].length };
}

/** Where a prefix stands within the line, behind other text; -1 where none does. */
export function findInnerPrefix(line: string, from: number): number {
  INNER.lastIndex = Math.max(from, 1);
  return INNER.exec(line)?.index ?? -1;
}

/** The bytes of a `==pid== ` without a time, to be found again quickly. */
export class PrefixBytes {
  readonly length: number;
  private readonly first: number;
  private readonly middle: number;
  private readonly last: number;

  /** Three words that overlap cover every prefix of 4 to 12 bytes; longer ones (with a time) never come again. */
  constructor(view: DataView, start: number, end: number) {
    this.length = end - start;
    this.first = view.getInt32(start, true);
    this.middle = view.getInt32(start + Math.min(4, this.length - 4), true);
    this.last = view.getInt32(end - 4, true);
  }

  get recurs(): boolean {
    return this.length <= 12;
  }

  isAt(view: DataView, start: number): boolean {
    return (
      view.getInt32(start, true) === this.first &&
      view.getInt32(start + this.length - 4, true) === this.last &&
      view.getInt32(start + Math.min(4, this.length - 4), true) === this.middle
    );
  }
}

const EQUALS = 61;
const SPACE = 32;
const COLON = 58;
const DOT = 46;
const LONGEST = 40;

/** A report's prefix in bytes. */
export interface ReportPrefix {
  readonly pid: number;
  /** Where the line's own text begins in the buffer. */
  readonly bodyStart: number;
}

/** The `==pid== ` at `start`, with or without a time; null where there is none. */
export function readReportPrefix(buffer: Buffer, start: number, end: number): ReportPrefix | null {
  if (end - start < 5 || buffer[start] !== EQUALS || buffer[start + 1] !== EQUALS) return null;
  if (!isDigit(buffer[start + 2] as number)) return null;
  const limit = Math.min(end, start + LONGEST);
  let pid = 0;
  let digits = 0;
  for (let at = start + 2; at < limit; at++) {
    const byte = buffer[at] as number;
    if (isDigit(byte)) {
      pid = pid * 10 + byte - 48;
      digits++;
    } else if (byte === SPACE || byte === COLON || byte === DOT) {
      pid = 0;
      digits = 0;
    } else if (byte === EQUALS && digits > 0 && digits <= 10 && at + 1 < end && buffer[at + 1] === EQUALS) {
      if (at + 2 === end) return { pid, bodyStart: end };
      return buffer[at + 2] === SPACE ? { pid, bodyStart: at + 3 } : null;
    } else return null;
  }
  return null;
}

function isDigit(byte: number): boolean {
  return byte >= 48 && byte <= 57;
}
