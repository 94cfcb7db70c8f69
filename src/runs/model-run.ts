import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import pLimit from 'p-limit';
import type { ChatSettings } from '../analysts/chat/settings.js';
import { chatAnalyst } from '../analysts/chat.js';
import { modelPrice } from '../context/models.js';
import { LeaktrailError } from '../error.js';
import { packageRoot } from '../package-root.js';
import { adaptiveLimit } from './adaptive-limit.js';
import { budgetOf } from './budget.js';
import type { CarryOutOptions, Sitting } from './carry-out.js';
import type { Experiment } from './experiment.js';
import { materialDesk } from './materials.js';
import { sit } from './model-sitting.js';
import { type Pace, paceOf } from './pace.js';
import type { Seat } from './recorded-send.js';
import type { RunCase } from './run-case.js';
import type { Contestant, Run } from './run-file.js';
import { isAsked } from './run-plan.js';
import type { RunStore } from './store.js';

/** The models of a run, ready to be asked. */
export interface ModelRun {
  /** Hash of each prompt file by `set/stage`. */
  readonly prompts: Run['prompts'];
  /** Revision of leaktrail itself, where it runs from its repository. */
  readonly git: string | null;
  /** Asks whatever has no answer yet; gives back why questions are left, a line each. */
  ask(sitting: Sitting & { readonly store: RunStore }): Promise<string[]>;
}

/**
 * Makes the models of an experiment ready. Nothing is sent.
 * Throws a `LeaktrailError` when a key, a provider's package or a prompt set is missing.
 */
export async function openModels(
  contestants: readonly Contestant[],
  experiment: Experiment,
  options: CarryOutOptions,
): Promise<ModelRun> {
  const onProgress = options.onProgress ?? (() => {});
  const together = pLimit(experiment.concurrency);
  const paces = new Map<string, Pace>();
  const seats: Seat[] = [];
  for (const contestant of contestants) {
    const { id } = contestant;
    const limit = adaptiveLimit(experiment.concurrency, options.stop, (concurrency) =>
      onProgress({ kind: 'limit', contestant: id, concurrency }),
    );
    const analyst = await chatAnalyst(contestant.analyst, contestant.settings as ChatSettings, {
      ...(options.environment && { environment: options.environment }),
      ...(options.retry && { retry: options.retry }),
      ...(options.models !== undefined && { models: options.models }),
      watch: {
        stop: options.stop,
        onRetry(failure, waitMs) {
          if (failure.isOverload) limit.refused(failure.retryAfterMs ?? waitMs);
          onProgress({ kind: 'retry', contestant: id, reason: failure.message, waitMs });
        },
      },
    });
    const price = await modelPrice(contestant.analyst, options.models);
    if (price === null && experiment.budget.usd !== undefined) throw unknownPrice(contestant, experiment);
    const pace = paces.get(contestant.analyst) ?? paceOf(experiment.perMinute, options.stop);
    paces.set(contestant.analyst, pace);
    seats.push({
      contestant,
      analyst,
      price,
      halted: null,
      took: pace.took,
      run: (request) =>
        limit.run(async () => {
          await pace.begin();
          return together(request);
        }),
    });
  }
  return {
    prompts: Object.assign({}, ...seats.map(({ analyst }) => analyst.prompts)),
    git: revision(),
    ask: (sitting) => askAll(seats, sitting, options),
  };
}

function unknownPrice({ analyst }: Contestant, { file }: Experiment): LeaktrailError {
  return new LeaktrailError(
    'usage',
    `a budget in US dollars needs the price of ${analyst}, which is unknown`,
    {
      place: { file },
      hint: 'add a row under prices to a models.yaml of your own, or set the budget in tokens or requests',
    },
  );
}

async function askAll(
  seats: readonly Seat[],
  { experiment, plan, store, stop, onProgress }: Sitting & { readonly store: RunStore },
  options: CarryOutOptions,
): Promise<string[]> {
  const { stages, repeats, concurrency } = experiment;
  const budget = budgetOf(experiment.budget, store.earlier());
  const desk = materialDesk();
  const incomplete = new Set<Seat>();
  // What goes wrong beyond a question, such as a full disk, stops all others before it is told.
  const broken = new AbortController();
  const shared = {
    store,
    budget,
    stop: stop === undefined ? broken.signal : AbortSignal.any([stop, broken.signal]),
    abort: options.abort,
    onProgress,
    retryErrors: options.retryErrors ?? false,
  };
  const done = await Promise.allSettled(
    seats.map((seat) => {
      const sittings = sittingsOf(plan.cases, seat.contestant, repeats);
      // As many at a time as may be asked at a time: the memory that a run takes does not grow with its questions.
      return atATime(concurrency, sittings, async ({ source, repeat }) => {
        try {
          const done = await sit(seat, shared, source.id, () => desk(source), { repeat, stages });
          if (!done) incomplete.add(seat);
        } catch (error) {
          broken.abort();
          throw error;
        }
      });
    }),
  );
  for (const one of done) if (one.status === 'rejected') throw one.reason;
  if (incomplete.size === 0) return [];
  if (stop?.aborted) return ['stopped'];
  const halted = [...incomplete].flatMap(({ contestant, halted }) =>
    halted === null ? [] : [`${contestant.id}: ${halted}`],
  );
  const exhausted = budget.exhausted();
  return exhausted === null ? halted : [...halted, exhausted];
}

function* sittingsOf(
  cases: readonly RunCase[],
  contestant: Contestant,
  repeats: number,
): Generator<{ source: RunCase; repeat: number }> {
  for (const source of cases) {
    if (!isAsked(contestant, source.id)) continue;
    for (let repeat = 1; repeat <= repeats; repeat++) yield { source, repeat };
  }
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

function revision(): string | null {
  if (!existsSync(path.join(packageRoot, '.git'))) return null;
  try {
    return execFileSync('git', ['rev-parse', 'HEAD'], { cwd: packageRoot, encoding: 'utf8' }).trim();
  } catch {
    return null;
  }
}
