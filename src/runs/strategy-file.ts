import path from 'node:path';
import { z } from 'zod';
import { STRATEGIES } from '../context/chunk.js';
import { ENCODINGS } from '../context/tokens.js';
import { writeFileWhole } from '../write-file.js';
import { readJsonLines, toJsonLines } from './json-lines.js';

/** The file beside the runs of models and rules, below `results/runs/`, that tells what strategies make of the cases. */
export const STRATEGY_FILE = 'strategies/strategies.jsonl';

const count = z.number().int().nonnegative();
const shown = z.strictObject({ shown: count, of: count });

/**
 * A line of `strategies.jsonl`: a strategy on a case. No time or path is in it, so that the same logs give the same
 * bytes.
 */
export const strategyLineSchema = z.strictObject({
  case: z.string(),
  /** Hash of each log's text. */
  logs: z.array(z.string().regex(/^[0-9a-f]{64}$/)),
  strategy: z.enum(STRATEGIES),
  /** Tokens of a chunk for `lines` and `records`, of all chunks for the others; null where the strategy chose itself. */
  budget: count.nullable(),
  /** Whose tokens are counted. */
  encoding: z.enum(ENCODINGS),
  chunks: count,
  /** Of all chunks. */
  tokens: count,
  /** Of the logs as they are. */
  whole: count,
  /** Records that the bug caused, and how many of them have their whole stack in a chunk. */
  leak: shown,
  /** The same for the records that show a root cause. */
  causes: shown,
  /** All loss records, and how many are named in a chunk. */
  records: shown,
  /** Loss records that no chunk holds whole, where the strategy leaves none out. */
  divided: count,
});
export type StrategyLine = z.infer<typeof strategyLineSchema>;

/** Reads what was measured below a folder of runs; nothing where it was not. */
export function readStrategies(runs: string): Promise<StrategyLine[]> {
  return readJsonLines(path.join(runs, STRATEGY_FILE), strategyLineSchema);
}

/** Writes what was measured below a folder of runs. Gives back the file. */
export async function writeStrategies(runs: string, lines: readonly StrategyLine[]): Promise<string> {
  const file = path.join(runs, STRATEGY_FILE);
  await writeFileWhole(file, toJsonLines(lines));
  return file;
}
