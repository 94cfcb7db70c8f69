import type { Material } from '../evidence/material.js';
import { type Chunk, type ChunkOptions, chunkMaterial, STRATEGIES, type Strategy } from './chunk.js';
import { loadCounter } from './tokens.js';

/** A case for the table: its logs, and the loss records that its truth ascribes to the bug. */
export interface StrategyCase {
  readonly id: string;
  readonly material: Material;
  readonly truth: readonly string[];
}

/** What a strategy makes of a case. */
export interface StrategyRow {
  readonly case: string;
  readonly strategy: Strategy;
  readonly chunks: number;
  /** Of all chunks, by o200k_base. */
  readonly tokens: number;
  /** Of the tokens that the logs have as they are, from 0; above 1 where headers outweigh what is left out. */
  readonly share: number;
  /** Of the truth's records, those whose whole stack is in a chunk, from 0 to 1; null where the truth has none. */
  readonly truthShown: number | null;
  /** Loss records that no chunk holds whole; none for strategies that leave records out rather than divide them. */
  readonly divided: number;
}

/** Tokens of a chunk, where a log becomes many of them. */
const CHUNK_TOKENS = 4_000;

/**
 * Compares the strategies: `lines` and `records` with chunks of 4,000 tokens, the digest with the budget that it
 * chooses itself, and `retrieve` with the tokens that the digest took. One row a case and strategy, in their order.
 */
export async function strategyTable(cases: readonly StrategyCase[]): Promise<StrategyRow[]> {
  const rows: StrategyRow[] = [];
  for (const one of cases) {
    const whole = await wholeTokens(one.material);
    const digest = await chunkMaterial(one.material, { strategy: 'digest' });
    for (const strategy of STRATEGIES) {
      const chunks =
        strategy === 'digest'
          ? digest
          : await chunkMaterial(one.material, optionsFor(strategy, whole, tokensOf(digest)));
      rows.push(rowOf(one, strategy, chunks, whole));
    }
  }
  return rows;
}

function optionsFor(strategy: Strategy, whole: number, digest: number): ChunkOptions {
  switch (strategy) {
    case 'whole':
      return { strategy, budget: Math.max(1, whole) };
    case 'retrieve':
      return { strategy, budget: Math.max(CHUNK_TOKENS, digest) };
    default:
      return { strategy, budget: CHUNK_TOKENS };
  }
}

function rowOf(one: StrategyCase, strategy: Strategy, chunks: readonly Chunk[], whole: number): StrategyRow {
  const stacks = new Set(chunks.flatMap((chunk) => chunk.stacks));
  const records = one.material.logs.flatMap(({ document }) => document.records);
  const leavesOut = strategy === 'digest' || strategy === 'retrieve';
  const tokens = tokensOf(chunks);
  return {
    case: one.id,
    strategy,
    chunks: chunks.length,
    tokens,
    share: whole === 0 ? 0 : tokens / whole,
    truthShown:
      one.truth.length === 0 ? null : one.truth.filter((id) => stacks.has(id)).length / one.truth.length,
    divided: leavesOut ? 0 : records.filter(({ id }) => !stacks.has(id)).length,
  };
}

function tokensOf(chunks: readonly Chunk[]): number {
  return chunks.reduce((sum, chunk) => sum + chunk.tokens, 0);
}

async function wholeTokens(material: Material): Promise<number> {
  const counter = await loadCounter('o200k_base');
  return material.logs.reduce(
    (sum, { document, text }) => sum + counter.countLines(text.range(1, document.lines)),
    0,
  );
}
