import { type Bytes, bytesOf } from './line-splitter.js';

/** Where the table starts anew, so that a log of ever new lines takes no more memory than this. */
const MOST_LINES = 1 << 17;
const MOST_BYTES = 1 << 24;
const LONGEST_KEPT = 1 << 16;
const FEWEST_SLOTS = 1 << 10;
/** Lines made to collide are not looked up further than this: they count as new. */
const LONGEST_PROBE = 16;
/** Lines are stored in chunks of this many bytes. */
const CHUNK = 1 << 18;
/** Hashes of new lines that are remembered, once there were too many lines to keep. */
const CANDIDATES = 1 << 16;

/** A line that was read before, and what is known of it. */
export class KnownLine<T> {
  readonly value: T;
  readonly hash: number;
  readonly view: DataView;
  readonly offset: number;
  readonly length: number;
  /** The known lines that came next the last times: they are tried first. */
  private next: KnownLine<T> | null = null;
  private nextButOne: KnownLine<T> | null = null;

  constructor(value: T, hash: number, view: DataView, offset: number, length: number) {
    this.value = value;
    this.hash = hash;
    this.view = view;
    this.offset = offset;
    this.length = length;
  }

  /** Notes that a line came next. */
  precedes(line: KnownLine<T>): void {
    if (this.next === line) return;
    this.nextButOne = this.next;
    this.next = line;
  }

  /** The line from `start` to `end`, if it is one of those that came next. */
  nextAt(view: DataView, start: number, end: number): KnownLine<T> | null {
    const { next, nextButOne } = this;
    if (next === null) return null;
    if (equals(next, view, start, end)) return next;
    return nextButOne !== null && equals(nextButOne, view, start, end) ? nextButOne : null;
  }

  /** The line that begins at `start` and ends with a newline, if it is one of those that came next. */
  nextFrom({ buffer, view }: Bytes, start: number): KnownLine<T> | null {
    const { next, nextButOne } = this;
    if (next === null) return null;
    if (isAt(next, buffer, view, start)) return next;
    return nextButOne !== null && isAt(nextButOne, buffer, view, start) ? nextButOne : null;
  }
}

const NEWLINE = 10;

function isAt<T>(line: KnownLine<T>, buffer: Buffer, view: DataView, start: number): boolean {
  const end = start + line.length;
  return (
    end < buffer.length &&
    buffer[end] === NEWLINE &&
    sameBytes(line.view, line.offset, view, start, line.length)
  );
}

/**
 * Lines read before, by their bytes: reports repeat the same few lines endlessly, mostly in the same order, and a
 * line in this table need not become a string again. Open addressing with linear probing, doubled at half full; the
 * bytes decide, not the hash. Lines are UTF-8 without NUL bytes; what they are compared with may be anything.
 */
export class LineTable<T> {
  private slots: (KnownLine<T> | null)[] = emptySlots(FEWEST_SLOTS);
  private lines = 0;
  private bytes = 0;
  private chunk: Bytes | null = null;
  private used = 0;
  /**
   * Null until the table was full once. From then on a line has to come twice to be kept, since most will not: the
   * hash of its first time waits here (the doorkeeper of G. Einziger, R. Friedman and B. Manes, "TinyLFU", 2017).
   */
  private candidates: Int32Array | null = null;

  /** The line of these bytes, or null where it is new. `after` is the known line before it, if there was one. */
  get(bytes: Bytes, start: number, end: number, after: KnownLine<T> | null): KnownLine<T> | null {
    const next = after === null ? null : after.nextAt(bytes.view, start, end);
    const found = next ?? this.find(bytes.view, start, end);
    if (after !== null && found !== null) after.precedes(found);
    return found;
  }

  /** Remembers a new line; null when it is exceedingly long, has no room or is not worth it yet. */
  put(bytes: Bytes, start: number, end: number, value: T): KnownLine<T> | null {
    const length = end - start;
    if (length > LONGEST_KEPT) return null;
    const hash = hashOf(bytes.view, start, end);
    if (!this.isWorthKeeping(hash)) return null;
    if (this.lines >= MOST_LINES || this.bytes + length > MOST_BYTES) this.clear();
    if (2 * this.lines >= this.slots.length) this.grow();
    const slot = freeSlot(this.slots, hash);
    if (slot === -1) return null;
    const line = this.keep(bytes, start, end, value, hash);
    this.slots[slot] = line;
    this.lines++;
    this.bytes += length;
    return line;
  }

