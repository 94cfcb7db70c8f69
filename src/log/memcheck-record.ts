import type { Amount, LeakKind } from './document.js';
import { type Bytes, bytesOf } from './line-splitter.js';
import { sameBytes } from './line-table.js';

/** The first line of a loss record, as figures. */
export interface RecordHeadline {
  readonly kind: LeakKind;
  readonly bytes: number;
  readonly blocks: number;
  readonly directBytes: number;
  readonly indirectBytes: number;
  readonly delta: Amount | null;
  readonly number: number;
  /** How many records the leak check counted (`of 2,275`). */
  readonly of: number;
  /** Where the line ends in its buffer. */
  readonly end: number;
}

const ASCII = { zero: 48, nine: 57, comma: 44, plus: 43, minus: 45, open: 40, space: 32 };

const phrase = (text: string): Bytes => bytesOf(Buffer.from(text));
const DIRECT_FOLLOWS = phrase(' (');
const DIRECT = phrase(' direct, ');
const INDIRECT = phrase(' indirect)');
const BYTES = [phrase(' bytes in '), phrase(' byte in ')] as const;
const BLOCKS = [phrase(' blocks are '), phrase(' block is ')] as const;
const KINDS: readonly (readonly [kind: LeakKind, printed: Bytes])[] = [
  ['definitely-lost', phrase('definitely lost')],
  ['indirectly-lost', phrase('indirectly lost')],
  ['possibly-lost', phrase('possibly lost')],
  ['still-reachable', phrase('still reachable')],
];
const RECORD = [phrase(' in loss record '), phrase(' in new loss record ')] as const;
const OF = phrase(' of ');
const CLOSE = phrase(')');

/**
 * Reads the first line of a loss record from its bytes (memcheck/mc_errors.c, `Err_Leak`), without making a string:
 * `1,234 (+200) (1,000 (+200) direct, 234 (+0) indirect) bytes in 5 (+1) blocks are definitely lost in new loss
 * record 7 of 9`. The deltas are there when the leak check is not the process's first. Null when the bytes from
 * `start` on are no such line; the line may go on behind the headline's `end`, which is for the caller to look at.
 */
export function parseRecordHeadline(line: Bytes, start: number, limit: number): RecordHeadline | null {
  const cursor = new Cursor(line, start, limit);
  const bytes = cursor.number();
  if (bytes < 0) return null;
  const bytesDelta = cursor.delta();
  let directBytes = bytes;
  let indirectBytes = 0;
  if (cursor.skip(DIRECT_FOLLOWS)) {
    directBytes = cursor.number();
    cursor.delta();
    if (!cursor.skip(DIRECT)) return null;
    indirectBytes = cursor.number();
    cursor.delta();
    if (!cursor.skip(INDIRECT)) return null;
  }
  if (!cursor.skipEither(BYTES)) return null;
  const blocks = cursor.number();
  const blocksDelta = cursor.delta();
  if (!cursor.skipEither(BLOCKS)) return null;
  const kind = cursor.kind();
  if (kind === null || !cursor.skipEither(RECORD)) return null;
  const number = cursor.number();
  if (!cursor.skip(OF)) return null;
  const of = cursor.number();
  if (directBytes < 0 || indirectBytes < 0 || blocks < 0 || number < 0 || of < 0) return null;
  const delta =
    bytesDelta === null && blocksDelta === null ? null : { bytes: bytesDelta ?? 0, blocks: blocksDelta ?? 0 };
  return { kind, bytes, blocks, directBytes, indirectBytes, delta, number, of, end: cursor.at };
}

/** The same of a line that is text; null when the text is not all of such a line. */
export function readRecordHeadline(text: string): RecordHeadline | null {
  const bytes = bytesOf(Buffer.from(text));
  const { length } = bytes.buffer;
  const headline = parseRecordHeadline(bytes, 0, length);
  return headline?.end === length ? headline : null;
}

class Cursor {
  at: number;
  private readonly buffer: Buffer;
  private readonly view: DataView;
  private readonly end: number;

  constructor({ buffer, view }: Bytes, start: number, end: number) {
    this.buffer = buffer;
    this.view = view;
    this.at = start;
    this.end = end;
  }

  /** A whole number with or without thousands separators; -1 where there is none or it is too long to be exact. */
  number(): number {
    const { buffer, end } = this;
    let value = -1;
    let { at } = this;
    for (; at < end; at++) {
      const byte = buffer[at] as number;
      if (byte >= ASCII.zero && byte <= ASCII.nine) value = (value < 0 ? 0 : value * 10) + byte - ASCII.zero;
      else if (byte !== ASCII.comma || value < 0 || !this.isDigit(at + 1)) break;
    }
    this.at = at;
    return value <= Number.MAX_SAFE_INTEGER ? value : -1;
  }

  /** ` (+12)` or ` (-3)` */
  delta(): number | null {
    const { buffer, at } = this;
    if (at + 2 >= this.end || buffer[at] !== ASCII.space || buffer[at + 1] !== ASCII.open) return null;
    const sign = buffer[at + 2];
    if (sign !== ASCII.plus && sign !== ASCII.minus) return null;
    this.at = at + 3;
    const value = this.number();
    if (value >= 0 && this.skip(CLOSE)) return sign === ASCII.plus ? value : -value;
    this.at = at;
    return null;
  }

  kind(): LeakKind | null {
    for (const [kind, printed] of KINDS) if (this.skip(printed)) return kind;
    return null;
  }

  /** Goes past `phrase` when it comes next. */
  skip({ buffer, view }: Bytes): boolean {
    const { length } = buffer;
    if (this.at + length > this.end || !sameBytes(view, 0, this.view, this.at, length)) return false;
    this.at += length;
    return true;
  }

  skipEither([usual, other]: readonly [Bytes, Bytes]): boolean {
    return this.skip(usual) || this.skip(other);
  }

  private isDigit(at: number): boolean {
    const byte = this.buffer[at] as number;
    return at < this.end && byte >= ASCII.zero && byte <= ASCII.nine;
  }
}
