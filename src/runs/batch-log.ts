import path from 'node:path';
import { appendJsonLines, readJsonLines } from './json-lines.js';
import { RUN_FILES } from './load-run.js';
import { type BatchLine, batchLineSchema } from './run-file.js';

/** The batches of a run, each known before anybody waits for it. */
export interface BatchLog {
  /** Batches of a contestant whose answers are not all stored, in the order in which they were sent. */
  pending(contestant: string): BatchLine[];
  /** Resolves when it is on the disk. */
  put(line: BatchLine): Promise<void>;
  close(): Promise<void>;
}

/** The batches of a run's folder whose answers are not all stored. */
export async function pendingBatches(folder: string): Promise<BatchLine[]> {
  return [...(await latest(folder)).values()].filter(isPending);
}

export async function openBatchLog(folder: string): Promise<BatchLog> {
  const lines = await latest(folder);
  const file = await appendJsonLines(path.join(folder, RUN_FILES.batches));
  return {
    pending: (contestant) =>
      [...lines.values()].filter((line) => isPending(line) && line.contestant === contestant),
    async put(line) {
      lines.set(line.tag, line);
      await file.append(line);
    },
    close: () => file.close(),
  };
}

/** The last line of each batch holds. */
async function latest(folder: string): Promise<Map<string, BatchLine>> {
  const lines = await readJsonLines(path.join(folder, RUN_FILES.batches), batchLineSchema);
  return new Map(lines.map((line) => [line.tag, line]));
}

function isPending({ state }: BatchLine): boolean {
  return state === 'sending' || state === 'sent';
}
