import type { ReplyLine } from '../src/runs/run-file.js';

/** What requests took, failed ones included. */
export interface Spending {
  readonly requests: number;
  readonly failed: number;
  /** Null where no request tells, as with analysts that need no model. */
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  /** US dollars; null where a price is not known or nothing was paid for. */
  readonly cost: number | null;
  /** Time of all requests one after the other; null where no request tells. */
  readonly latencyMs: number | null;
}

/** Adds up the requests of a run. */
export function spendingOf(lines: readonly ReplyLine[]): Spending {
  const costs = lines.flatMap(({ cost }) => (cost === undefined ? [] : [cost]));
  return {
    requests: lines.length,
    failed: lines.filter((line) => line.error !== null).length,
    inputTokens: sumOf(lines.map((line) => line.usage?.inputTokens)),
    outputTokens: sumOf(lines.map((line) => line.usage?.outputTokens)),
    cost: costs.includes(null) ? null : sumOf(costs.map((cost) => cost ?? undefined)),
    latencyMs: sumOf(lines.map((line) => line.latencyMs)),
  };
}

/** Adds up spendings. A cost is known only where it is known of every part that has requests with tokens. */
export function addSpending(parts: readonly Spending[]): Spending {
  const priced = parts.filter((part) => part.inputTokens !== null || part.cost !== null);
  return {
    requests: sumOf(parts.map((part) => part.requests)) ?? 0,
    failed: sumOf(parts.map((part) => part.failed)) ?? 0,
    inputTokens: sumOf(parts.map((part) => part.inputTokens ?? undefined)),
    outputTokens: sumOf(parts.map((part) => part.outputTokens ?? undefined)),
    cost: priced.some((part) => part.cost === null)
      ? null
      : sumOf(priced.map((part) => part.cost ?? undefined)),
    latencyMs: sumOf(parts.map((part) => part.latencyMs ?? undefined)),
  };
}

/** The sum of what is known, smallest first so that the order given makes no difference; null where nothing is. */
function sumOf(figures: readonly (number | undefined)[]): number | null {
  const known = figures.filter((figure) => figure !== undefined).sort((left, right) => left - right);
  return known.length === 0 ? null : known.reduce((sum, figure) => sum + figure, 0);
}
