import { type Bytes, bytesOf } from './line-splitter.js';

/** Where the table starts anew, so that a log of ever new lines takes no more memory than this. */
const MOST_BYTES = 1 << 25;
const MOST_LINES = 1 << 18;
const LONGEST_KEPT = 1 << 16;
const SLOTS = 1 << 19;
/** Lines made to collide are not looked up further than this: they count as new. */
const LONGEST_PROBE = 16;

/**
 * What is known of lines read before, by their bytes: reports repeat the same few lines endlessly, and a line in
 * this table need not become a string again. Open addressing with linear probing; the bytes decide, not the hash.
 */
export class LineTable<T> {
  private slots: Int32Array | null = null;
  private readonly hashes: number[] = [];
  private readonly offsets: number[] = [];
  private readonly lengths: number[] = [];
  private readonly values: T[] = [];
  private store: Bytes = bytesOf(Buffer.allocUnsafe(1 << 14));
  private stored = 0;

  /** What was put in for these bytes, or undefined. */
  get(bytes: Bytes, start: number, end: number): T | undefined {
    const { slots } = this;
    if (slots === null) return undefined;
    const hash = hashOf(bytes.view, start, end);
    for (let probe = 0; probe < LONGEST_PROBE; probe++) {
      const index = (slots[(hash + probe) & (SLOTS - 1)] as number) - 1;
      if (index < 0) return undefined;
      if (this.hashes[index] === hash && this.equals(index, bytes.view, start, end))
        return this.values[index];
    }
    return undefined;
  }

  /** Remembers `value` for these bytes, unless they are exceedingly long. */
  put(bytes: Bytes, start: number, end: number, value: T): void {
    const length = end - start;
    if (length > LONGEST_KEPT) return;
    if (this.slots === null || this.values.length >= MOST_LINES || this.stored + length > MOST_BYTES)
      this.clear();
    const slots = this.slots as unknown as Int32Array;
    const hash = hashOf(bytes.view, start, end);
    for (let probe = 0; probe < LONGEST_PROBE; probe++) {
      const slot = (hash + probe) & (SLOTS - 1);
      if (slots[slot] !== 0) continue;
      slots[slot] = this.values.length + 1;
      this.hashes.push(hash);
      this.offsets.push(this.stored);
      this.lengths.push(length);
      this.values.push(value);
      this.keep(bytes.buffer, start, end);
      return;
    }
  }

  private clear(): void {
    this.slots = new Int32Array(SLOTS);
    for (const list of [this.hashes, this.offsets, this.lengths, this.values]) list.length = 0;
    this.stored = 0;
  }

  private keep(buffer: Buffer, start: number, end: number): void {
    const needed = this.stored + end - start;
    if (needed > this.store.buffer.length) {
      const grown = bytesOf(Buffer.allocUnsafe(Math.max(needed, 2 * this.store.buffer.length)));
      this.store.buffer.copy(grown.buffer, 0, 0, this.stored);
      this.store = grown;
    }
    buffer.copy(this.store.buffer, this.stored, start, end);
    this.stored = needed;
  }

  private equals(index: number, view: DataView, start: number, end: number): boolean {
    if (this.lengths[index] !== end - start) return false;
    const mine = this.store.view;
    let at = this.offsets[index] as number;
    let other = start;
    for (; other + 4 <= end; other += 4, at += 4) {
      if (mine.getInt32(at, true) !== view.getInt32(other, true)) return false;
    }
    for (; other < end; other++, at++) {
      if (mine.getUint8(at) !== view.getUint8(other)) return false;
    }
    return true;
  }
}

/** Multiply and rotate over 32-bit words, with the last step of MurmurHash3's finaliser. */
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
