import type { Material } from '../evidence/material.js';
import { type Chunk, chunkMaterial, STRATEGIES, type Strategy } from './chunk.js';
import { loadCounter } from './tokens.js';

/** A case for the table: its logs, and what its truth says of their loss records. */
export interface StrategyCase {
  readonly id: string;
  readonly material: Material;
  /** Ids of the loss records that the bug caused. */
  readonly leak: readonly string[];
  /** Ids of the loss records that show a root cause. */
  readonly causes: readonly string[];
}

/** So many of so many. */
export interface Shown {
  readonly shown: number;
  readonly of: number;
}

/** What a strategy makes of a case. */
export interface StrategyRow {
  readonly case: string;
  readonly strategy: Strategy;
  /** Tokens that it was given: of a chunk for `lines` and `records`, of all else; null where it chose itself. */
  readonly budget: number | null;
  readonly chunks: number;
  /** Of all chunks, by o200k_base. */
  readonly tokens: number;
  /** Of the logs as they are. */
  readonly whole: number;
  /** Records that the bug caused, and how many of them have their whole stack in a chunk. */
  readonly leak: Shown;
  /** The same for the records that show a root cause. */
  readonly causes: Shown;
  /** All loss records, and how many are named in a chunk. */
  readonly records: Shown;
  /** Loss records that no chunk holds whole; none for strategies that leave records out rather than divide them. */
  readonly divided: number;
}

/** The encoding whose tokens are counted. */
export const COUNTED_IN = 'o200k_base';

/** Tokens of a chunk, where a log becomes many of them. */
const CHUNK_TOKENS = 4_000;

/**
 * Compares the strategies on a case: `lines` and `records` with chunks of 4,000 tokens, the digest with the budget that
 * it chooses itself, and `retrieve` with the tokens that the digest took. One row a strategy, in their order.
 */
export async function strategyRows(one: StrategyCase): Promise<StrategyRow[]> {
  const whole = await wholeTokens(one.material);
  const digest = await chunkMaterial(one.material, { strategy: 'digest', encoding: COUNTED_IN });
  const budgets: Readonly<Record<Strategy, number | null>> = {
    whole: Math.max(1, whole),
    lines: CHUNK_TOKENS,
    records: CHUNK_TOKENS,
    digest: null,
    retrieve: Math.max(CHUNK_TOKENS, tokensOf(digest)),
  };
  const rows: StrategyRow[] = [];
  for (const strategy of STRATEGIES) {
    const budget = budgets[strategy];
    const chunks =
      budget === null
        ? digest
        : await chunkMaterial(one.material, { strategy, budget, encoding: COUNTED_IN });
    rows.push({ case: one.id, strategy, budget, whole, ...rowOf(one, strategy, chunks) });
  }
  return rows;
}

function rowOf(
  { material, leak, causes }: StrategyCase,
  strategy: Strategy,
  chunks: readonly Chunk[],
): Omit<StrategyRow, 'case' | 'strategy' | 'budget' | 'whole'> {
  const stacks = new Set(chunks.flatMap((chunk) => chunk.stacks));
  const named = new Set(chunks.flatMap((chunk) => chunk.records));
  const records = material.logs.flatMap(({ document }) => document.records.map((record) => record.id));
  const among = (ids: readonly string[], found: ReadonlySet<string>): Shown => ({
    shown: ids.filter((one) => found.has(one)).length,
    of: ids.length,
  });
  const leavesOut = strategy === 'digest' || strategy === 'retrieve';
  return {
    chunks: chunks.length,
    tokens: tokensOf(chunks),
    leak: among(leak, stacks),
    causes: among([...new Set(causes)], stacks),
    records: among(records, named),
    divided: leavesOut ? 0 : records.filter((record) => !stacks.has(record)).length,
  };
}

function tokensOf(chunks: readonly Chunk[]): number {
  return chunks.reduce((sum, chunk) => sum + chunk.tokens, 0);
}

async function wholeTokens(material: Material): Promise<number> {
  const counter = await loadCounter(COUNTED_IN);
  return material.logs.reduce(
    (sum, { document, text }) => sum + counter.countLines(text.range(1, document.lines)),
    0,
  );
}
