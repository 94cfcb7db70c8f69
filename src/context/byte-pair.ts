/** Ranks of an encoding as gpt-tokenizer ships them: by rank, the token's text or, where it is no valid UTF-8, its bytes. */
export type RankTable = readonly (string | readonly number[])[];

/** Counts the tokens of one piece, however long. */
export type PieceCounter = (piece: string) => number;

/**
 * Byte pair encoding of one pre-tokenised piece in O(n log n). Common tokenizers search the whole piece for the best
 * pair again after each merge, which takes minutes for a megabyte of one character; here the pairs wait in a heap.
 * Merges happen in the same order (lowest rank first, leftmost among equals), so that the count is the same.
 */
export function pieceCounter(table: RankTable): PieceCounter {
  const ranks = new Map<string, number>();
  let longest = 0;
  table.forEach((token, rank) => {
    const key = (typeof token === 'string' ? Buffer.from(token) : Buffer.from(token)).toString('latin1');
    ranks.set(key, rank);
    longest = Math.max(longest, key.length);
  });
  return (piece) => countPiece(Buffer.from(piece).toString('latin1'), ranks, longest);
}

const NONE = -1;

function countPiece(bytes: string, ranks: ReadonlyMap<string, number>, longest: number): number {
  const length = bytes.length;
  const next = Int32Array.from({ length }, (_, at) => at + 1);
  const previous = Int32Array.from({ length }, (_, at) => at - 1);
  const pairRank = new Int32Array(length).fill(NONE);
  const heap = new PairHeap();
  const look = (start: number) => {
    const middle = next[start] as number;
    const end = middle < length ? (next[middle] as number) : length;
    const known = middle < length && end - start <= longest ? ranks.get(bytes.slice(start, end)) : undefined;
    pairRank[start] = known ?? NONE;
    if (known !== undefined) heap.push(known, start);
  };
  for (let start = 0; start < length; start++) look(start);
  let tokens = length;
  for (let pair = heap.pop(); pair !== undefined; pair = heap.pop()) {
    const { rank, start } = pair;
    if (pairRank[start] !== rank) continue;
    const gone = next[start] as number;
    const after = next[gone] as number;
    next[start] = after;
    pairRank[gone] = NONE;
    if (after < length) previous[after] = start;
    tokens--;
    look(start);
    if (start > 0) look(previous[start] as number);
  }
  return tokens;
}

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
