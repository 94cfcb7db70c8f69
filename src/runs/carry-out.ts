import path from 'node:path';
import type { Environment } from '../analysts/chat/providers.js';
import type { RetryPolicy } from '../analysts/chat/retry.js';
import type { Truth } from '../cases/truth.js';
import { packageRoot, packageVersion } from '../package-root.js';
import { parseAnswer } from '../stages/parse-answer.js';
import { answerKeyOf } from './answer-key.js';
import { isModel } from './contestant.js';
import type { Experiment } from './experiment.js';
import { namedKey, namedLine } from './named-key.js';
import { answerOffline, offlineAnalyst } from './offline.js';
import type { BatchSize } from './outbox.js';
import type { Progress, RunEvent } from './progress.js';
import { isRedacted, type RedactorFor } from './redaction.js';
import { type AnswerKey, type Contestant, type ReplyLine, RUN_SCHEMA, type Run } from './run-file.js';
import { isAsked, planRun } from './run-plan.js';
import { openStore } from './store.js';
import type { Trace } from './trace.js';

export interface CarryOutOptions {
  /** Folder of the cases; the package's own where absent. */
  readonly datasets?: string;
  /** Folder in which the run gets a folder of its name. */
  readonly runs: string;
  readonly onProgress?: (event: Progress) => void;
  /** Once aborted no new request begins; those under way end and are stored. */
  readonly stop?: AbortSignal;
  /** Once aborted requests under way are given up. */
  readonly abort?: AbortSignal;
  /** Begins anew and puts the earlier run of this name aside. */
  readonly fresh?: boolean;
  /** Asks again what ended in an error. */
  readonly retryErrors?: boolean;
  /**
   * Asks models in batches: slower, at half the price. `pollMs` is how often a batch is looked at; `size` what one may
   * hold, where the API's limits are not to be used up.
   */
  readonly batch?: { readonly pollMs: number; readonly size?: BatchSize };
  /** Where requests are traced to; those of batches are not. The caller closes it. */
  readonly trace?: Trace;
  /** Where keys and base URLs are looked up: the process's environment and `.env` where absent. */
  readonly environment?: Environment;
  readonly retry?: RetryPolicy;
  /** A file in the format of models.yaml whose limits and prices come before leaktrail's own. */
  readonly models?: string;
}

/** How a sitting ended. */
export interface Outcome {
  readonly folder: string;
  /** Questions that the experiment asks. */
  readonly questions: number;
  /** Answered in this sitting, and kept from earlier ones; an error counts as an answer. */
  readonly answered: number;
  readonly kept: number;
  /** How many of these are errors. */
  readonly errors: number;
  /** Why questions are left to ask, a line each; empty when the run is complete. */
  readonly unfinished: readonly string[];
}

/**
 * Carries an experiment out: every stage of every case is put to every contestant as often as the experiment says, and
 * every reply is stored. What an earlier sitting stored is not asked of a model again.
 *
 * Throws a `LeaktrailError` before anything is asked when a case, a prompt or a key is missing.
 */
