import type { Estimate } from '../runs/estimate.js';
import { plainTable } from './plain-table.js';
import { counted, grouped, printable, shorten } from './printable.js';

/**
 * What an experiment would ask of its models, as a table for the terminal.
 *
 * @param tokensPerAnswer what an answer was taken to be
 */
export function planText(estimates: readonly Estimate[], tokensPerAnswer: number): string {
  if (estimates.length === 0) return 'No model is asked: nothing is sent, and it costs nothing.\n';
  const rows = estimates.map(
    ({ contestant, requests, atLeast, inputTokens, outputTokens, cost, priceAsOf }) => [
      shorten(printable(contestant), 50),
      `${atLeast ? '≥ ' : ''}${grouped(requests)}`,
      grouped(inputTokens),
      grouped(outputTokens),
      cost === null ? 'unknown' : dollars(cost),
      priceAsOf ?? '–',
    ],
  );
  const impossible = estimates.flatMap(({ contestant, impossible: cases }) =>
    cases.map(
      ({ case: id, reason }) =>
        `${printable(contestant)} cannot be asked about ${id}: ${printable(reason)}\n`,
    ),
  );
  return [
    plainTable(['contestant', 'requests', 'tokens in', 'tokens out', 'cost', 'price as of'], rows),
    `${counted(requestsOf(estimates), 'request')}, ${costText(estimates)}, with ${tokensPerAnswer} tokens for an answer.\n`,
    ...impossible,
  ].join('');
}

/** Requests of all contestants together. */
export function requestsOf(estimates: readonly Estimate[]): number {
  return estimates.reduce((sum, { requests }) => sum + requests, 0);
}

/** US dollars of all contestants together; null when one price is unknown and there is something to ask. */
export function costOfPlan(estimates: readonly Estimate[]): number | null {
  const asked = estimates.filter(({ requests }) => requests > 0);
  if (asked.some(({ cost }) => cost === null)) return null;
  return asked.reduce((sum, { cost }) => sum + (cost as number), 0);
}

/** The cost of a plan in words. */
export function costText(estimates: readonly Estimate[]): string {
  const cost = costOfPlan(estimates);
  return cost === null ? 'cost unknown' : `about ${dollars(cost)}`;
}

function dollars(amount: number): string {
  return `$${amount.toFixed(2)}`;
}
