import { LeaktrailError } from '../error.js';
import { allLines } from './all-lines.js';
import type { ChunkDraft, ChunkTask } from './draft.js';

/**
 * The logs as they are, a chunk a log, all of them for one prompt. Throws a `LeaktrailError` that tells their size
 * when they exceed the budget.
 */
export function whole(task: ChunkTask): ChunkDraft[] {
  const drafts = task.material.logs
    .filter(({ document }) => document.lines > 0)
    .map((log): ChunkDraft => {
      const ids = log.document.records.map((record) => record.id);
      return {
        log: log.document.role,
        lines: [1, log.document.lines],
        records: ids,
        stacks: ids,
        body: allLines(log, task),
      };
    });
  const tokens = drafts.reduce(
    (sum, { body }) => sum + task.counter.countLines(body.map((line) => line.text)),
    0,
  );
  if (tokens <= task.budget) return drafts;
  throw new LeaktrailError(
    'usage',
    `the whole log takes ${tokens} tokens, and the budget is ${task.budget}`,
    {
      hint: `give a budget of ${tokens} or more, or use the strategy digest or records`,
    },
  );
}