export async function carryOut(experiment: Experiment, options: CarryOutOptions): Promise<Outcome> {
  const plan = await planRun(experiment, options.datasets ?? path.join(packageRoot, 'datasets'));
  const modelContestants = plan.contestants.filter(({ analyst }) => isModel(analyst));
  const models =
    modelContestants.length > 0
      ? await (await import('./model-run.js')).openModels(modelContestants, experiment, options)
      : null;

  const store = await openStore(path.join(options.runs, experiment.name), {
    asksModels: models !== null,
    redacted: isRedacted(plan.contestants),
    fresh: options.fresh ?? false,
  });
  try {
    const tally = { answered: 0, kept: 0, errors: 0 };
    const truths = new Map<string, Truth>();
    const onProgress = (event: RunEvent) => {
      if (event.kind !== 'answered') return options.onProgress?.(event);
      const { line, stored } = event;
      tally[stored ? 'kept' : 'answered']++;
      if (line.error !== null) tally.errors++;
      options.onProgress?.({ ...event, right: verdictIsRight(line, truths.get(line.case)) });
    };
    const contestants = plan.contestants.map((one) => ({
      id: one.id,
      questions: (one.cases?.length ?? plan.cases.length) * experiment.stages.length * experiment.repeats,
    }));
    const questions = contestants.reduce((sum, one) => sum + one.questions, 0);
    const { concurrency } = experiment;
    onProgress({ kind: 'begin', folder: store.folder, contestants, questions, concurrency });

    const sitting = { experiment, plan, stop: options.stop, onProgress };
    const { keys, hashes, lines } = await readCases(sitting, truths, models?.redactorFor ?? null);
    if (options.stop?.aborted) {
      // Nothing has been stored yet, whatever was answered meanwhile.
      const nothing = { answered: 0, kept: 0, errors: 0 };
      return { folder: store.folder, questions, ...nothing, unfinished: ['stopped'] };
    }
    await store.begin(runFileOf(experiment, plan.contestants, hashes, models), keys);
    for (const line of lines) {
      if (store.stored(line)?.text !== line.text) await store.put(line);
    }
    const unfinished = models === null ? [] : await models.ask({ ...sitting, store });
    if (unfinished.length === 0) await store.complete();
    return { folder: store.folder, questions, ...tally, unfinished };
  } finally {
    await store.close();
  }
}

/** What both kinds of contestants need of the sitting they are asked in. */
export interface Sitting {
  readonly experiment: Experiment;
  readonly plan: Awaited<ReturnType<typeof planRun>>;
  readonly stop: AbortSignal | undefined;
  readonly onProgress: (event: RunEvent) => void;
}

/** Reads every case once: its answer key and hashes, and what the offline contestants say to it. */
async function readCases(
  { experiment, plan, stop, onProgress }: Sitting,
  truths: Map<string, Truth>,
  redactorFor: RedactorFor | null,
): Promise<{
  keys: AnswerKey[];
  hashes: Run['hashes'];
  lines: ReplyLine[];
}> {
  const keys: AnswerKey[] = [];
  const hashes: Run['hashes'] = {};
  const lines: ReplyLine[] = [];
  const offline = plan.contestants.filter(({ analyst }) => !isModel(analyst));
  for (const source of plan.cases) {
    if (stop?.aborted) break;
    const opened = await source.open();
    const { about, truth, material, hashes: hashesOf } = opened;
    const cover = redactorFor?.(opened).cover;
    const documents = material.logs.map(({ document }) => document);
    truths.set(source.id, truth);
    const key = answerKeyOf(about, truth, documents);
    keys.push(cover === undefined ? key : namedKey(key, cover));
    hashes[source.id] = await hashesOf();
    for (const contestant of offline.filter((one) => isAsked(one, source.id))) {
      const analyst = offlineAnalyst(contestant.analyst);
      for (let repeat = 1; repeat <= experiment.repeats; repeat++) {
        const sitting = { contestant: contestant.id, repeat, stages: experiment.stages };
        for (const answer of await answerOffline(analyst, material, sitting)) {
          const line = cover === undefined ? answer : namedLine(answer, cover);
          lines.push(line);
          onProgress({ kind: 'answered', line, stored: false });
        }
      }
    }
  }
  return { keys, hashes, lines };
}

function runFileOf(
  experiment: Experiment,
  contestants: readonly Contestant[],
  hashes: Run['hashes'],
  models: { readonly prompts: Run['prompts']; readonly git: string | null } | null,
): Run {
  return {
    schema: RUN_SCHEMA,
    name: experiment.name,
    version: packageVersion(),
    contestants: [...contestants],
    cases: Object.keys(hashes),
    repeats: experiment.repeats,
    stages: [...experiment.stages],
    ...(isRedacted(contestants) && { redacted: true as const }),
    prompts: models?.prompts ?? {},
    hashes,
    ...(models?.git && { git: models.git }),
  };
}

/** Whether a reply comes to the verdict of the truth. The scorer alone judges what it cites, and may be kinder. */
function verdictIsRight({ text, stage }: ReplyLine, truth: Truth | undefined): boolean {
  return text !== null && parseAnswer(text, stage).verdict === truth?.[stage].verdict;
}
