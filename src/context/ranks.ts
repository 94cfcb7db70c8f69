import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

/** A rank of bytes that are no token. */
export const NO_RANK = -1;

/**
 * The tokens of an encoding by their bytes, in a hash table of numbers: hundreds of thousands of strings would take
 * longer to make, and all later work longer by what it takes to move them.
 */
export class Ranks {
  /** Bytes of the longest token. */
  readonly longest: number;
  readonly #bytes: Buffer;
  /** Where in the bytes the tokens end, lowest rank first. */
  readonly #ends: Int32Array;
  /** Ranks by hash, the next free place where two have the same. */
  readonly #places: Int32Array;

  /** Tokens one after another, lowest rank first, and where each of them ends. */
  constructor(bytes: Buffer, ends: Int32Array) {
    this.#bytes = bytes;
    this.#ends = ends;
    this.#places = new Int32Array(2 ** Math.ceil(Math.log2(2 * ends.length))).fill(NO_RANK);
    let start = 0;
    let longest = 0;
    for (const [rank, end] of ends.entries()) {
      this.#places[this.#placeOf(bytes, start, end)] = rank;
      longest = Math.max(longest, end - start);
      start = end;
    }
    this.longest = longest;
  }

  /** The rank of the token that bytes from `start` to before `end` are; the lower, the sooner it is merged. */
  rankOf(bytes: Buffer, start: number, end: number): number {
    return this.#places[this.#placeOf(bytes, start, end)] as number;
  }

  /** Where the rank of these bytes is or would be. */
  #placeOf(bytes: Buffer, start: number, end: number): number {
    const places = this.#places;
    let hash = FNV_OFFSET;
    for (let at = start; at < end; at++) hash = Math.imul(hash ^ (bytes[at] as number), FNV_PRIME);
    const last = places.length - 1;
    for (let place = hash & last; ; place = (place + 1) & last) {
      const rank = places[place] as number;
      if (rank === NO_RANK || this.#is(rank, bytes, start, end)) return place;
    }
  }

  #is(rank: number, bytes: Buffer, start: number, end: number): boolean {
    const from = rank === 0 ? 0 : (this.#ends[rank - 1] as number);
    if ((this.#ends[rank] as number) - from !== end - start) return false;
    for (let at = start; at < end; at++) if (this.#bytes[from + at - start] !== bytes[at]) return false;
    return true;
  }
}

/** http://www.isthe.com/chongo/tech/comp/fnv: FNV-1a, 32 bits. */
const [FNV_OFFSET, FNV_PRIME] = [0x811c9dc5 | 0, 0x01000193];

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const [LINE_END, SPACE] = [10, 32];

/** Reads an encoding's tokens as gpt-tokenizer ships them in OpenAI's own form: lines of base64 and rank, in order. */
export async function loadRanks(encoding: string): Promise<Ranks> {
  const file = createRequire(import.meta.url).resolve(`gpt-tokenizer/data/${encoding}.tiktoken`);
  const text = await readFile(file);
  const values = new Int8Array(256).fill(-1);
  for (let value = 0; value < DIGITS.length; value++) values[DIGITS.charCodeAt(value)] = value;
  const bytes = Buffer.alloc(text.length);
  const ends = new Int32Array(text.length);
  let [size, tokens, bits, held] = [0, 0, 0, 0];
  for (let at = 0; at < text.length; at++) {
    const value = values[text[at] as number] as number;
    if (value >= 0) {
      bits = (bits << 6) | value;
      held += 6;
      if (held < 8) continue;
      held -= 8;
      bytes[size++] = bits >> held;
    } else if (text[at] === SPACE) {
      ends[tokens++] = size;
      held = 0;
      at = text.indexOf(LINE_END, at);
    }
  }
  return new Ranks(Buffer.from(bytes.subarray(0, size)), ends.slice(0, tokens));
}