  private find(view: DataView, start: number, end: number): KnownLine<T> | null {
    const { slots } = this;
    const mask = slots.length - 1;
    const hash = hashOf(view, start, end);
    for (let probe = 0; probe < LONGEST_PROBE; probe++) {
      const line = slots[(hash + probe) & mask] as KnownLine<T> | null;
      if (line === null) return null;
      if (line.hash === hash && equals(line, view, start, end)) return line;
    }
    return null;
  }

  private isWorthKeeping(hash: number): boolean {
    const { candidates } = this;
    if (candidates === null) return true;
    const place = hash & (CANDIDATES - 1);
    if (candidates[place] === hash) return true;
    candidates[place] = hash;
    return false;
  }

  private clear(): void {
    this.candidates ??= new Int32Array(CANDIDATES);
    this.slots = emptySlots(FEWEST_SLOTS);
    this.lines = 0;
    this.bytes = 0;
    this.chunk = null;
  }

  private grow(): void {
    const slots = emptySlots<KnownLine<T>>(2 * this.slots.length);
    for (const line of this.slots) {
      const slot = line === null ? -1 : freeSlot(slots, line.hash);
      if (slot !== -1) slots[slot] = line;
    }
    this.slots = slots;
  }

  private keep(bytes: Bytes, start: number, end: number, value: T, hash: number): KnownLine<T> {
    const length = end - start;
    if (this.chunk === null || this.used + length > this.chunk.buffer.length) {
      this.chunk = bytesOf(Buffer.allocUnsafeSlow(Math.max(CHUNK, length)));
      this.used = 0;
    }
    bytes.buffer.copy(this.chunk.buffer, this.used, start, end);
    const line = new KnownLine(value, hash, this.chunk.view, this.used, length);
    this.used += length;
    return line;
  }
}

function emptySlots<T>(length: number): (T | null)[] {
  return new Array<T | null>(length).fill(null);
}

function freeSlot<T>(slots: readonly (T | null)[], hash: number): number {
  for (let probe = 0; probe < LONGEST_PROBE; probe++) {
    const slot = (hash + probe) & (slots.length - 1);
    if (slots[slot] === null) return slot;
  }
  return -1;
}

/** True when the bytes are those of the line. */
function equals<T>(line: KnownLine<T>, view: DataView, start: number, end: number): boolean {
  return line.length === end - start && sameBytes(line.view, line.offset, view, start, line.length);
}

/**
 * Compares `length` bytes at two places. `one` holds UTF-8 without NUL bytes: eight of those, read as a number, are
 * neither NaN nor zero, so that the numbers are equal when the bytes are, and only then.
 */
export function sameBytes(
  one: DataView,
  at: number,
  other: DataView,
  start: number,
  length: number,
): boolean {
  const lastWord = length - 8;
  if (lastWord < 0) return sameFewBytes(one, at, other, start, length);
  for (let index = 0; index < lastWord; index += 8) {
    if (one.getFloat64(at + index, true) !== other.getFloat64(start + index, true)) return false;
  }
  return one.getFloat64(at + lastWord, true) === other.getFloat64(start + lastWord, true);
}

function sameFewBytes(one: DataView, at: number, other: DataView, start: number, length: number): boolean {
  for (let index = 0; index < length; index++) {
    if (one.getUint8(at + index) !== other.getUint8(start + index)) return false;
  }
  return true;
}

/** Multiply and rotate over 32-bit words, ended by a step of MurmurHash3's finaliser. */
function hashOf(view: DataView, start: number, end: number): number {
  let hash = end - start;
  let at = start;
  for (; at + 4 <= end; at += 4) {
    hash = Math.imul(((hash << 5) | (hash >>> 27)) ^ view.getInt32(at, true), 0x9e3779b1);
  }
  for (; at < end; at++) hash = Math.imul(((hash << 5) | (hash >>> 27)) ^ view.getUint8(at), 0x9e3779b1);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return hash ^ (hash >>> 13);
}
