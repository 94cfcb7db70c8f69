import { NO_RANK, type Ranks } from './ranks.js';

/** Counts the tokens of a text that `pieces`, a global pattern, cuts: no token reaches from one piece into the next. */
export function countPieces(text: string, pieces: RegExp, ranks: Ranks): number {
  const bytes = Buffer.from(text);
  const isAscii = bytes.length === text.length;
  let tokens = 0;
  let start = 0;
  for (const piece of text.match(pieces) ?? []) {
    const end = start + (isAscii ? piece.length : Buffer.byteLength(piece));
    tokens +=
      ranks.rankOf(bytes, start, end) === NO_RANK ? countMerged(bytes.subarray(start, end), ranks) : 1;
    start = end;
  }
  return tokens;
}

/**
 * Byte pair encoding of one piece in O(n log n). Common tokenizers search the whole piece for the best pair again after
 * each merge, which takes minutes for a megabyte of one character; here the pairs wait in a heap. Merges happen in the
 * same order (lowest rank first, leftmost among equals), so that the count is the same.
 */
function countMerged(bytes: Buffer, ranks: Ranks): number {
  const length = bytes.length;
  const { next, previous, pairRank } = length <= SHORT ? short : linksOf(length);
  for (let start = 0; start < length; start++) {
    next[start] = start + 1;
    previous[start] = start - 1;
  }
  const heap = new PairHeap();
  const look = (start: number) => {
    const middle = next[start] as number;
    const end = middle < length ? (next[middle] as number) : length;
    const isPair = middle < length && end - start <= ranks.longest;
    const rank = isPair ? ranks.rankOf(bytes, start, end) : NO_RANK;
    pairRank[start] = rank;
    if (rank !== NO_RANK) heap.push(rank, start);
  };
  for (let start = 0; start < length; start++) look(start);
  let tokens = length;
  for (let pair = heap.pop(); pair !== undefined; pair = heap.pop()) {
    const { rank, start } = pair;
    if (pairRank[start] !== rank) continue;
    const gone = next[start] as number;
    const after = next[gone] as number;
    next[start] = after;
    pairRank[gone] = NO_RANK;
    if (after < length) previous[after] = start;
    tokens--;
    look(start);
    if (start > 0) look(previous[start] as number);
  }
  return tokens;
}

/** By the place where a part of the piece starts: where the next and the previous start, and the rank of it and the next. */
function linksOf(length: number) {
  return {
    next: new Int32Array(length),
    previous: new Int32Array(length),
    pairRank: new Int32Array(length),
  };
}

/** Nearly all pieces are this short, and use the same memory one after another. */
const SHORT = 256;
const short = linksOf(SHORT);

/** Where starts fit below this, rank and start fit together into the exact integers of a double. */
const STARTS = 2 ** 32;

/** A binary heap of pairs, lowest rank first and leftmost among equal ranks. */
class PairHeap {
  readonly #keys: number[] = [];

  push(rank: number, start: number): void {
    const keys = this.#keys;
    const key = rank * STARTS + start;
    let at = keys.length;
    keys.push(key);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if ((keys[parent] as number) <= key) break;
      keys[at] = keys[parent] as number;
      at = parent;
    }
    keys[at] = key;
  }

  pop(): { rank: number; start: number } | undefined {
    const keys = this.#keys;
    const top = keys[0];
    const last = keys.pop();
    if (top === undefined || last === undefined) return undefined;
    if (keys.length > 0) {
      let at = 0;
      for (;;) {
        let child = 2 * at + 1;
        if (child >= keys.length) break;
        if (child + 1 < keys.length && (keys[child + 1] as number) < (keys[child] as number)) child++;
        if ((keys[child] as number) >= last) break;
        keys[at] = keys[child] as number;
        at = child;
      }
      keys[at] = last;
    }
    return { rank: Math.floor(top / STARTS), start: top % STARTS };
  }
}
