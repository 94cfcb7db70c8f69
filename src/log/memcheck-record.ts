import type { Amount, LeakKind } from './document.js';

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
}

const KINDS: { readonly [start: string]: LeakKind } = {
  d: 'definitely-lost',
  i: 'indirectly-lost',
  p: 'possibly-lost',
  s: 'still-reachable',
};
const ASCII = { zero: 48, nine: 57, comma: 44, plus: 43, minus: 45, open: 40, space: 32 };

/**
 * Reads the first line of a loss record from its bytes (memcheck/mc_errors.c, `Err_Leak`), without making a string:
 * `1,234 (+200) (1,000 (+200) direct, 234 (+0) indirect) bytes in 5 (+1) blocks are definitely lost in new loss
 * record 7 of 9`. The deltas are there when the leak check is not the process's first. Null when the bytes are not
 * all of such a line.
 */
export function parseRecordHeadline(buffer: Buffer, start: number, end: number): RecordHeadline | null {
  const cursor = new Cursor(buffer, start, end);
  const bytes = cursor.number();
  if (bytes < 0) return null;
  const bytesDelta = cursor.delta();
  let directBytes = bytes;
  let indirectBytes = 0;
  if (cursor.skip(' (')) {
    directBytes = cursor.number();
    cursor.delta();
    if (!cursor.skip(' direct, ')) return null;
    indirectBytes = cursor.number();
    cursor.delta();
    if (!cursor.skip(' indirect)')) return null;
  }
  if (!cursor.skip(' bytes in ') && !cursor.skip(' byte in ')) return null;
  const blocks = cursor.number();
  const blocksDelta = cursor.delta();
  if (!cursor.skip(' blocks are ') && !cursor.skip(' block is ')) return null;
  const kind = cursor.kind();
  if (kind === null || !(cursor.skip(' in loss record ') || cursor.skip(' in new loss record '))) return null;
  const number = cursor.number();
  if (!cursor.skip(' of ')) return null;
  const of = cursor.number();
  if (directBytes < 0 || indirectBytes < 0 || blocks < 0 || number < 0 || of < 0 || !cursor.atEnd)
    return null;
  const delta =
    bytesDelta === null && blocksDelta === null ? null : { bytes: bytesDelta ?? 0, blocks: blocksDelta ?? 0 };
  return { kind, bytes, blocks, directBytes, indirectBytes, delta, number, of };
}

class Cursor {
  private readonly buffer: Buffer;
  private readonly end: number;
  private at: number;

  constructor(buffer: Buffer, start: number, end: number) {
    this.buffer = buffer;
    this.at = start;
    this.end = end;
  }

  get atEnd(): boolean {
    return this.at === this.end;
  }

  /** A whole number with or without thousands separators; -1 where there is none or it is too long to be exact. */
  number(): number {
    const { buffer, end } = this;
    let value = -1;
    let { at } = this;
    for (; at < end; at++) {
      const byte = buffer[at] as number;
      if (byte >= ASCII.zero && byte <= ASCII.nine) value = Math.max(value, 0) * 10 + byte - ASCII.zero;
      else if (byte !== ASCII.comma || value < 0 || !this.isDigit(at + 1)) break;
    }
    this.at = at;
    return value <= Number.MAX_SAFE_INTEGER ? value : -1;
  }

  /** ` (+12)` or ` (-3)` */
  delta(): number | null {
    const { buffer, at } = this;
    if (buffer[at] !== ASCII.space || buffer[at + 1] !== ASCII.open || at + 2 >= this.end) return null;
    const sign = buffer[at + 2];
    if (sign !== ASCII.plus && sign !== ASCII.minus) return null;
    this.at = at + 3;
    const value = this.number();
    if (value >= 0 && this.skip(')')) return sign === ASCII.plus ? value : -value;
    this.at = at;
    return null;
  }

  kind(): LeakKind | null {
    const kind = KINDS[String.fromCharCode(this.buffer[this.at] ?? 0)];
    if (kind === undefined) return null;
    return this.skip(kind === 'still-reachable' ? 'still reachable' : `${kind.slice(0, -5)} lost`)
      ? kind
      : null;
  }

  /** Goes past `text` when it comes next. */
  skip(text: string): boolean {
    const { buffer, at } = this;
    if (at + text.length > this.end) return false;
    for (let index = 0; index < text.length; index++) {
      if (buffer[at + index] !== text.charCodeAt(index)) return false;
    }
    this.at = at + text.length;
    return true;
  }

  private isDigit(at: number): boolean {
    const byte = this.buffer[at] as number;
    return at < this.end && byte >= ASCII.zero && byte <= ASCII.nine;
  }
}
