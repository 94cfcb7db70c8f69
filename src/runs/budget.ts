import type { Experiment } from './experiment.js';
import type { ReplyLine } from './run-file.js';

/** What a request is taken to use, before it is sent. */
export interface Need {
  readonly tokens: number;
  readonly usd: number;
}

/** Part of a budget that is set aside for a request. */
export interface Reservation {
  /** The request ended, with this line or with none. */
  settle(line: ReplyLine | null): void;
}

/** What a run has used up, over all its sittings. */
export interface Budget {
  /** Which limit is reached, in words; null while there is something left. */
  exhausted(): string | null;
  /** Why a request was refused, in words; null where none was. */
  refusal(): string | null;
  /** Sets aside what a request needs; null where the budget has no room for it. */
  reserve(need: Need): Reservation | null;
  /** As `reserve`; while there is no room it waits for requests under way, which may turn out to use less. */
  reserveInTurn(need: Need): Promise<Reservation | null>;
}

type Amounts = { -readonly [part in 'requests' | keyof Need]: number };

/**
 * Adds up requests (attempts included), tokens and money. A request is sent only when what it needs, what those under
 * way need, and what was used fit into the budget together: it is exceeded only by an answer that is longer than the
 * need foresaw, or by repeated attempts.
 */
export function budgetOf(limits: Experiment['budget'], earlier: Iterable<ReplyLine>): Budget {
  const used: Amounts = { requests: 0, tokens: 0, usd: 0 };
  const reserved: Amounts = { requests: 0, tokens: 0, usd: 0 };
  let refused: string | null = null;
  let waiting: (() => void)[] = [];
  const { requests = Infinity, tokens = Infinity, usd = Infinity } = limits;

  const count = (line: ReplyLine) => {
    used.requests += line.attempts ?? 0;
    used.tokens += (line.usage?.inputTokens ?? 0) + (line.usage?.outputTokens ?? 0);
    used.usd += line.cost ?? 0;
  };
  for (const line of earlier) count(line);

  const reached = (): string | null => {
    if (used.requests >= requests) return `the budget of ${requests} requests is used up`;
    if (used.tokens >= tokens) return `the budget of ${tokens} tokens is used up`;
    if (used.usd >= usd) return `the budget of ${usd} US dollars is used up`;
    return null;
  };
  const noRoomFor = (need: Need): string | null => {
    if (used.requests + reserved.requests + 1 > requests)
      return `the budget of ${requests} requests is used up`;
    if (used.tokens + reserved.tokens + need.tokens > tokens)
      return `the budget of ${tokens} tokens has no room for another request (${used.tokens} used)`;
    if (used.usd + reserved.usd + need.usd > usd)
      return `the budget of ${usd} US dollars has no room for another request (${used.usd.toFixed(4)} used)`;
    return null;
  };

  const setAside = (need: Need): Reservation => {
    const part: Amounts = { requests: 1, ...need };
    add(reserved, part, 1);
    return {
      settle(line) {
        add(reserved, part, -1);
        if (reserved.requests === 0) Object.assign(reserved, { tokens: 0, usd: 0 });
        if (line !== null) count(line);
        const woken = waiting;
        waiting = [];
        for (const wake of woken) wake();
      },
    };
  };
  const reserve = (need: Need): Reservation | null => {
    const why = reached() ?? noRoomFor(need);
    if (why === null) return setAside(need);
    refused = why;
    return null;
  };
  return {
    exhausted: reached,
    refusal: () => refused,
    reserve,
    async reserveInTurn(need) {
      while (reserved.requests > 0 && reached() === null && noRoomFor(need) !== null) {
        await new Promise<void>((resolve) => waiting.push(resolve));
      }
      return reserve(need);
    },
  };
}

function add(sum: Amounts, part: Amounts, sign: 1 | -1): void {
  sum.requests += sign * part.requests;
  sum.tokens += sign * part.tokens;
  sum.usd += sign * part.usd;
}
