import { DEFAULT_RETRY } from '../analysts/chat/retry.js';
import { LeaktrailError } from '../error.js';
import { askByBatch } from './ask-by-batch.js';
import { askNow } from './ask-now.js';
import { openBatchLog, pendingBatches } from './batch-log.js';
import { budgetOf } from './budget.js';
import type { CarryOutOptions, Sitting } from './carry-out.js';
import { goThrough } from './go-through.js';
import { materialDesk } from './materials.js';
import { BATCH_SIZE, clearOutboxes } from './outbox.js';
import { redactorsFor } from './redaction.js';
import type { Ask, Seat, Shared } from './seat.js';
import type { RunStore } from './store.js';

/** Asks every contestant what has no answer yet; gives back why questions are left, a line each. */
export async function askAll(
  seats: readonly Seat[],
  sitting: Sitting & { readonly store: RunStore },
  options: CarryOutOptions,
): Promise<string[]> {
  const { experiment, plan, store, stop, onProgress } = sitting;
  const budget = budgetOf(experiment.budget, store.earlier());
  const desk = materialDesk(redactorsFor(plan.contestants, options.environment));
  // What goes wrong beyond a question stops all others before it is told.
  const broken = new AbortController();
  const shared: Shared = {
    store,
    budget,
    stop: stop === undefined ? broken.signal : AbortSignal.any([stop, broken.signal]),
    abort: options.abort,
    onProgress,
    asksAgain: () => options.retryErrors ?? false,
    trace: options.trace,
  };
  const batches = options.batch && { ...options.batch, log: await openBatchLog(store.folder) };
  if (batches === undefined) await refuseWhileBatches(seats, store.folder);
  else await clearOutboxes(store.folder);
  const askEach = async (seat: Seat) => {
    const through = (seen: Shared, ask: Ask) =>
      goThrough(seat, sitting, seen, ask, desk, () => broken.abort());
    const { batch } = seat.analyst;
    if (batch === null || batches === undefined) return through(shared, askNow(shared));
    const { pollMs, size = BATCH_SIZE, log } = batches;
    const retry = options.retry ?? DEFAULT_RETRY;
    return askByBatch(seat, shared, { folder: store.folder, log, batch, pollMs, size, retry }, through);
  };
  const done = await Promise.allSettled(seats.map(askEach));
  await batches?.log.close();
  for (const one of done) if (one.status === 'rejected') throw one.reason;
  const incomplete = seats.filter((_, index) => (done[index] as { value?: boolean }).value !== true);
  if (incomplete.length === 0) return [];
  const underWay = incomplete.some(
    ({ contestant }) => batches && batches.log.pending(contestant.id).length > 0,
  );
  if (stop?.aborted)
    return [underWay ? 'stopped; the batches that were sent go on at the provider' : 'stopped'];
  const halted = incomplete.flatMap(({ contestant, halted }) =>
    halted === null ? [] : [`${contestant.id}: ${halted}`],
  );
  const exhausted = budget.exhausted() ?? budget.refusal();
  return exhausted === null ? halted : [...halted, exhausted];
}

/** What a batch will answer is not asked and paid for again by itself. */
async function refuseWhileBatches(seats: readonly Seat[], folder: string): Promise<void> {
  const ids = new Set(seats.map(({ contestant }) => contestant.id));
  const pending = (await pendingBatches(folder)).filter(({ contestant }) => ids.has(contestant));
  if (pending.length === 0) return;
  throw new LeaktrailError('usage', 'answers of this run are still to be fetched from the provider', {
    place: { file: folder },
    hint: 'give the command with --batch, or begin anew with --fresh',
  });
}
