import { setTimeout as delay } from 'node:timers/promises';
import pRetry from 'p-retry';
import { ModelError } from './model-error.js';

/** When and how often a request that failed is sent again. */
export interface RetryPolicy {
  /** Attempts after the first. */
  readonly retries: number;
  /** Wait before the second attempt, in milliseconds, before jitter; doubled for each one after. */
  readonly firstWaitMs: number;
  /** Longest wait, also where the server asks for a longer one: then the request fails instead. */
  readonly longestWaitMs: number;
}

export const DEFAULT_RETRY: RetryPolicy = { retries: 5, firstWaitMs: 1000, longestWaitMs: 120_000 };

export interface RetryWatch {
  /** Once aborted nothing is sent again; an attempt under way may end. */
  readonly stop?: AbortSignal | undefined;
  /** Called before each wait with how long it is at least. */
  readonly onRetry?: (failure: ModelError, waitMs: number) => void;
}

/**
 * Attempts something until it succeeds, as often as the policy allows, and only for failures that are worth it.
 * A server's Retry-After is waited for in full, the policy's own wait comes on top so that not everyone returns at once.
 * Rejects with the last `ModelError`, which then tells the number of attempts.
 */
export async function withRetry<T>(
  attempt: () => Promise<T>,
  policy: RetryPolicy,
  { stop, onRetry }: RetryWatch = {},
): Promise<{ value: T; attempts: number }> {
  let attempts = 0;
  let done: { value: T } | null = null;
  let last: unknown;
  try {
    await pRetry(
      async () => {
        attempts++;
        done = { value: await attempt() };
      },
      {
        retries: policy.retries,
        minTimeout: policy.firstWaitMs,
        maxTimeout: policy.longestWaitMs,
        randomize: true,
        ...(stop && { signal: stop }),
        shouldRetry: ({ error }) => isWorthRetrying(error, policy) && stop?.aborted !== true,
        onFailedAttempt: async ({ error, retriesLeft, retriesConsumed }) => {
          last = error;
          if (!isWorthRetrying(error, policy) || retriesLeft === 0) return;
          const asked = (error as ModelError).retryAfterMs ?? 0;
          onRetry?.(error as ModelError, asked + policy.firstWaitMs * 2 ** retriesConsumed);
          if (asked > 0) await delay(asked, undefined, stop && { signal: stop });
        },
      },
    );
  } catch (error) {
    // A stop while waiting rejects with its own reason; a reply that arrived together with the stop still counts.
    if (done === null) {
      const failure = last ?? error;
      if (failure instanceof ModelError) failure.attempts = attempts;
      throw failure;
    }
  }
  return { value: (done as unknown as { value: T }).value, attempts };
}

function isWorthRetrying(error: unknown, { longestWaitMs }: RetryPolicy): boolean {
  return error instanceof ModelError && error.worthRetrying && (error.retryAfterMs ?? 0) <= longestWaitMs;
}
