import type { Sitting } from './carry-out.js';
import type { CaseOnDesk } from './materials.js';
import { sit } from './model-sitting.js';
import type { RunCase } from './run-case.js';
import { isAsked } from './run-plan.js';
import type { Ask, Seat, Shared } from './seat.js';

/**
 * Puts every case to a contestant as often as the experiment says; gives back whether no question is left.
 *
 * @param onBroken called as soon as something goes wrong beyond a question, such as a full disk
 */
export async function goThrough(
  seat: Seat,
  { experiment, plan }: Pick<Sitting, 'experiment' | 'plan'>,
  shared: Shared,
  ask: Ask,
  desk: (source: RunCase) => Promise<CaseOnDesk>,
  onBroken: () => void,
): Promise<boolean> {
  const { stages, repeats, concurrency } = experiment;
  const own = plan.cases.filter(({ id }) => isAsked(seat.contestant, id));
  let complete = true;
  // As many at a time as may be asked at a time: the memory that a run takes does not grow with its questions.
  await atATime(concurrency, sittingsOf(own, repeats), async ({ source, repeat }) => {
    try {
      const done = await sit(seat, shared, ask, source.id, () => desk(source), { repeat, stages });
      if (!done) complete = false;
    } catch (error) {
      onBroken();
      throw error;
    }
  });
  return complete;
}

function* sittingsOf(
  cases: readonly RunCase[],
  repeats: number,
): Generator<{ source: RunCase; repeat: number }> {
  for (const source of cases) for (let repeat = 1; repeat <= repeats; repeat++) yield { source, repeat };
}

/**
 * Works through a sequence with so many workers; the sequence is drawn from only when a worker is free. Rejects with the
 * first failure once all workers have ended.
 */
async function atATime<T>(
  workers: number,
  sequence: Iterable<T>,
  work: (one: T) => Promise<void>,
): Promise<void> {
  const shared = sequence[Symbol.iterator]();
  const rest = { [Symbol.iterator]: () => ({ next: () => shared.next() }) };
  const done = await Promise.allSettled(
    Array.from({ length: workers }, async () => {
      for (const one of rest) await work(one);
    }),
  );
  for (const one of done) if (one.status === 'rejected') throw one.reason;
}
