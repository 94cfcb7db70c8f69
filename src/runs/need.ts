import type { ChatRequest } from '../analysts/chat/request.js';
import { counterFor, modelLimits } from '../context/models.js';
import { costOf, type ModelPrice } from '../context/prices.js';
import type { Need } from './budget.js';
import type { Experiment } from './experiment.js';
import { requestTokens, TOKENS_PER_ANSWER } from './request-tokens.js';
import type { Contestant } from './run-file.js';

const NOTHING: Need = { tokens: 0, usd: 0 };

/**
 * What a contestant's requests are taken to use: their tokens, counted, and those of an answer, which is `maxOutput`
 * where it is set and 600 otherwise. Nothing is counted where the budget is neither in tokens nor in money.
 *
 * @param models a file of model limits beside the package's own
 */
export async function needsOf(
  { analyst, settings }: Contestant,
  budget: Experiment['budget'],
  price: ModelPrice | null,
  models: string | undefined,
): Promise<(request: ChatRequest) => Need> {
  if (budget.tokens === undefined && budget.usd === undefined) return () => NOTHING;
  const inputTokensOf = requestTokens(await counterFor(await modelLimits(analyst, models)));
  const outputTokens = typeof settings.maxOutput === 'number' ? settings.maxOutput : TOKENS_PER_ANSWER;
  return (request) => {
    const inputTokens = inputTokensOf(request);
    return {
      tokens: inputTokens + outputTokens,
      usd: price === null ? 0 : costOf(price, { inputTokens, outputTokens }),
    };
  };
}
