import path from 'node:path';
import { promptHash, type Send } from '../analysts/chat/request.js';
import type { ChatSettings } from '../analysts/chat/settings.js';
import { chatAnalyst } from '../analysts/chat.js';
import { counterFor, modelLimits, modelPrice } from '../context/models.js';
import { costOf } from '../context/prices.js';
import { LeaktrailError } from '../error.js';
import { packageRoot } from '../package-root.js';
import { batchPrice } from './batch-price.js';
import type { CarryOutOptions } from './carry-out.js';
import { isModel } from './contestant.js';
import type { Experiment } from './experiment.js';
import { readJsonLines } from './json-lines.js';
import { keyOf, RUN_FILES } from './load-run.js';
import { materialDesk } from './materials.js';
import { assumeTruth } from './model-sitting.js';
import { replyOf, storedFor } from './recorded-send.js';
import { redactorsFor } from './redaction.js';
import { requestTokens, TOKENS_PER_ANSWER } from './request-tokens.js';
import { type Contestant, type ReplyLine, replyLineSchema } from './run-file.js';
import { isAsked, planRun, type RunPlan } from './run-plan.js';
import { Failed } from './seat.js';

/** What a contestant would take from here on. */
export interface Estimate {
  readonly contestant: string;
  readonly requests: number;
  readonly inputTokens: number;
  /** 600 for each answer; what a model takes for reasoning cannot be foreseen. */
  readonly outputTokens: number;
  /** More will be asked than can be foreseen: the model decides how often it looks things up. */
  readonly atLeast: boolean;
  /** US dollars, nothing cached; null where the price is not known. */
  readonly cost: number | null;
  /** When the price was that; null without a price. */
  readonly priceAsOf: string | null;
  /** Cases that cannot be put to the model, and why. */
  readonly impossible: readonly { readonly case: string; readonly reason: string }[];
}

/** Stands in for an answer: that many tokens, near enough, in any encoding. */
const ANSWER = ' leak'.repeat(TOKENS_PER_ANSWER);

/**
 * What an experiment would ask of its models, in the order of its contestants: every prompt is made as it would be
 * sent, and counted. What is stored already is not counted again. Nothing is sent and nothing is written.
 *
 * Throws a `LeaktrailError` for whatever `carryOut` would refuse before it asks.
 */
export async function estimate(
  experiment: Experiment,
  options: Pick<
    CarryOutOptions,
    'datasets' | 'runs' | 'environment' | 'models' | 'fresh' | 'retryErrors' | 'batch'
  >,
): Promise<Estimate[]> {
  const plan = await planRun(experiment, options.datasets ?? path.join(packageRoot, 'datasets'));
  const file = path.join(options.runs, experiment.name, RUN_FILES.replies);
  const stored = new Map<string, ReplyLine>();
  if (options.fresh !== true) {
    for (const line of await readJsonLines(file, replyLineSchema)) stored.set(keyOf(line), line);
  }
  const desk = materialDesk(redactorsFor(plan.contestants, options.environment));
  const estimates: Estimate[] = [];
  for (const contestant of plan.contestants.filter(({ analyst }) => isModel(analyst))) {
    estimates.push(await estimateOne(contestant, { experiment, plan, stored, desk, options }));
  }
  return estimates;
}

interface Known {
  readonly experiment: Experiment;
  readonly plan: RunPlan;
  readonly stored: ReadonlyMap<string, ReplyLine>;
  readonly desk: ReturnType<typeof materialDesk>;
  readonly options: Parameters<typeof estimate>[1];
}

async function estimateOne(contestant: Contestant, known: Known): Promise<Estimate> {
  const { experiment, plan, stored, desk, options } = known;
  const { environment, models } = options;
  const analyst = await chatAnalyst(contestant.analyst, contestant.settings as ChatSettings, {
    batch: options.batch !== undefined,
    ...(environment && { environment }),
    ...(models !== undefined && { models }),
  });
  const count = requestTokens(await counterFor(await modelLimits(contestant.analyst, models)));
  const truthful = contestant.settings.upstream === 'truth';
  const sum = { requests: 0, inputTokens: 0, outputTokens: 0 };
  const impossible: { case: string; reason: string }[] = [];
  for (const source of plan.cases.filter(({ id }) => isAsked(contestant, id))) {
    for (let repeat = 1; repeat <= experiment.repeats; repeat++) {
      const send: Send = async (request) => {
        const { stage, chunk } = request;
        const question = { case: source.id, contestant: contestant.id, stage, repeat, chunk };
        const line = storedFor(request, promptHash(request), question, (one) => stored.get(keyOf(one)));
        if (line !== undefined && (line.error === null || options.retryErrors !== true)) return replyOf(line);
        sum.requests++;
        sum.outputTokens += TOKENS_PER_ANSWER;
        sum.inputTokens += count(request);
        return { text: ANSWER, attempts: 0, latencyMs: 0 };
      };
      try {
        const { material, truth, redactor } = await desk(source);
        const session = await analyst.open(material, send, redactor);
        for (const stage of experiment.stages) {
          if (truthful) assumeTruth(session, truth, stage);
          await session.ask(stage).catch((error) => {
            if (!truthful || !(error instanceof Failed)) throw error;
          });
        }
      } catch (error) {
        if (error instanceof Failed) continue;
        if (!(error instanceof LeaktrailError)) throw error;
        impossible.push({ case: source.id, reason: error.message });
        break;
      }
    }
  }
  const usual = await modelPrice(contestant.analyst, models);
  const price = options.batch === undefined ? usual : batchPrice(usual);
  return {
    contestant: contestant.id,
    ...sum,
    atLeast: contestant.settings.protocol === 'tools',
    cost: price === null ? null : costOf(price, sum),
    priceAsOf: price?.asOf ?? null,
    impossible,
  };
}
