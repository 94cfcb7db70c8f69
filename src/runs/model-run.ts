import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import pLimit from 'p-limit';
import { DEFAULT_RETRY } from '../analysts/chat/retry.js';
import type { ChatSettings } from '../analysts/chat/settings.js';
import { chatAnalyst } from '../analysts/chat.js';
import { modelPrice } from '../context/models.js';
import { LeaktrailError } from '../error.js';
import { packageRoot } from '../package-root.js';
import { adaptiveLimit } from './adaptive-limit.js';
import { askAll } from './ask-all.js';
import { batchPrice } from './batch-price.js';
import type { CarryOutOptions, Sitting } from './carry-out.js';
import type { Experiment } from './experiment.js';
import { needsOf } from './need.js';
import { type Pace, paceOf } from './pace.js';
import { type RedactorFor, redactorsFor } from './redaction.js';
import type { Contestant, Run } from './run-file.js';
import type { Seat } from './seat.js';
import type { RunStore } from './store.js';

/** The models of a run, ready to be asked. */
export interface ModelRun {
  /** Hash of each prompt file by `set/stage`. */
  readonly prompts: Run['prompts'];
  /** Revision of leaktrail itself, where it runs from its repository. */
  readonly git: string | null;
  /** How cases get their redactors; null where nothing is redacted. */
  readonly redactorFor: RedactorFor | null;
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
  const { longestWaitMs } = options.retry ?? DEFAULT_RETRY;
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
      batch: options.batch !== undefined,
      onRateLimit: (waitMs) => limit.pause(Math.min(waitMs, longestWaitMs)),
      watch: {
        stop: options.stop,
        onRetry(failure, waitMs) {
          if (failure.isOverload) limit.refused(failure.retryAfterMs ?? waitMs);
          onProgress({ kind: 'retry', contestant: id, reason: failure.message, waitMs });
        },
      },
    });
    const usual = await modelPrice(contestant.analyst, options.models);
    const price = options.batch === undefined ? usual : batchPrice(usual);
    if (price === null && experiment.budget.usd !== undefined) throw unknownPrice(contestant, experiment);
    const pace = paces.get(contestant.analyst) ?? paceOf(experiment.perMinute, options.stop);
    paces.set(contestant.analyst, pace);
    seats.push({
      contestant,
      analyst,
      price,
      halted: null,
      took: pace.took,
      needOf: await needsOf(contestant, experiment.budget, price, options.models),
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
    redactorFor: redactorsFor(contestants, options.environment),
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

function revision(): string | null {
  if (!existsSync(path.join(packageRoot, '.git'))) return null;
  try {
    return execFileSync('git', ['rev-parse', 'HEAD'], { cwd: packageRoot, encoding: 'utf8' }).trim();
  } catch {
    return null;
  }
}
