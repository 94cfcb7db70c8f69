import { z } from 'zod';

const dollars = z.number().nonnegative();

/** A row of prices in models.yaml: US dollars for a million tokens. */
export const priceSchema = z.strictObject({
  /** Names without their provider; `*` stands for any characters. */
  models: z.array(z.string().min(1)).min(1),
  input: dollars,
  /** Of input that the provider had cached; as other input where absent. */
  cached: dollars.optional(),
  /** Of output, reasoning included. */
  output: dollars,
  /** The day on which these were the prices. */
  asOf: z.iso.date(),
});
export type ModelPrice = z.infer<typeof priceSchema>;

/** US dollars for so many tokens; `cachedTokens` are part of `inputTokens`. */
export function costOf(
  price: ModelPrice,
  usage: { readonly inputTokens: number; readonly outputTokens: number; readonly cachedTokens?: number },
): number {
  const cached = Math.min(usage.cachedTokens ?? 0, usage.inputTokens);
  const fresh = usage.inputTokens - cached;
  const input = fresh * price.input + cached * (price.cached ?? price.input);
  return (input + usage.outputTokens * price.output) / 1e6;
}
