import type { ModelPrice } from '../context/prices.js';

/** What a token of a batch costs of its usual price, input, cached input and output alike (OpenAI's price list). */
const BATCH_SHARE = 0.5;

/** The price of a model's tokens in a batch; null: unknown. */
export function batchPrice(price: ModelPrice | null): ModelPrice | null {
  if (price === null) return null;
  const { input, cached, output } = price;
  return {
    ...price,
    input: input * BATCH_SHARE,
    ...(cached !== undefined && { cached: cached * BATCH_SHARE }),
    output: output * BATCH_SHARE,
  };
}
