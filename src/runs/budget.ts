import type { Experiment } from './experiment.js';
import type { ReplyLine } from './run-file.js';

/** What a run has used up, over all its sittings. */
export interface Budget {
  /** Which limit is reached, in words; null while there is something left. */
  exhausted(): string | null;
  /** A request is about to be sent. */
  begin(): void;
  /** It ended, with this line or with none. */
  end(line: ReplyLine | null): void;
}

/**
 * Adds up requests (attempts included), tokens and money. Requests under way count as one request each; what they
 * take in tokens is known when they end, so that a run can exceed its budget by what is under way at that moment.
 */
export function budgetOf(limits: Experiment['budget'], earlier: Iterable<ReplyLine>): Budget {
  const used = { requests: 0, tokens: 0, usd: 0 };
  let underWay = 0;
  const add = (line: ReplyLine) => {
    used.requests += line.attempts ?? 0;
    used.tokens += (line.usage?.inputTokens ?? 0) + (line.usage?.outputTokens ?? 0);
    used.usd += line.cost ?? 0;
  };
  for (const line of earlier) add(line);
  return {
    exhausted() {
      const { requests = Infinity, tokens = Infinity, usd = Infinity } = limits;
      if (used.requests + underWay >= requests) return `the budget of ${requests} requests is used up`;
      if (used.tokens >= tokens) return `the budget of ${tokens} tokens is used up`;
      if (used.usd >= usd) return `the budget of ${usd} US dollars is used up`;
      return null;
    },
    begin: () => void underWay++,
    end(line) {
      underWay--;
      if (line !== null) add(line);
    },
  };
}
