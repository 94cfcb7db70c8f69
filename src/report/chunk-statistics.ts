import type { Chunk } from '../context/chunk.js';
import type { Material } from '../evidence/material.js';
import { plainTable } from './plain-table.js';
import { grouped } from './printable.js';

/** What the chunks of some logs come to. */
export interface ChunkStatistics {
  readonly chunks: number;
  /** Of all chunks. */
  readonly tokens: number;
  /** Of the largest chunk. */
  readonly largest: number;
  /** Of the logs as they are. */
  readonly whole: number;
  /** Loss records in the logs. */
  readonly records: number;
  /** Of these, records that a chunk shows. */
  readonly shown: number;
  /** Of these, records whose whole stack can be read in a chunk. */
  readonly stacks: number;
}

/** Counts chunks. `count` counts the tokens of a text as those of the chunks were. */
export function chunkStatistics(
  chunks: readonly Chunk[],
  { logs }: Material,
  count: (text: string) => number,
): ChunkStatistics {
  return {
    chunks: chunks.length,
    tokens: chunks.reduce((sum, { tokens }) => sum + tokens, 0),
    largest: chunks.reduce((most, { tokens }) => Math.max(most, tokens), 0),
    whole: logs.reduce((sum, { text }) => sum + count(text.whole()), 0),
    records: logs.reduce((sum, { document }) => sum + document.records.length, 0),
    shown: new Set(chunks.flatMap(({ records }) => records)).size,
    stacks: new Set(chunks.flatMap(({ stacks }) => stacks)).size,
  };
}

/** The figures as a table of one row for the terminal. */
export function statisticsText({
  chunks,
  tokens,
  largest,
  whole,
  records,
  shown,
  stacks,
}: ChunkStatistics): string {
  const share = whole === 0 ? '–' : `${((100 * tokens) / whole).toFixed(1)}%`;
  return plainTable(
    ['chunks', 'tokens', 'largest', 'of the whole log', 'records', 'shown', 'with their whole stack'],
    [[chunks, grouped(tokens), grouped(largest), share, records, shown, stacks]],
  );
}
