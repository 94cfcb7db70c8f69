import { setTimeout as delay } from 'node:timers/promises';

const MINUTE_MS = 60_000;

/** What a provider allows in any minute; what is absent is not limited. */
export interface PaceLimits {
  readonly requests?: number | undefined;
  readonly tokens?: number | undefined;
}

/** Keeps the requests to one model within what is allowed a minute. */
export interface Pace {
  /** Resolves when a request may begin, or when the run is stopped; counts the request. */
  begin(): Promise<void>;
  /** Counts the tokens that a request turned out to take. */
  took(tokens: number): void;
}

/** The time, and how to wait; a test has its own. */
export interface Clock {
  now(): number;
  sleep(milliseconds: number): Promise<void>;
}

/**
 * Counts over the last 60 seconds, whichever they are. Tokens count from when they are known, at the end of a request:
 * a minute can exceed its tokens by those of the requests that were under way.
 */
export function paceOf(
  limits: PaceLimits,
  stop: AbortSignal | undefined,
  clock: Clock = realClock(stop),
): Pace {
  const begun: number[] = [];
  const taken: { at: number; tokens: number }[] = [];
  let tokens = 0;

  const forget = (now: number) => {
    while (begun[0] !== undefined && begun[0] <= now - MINUTE_MS) begun.shift();
    while (taken[0] !== undefined && taken[0].at <= now - MINUTE_MS)
      tokens -= (taken.shift() as { tokens: number }).tokens;
  };
  /** When the oldest of what fills a limit is a minute old; null while there is room. */
  const fullUntil = (): number | null => {
    if (limits.requests !== undefined && begun.length >= limits.requests)
      return (begun[0] as number) + MINUTE_MS;
    if (limits.tokens !== undefined && tokens >= limits.tokens)
      return (taken[0] as { at: number }).at + MINUTE_MS;
    return null;
  };

  return {
    async begin() {
      for (;;) {
        const now = clock.now();
        forget(now);
        const until = fullUntil();
        if (until === null || stop?.aborted) break;
        await clock.sleep(until - now);
      }
      if (limits.requests !== undefined) begun.push(clock.now());
    },
    took(amount) {
      if (limits.tokens === undefined || amount === 0) return;
      taken.push({ at: clock.now(), tokens: amount });
      tokens += amount;
    },
  };
}

function realClock(stop: AbortSignal | undefined): Clock {
  return {
    now: () => performance.now(),
    sleep: (milliseconds) => delay(milliseconds, undefined, stop && { signal: stop }).catch(() => {}),
  };
}
