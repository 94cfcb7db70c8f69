import { setTimeout as delay } from 'node:timers/promises';
import pLimit from 'p-limit';

/** Lets a number of requests to one model run at a time, as many as its server bears. */
export interface AdaptiveLimit {
  /** Runs the request when there is room for it. */
  run<T>(request: () => Promise<T>): Promise<T>;
  /** The server refused a request for being busy, and asks to be left alone for so long. */
  refused(waitMs: number): void;
  /** The server has answered, and wants no further request for so long. */
  pause(waitMs: number): void;
}

/**
 * Additive increase, multiplicative decrease, as TCP does it (Chiu and Jain, 1989): one more request at a time after a
 * whole round of answers, half as many after a refusal. Refusals while the server asks to be left alone belong to the
 * same one.
 *
 * @param most where it begins, and what it never exceeds
 * @param onChange called with each new limit
 */
export function adaptiveLimit(
  most: number,
  stop: AbortSignal | undefined,
  onChange: (concurrency: number) => void,
): AdaptiveLimit {
  const limit = pLimit(most);
  let answered = 0;
  let quietUntil = 0;
  let refusedUntil = 0;
  const set = (concurrency: number) => {
    answered = 0;
    if (concurrency === limit.concurrency) return;
    limit.concurrency = concurrency;
    onChange(concurrency);
  };
  return {
    run: (request) =>
      limit(async () => {
        const wait = quietUntil - performance.now();
        if (wait > 0) await delay(wait, undefined, stop && { signal: stop }).catch(() => {});
        const value = await request();
        answered++;
        if (answered >= limit.concurrency && limit.concurrency < most) set(limit.concurrency + 1);
        return value;
      }),
    refused(waitMs) {
      const now = performance.now();
      const again = now < refusedUntil;
      refusedUntil = Math.max(refusedUntil, now + waitMs);
      quietUntil = Math.max(quietUntil, refusedUntil);
      if (!again) set(Math.max(1, Math.floor(limit.concurrency / 2)));
    },
    pause(waitMs) {
      quietUntil = Math.max(quietUntil, performance.now() + waitMs);
    },
  };
}
