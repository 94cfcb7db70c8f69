import { askNow } from './ask-now.js';
import { budgetOf } from './budget.js';
import type { CarryOutOptions, Sitting } from './carry-out.js';
import { goThrough } from './go-through.js';
import { materialDesk } from './materials.js';
import type { Seat, Shared } from './seat.js';
import type { RunStore } from './store.js';

/** Asks every contestant what has no answer yet; gives back why questions are left, a line each. */
export async function askAll(
  seats: readonly Seat[],
  sitting: Sitting & { readonly store: RunStore },
  options: CarryOutOptions,
): Promise<string[]> {
  const { experiment, store, stop, onProgress } = sitting;
  const budget = budgetOf(experiment.budget, store.earlier());
  const desk = materialDesk();
  // What goes wrong beyond a question stops all others before it is told.
  const broken = new AbortController();
  const shared: Shared = {
    store,
    budget,
    stop: stop === undefined ? broken.signal : AbortSignal.any([stop, broken.signal]),
    abort: options.abort,
    onProgress,
    asksAgain: () => options.retryErrors ?? false,
  };
  const askEach = async (seat: Seat) => {
    const complete = await goThrough(seat, sitting, shared, askNow(shared), desk, () => broken.abort());
    return { seat, complete };
  };
  const incomplete: Seat[] = [];
  for (const one of await Promise.allSettled(seats.map(askEach))) {
    if (one.status === 'rejected') throw one.reason;
    if (!one.value.complete) incomplete.push(one.value.seat);
  }
  if (incomplete.length === 0) return [];
  if (stop?.aborted) return ['stopped'];
  const halted = incomplete.flatMap(({ contestant, halted }) =>
    halted === null ? [] : [`${contestant.id}: ${halted}`],
  );
  const exhausted = budget.exhausted() ?? budget.refusal();
  return exhausted === null ? halted : [...halted, exhausted];
}
