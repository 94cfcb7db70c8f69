import { expect, test } from 'vitest';
import { ModelError } from './model-error.js';
import { withRetry } from './retry.js';

const POLICY = { retries: 3, firstWaitMs: 1, longestWaitMs: 1000 };

/** Fails with each error in turn, then succeeds. */
function failing(...errors: Error[]): { attempt: () => Promise<string>; calls: () => number } {
  let calls = 0;
  return {
    calls: () => calls,
    async attempt() {
      const error = errors[calls++];
      if (error) throw error;
      return 'answer';
    },
  };
}
const busy = (retryAfterMs: number | null = null) => new ModelError('rate-limit', 'busy', { retryAfterMs });

test('attempts are counted, and each wait is told', async () => {
  const waits: number[] = [];
  const { attempt } = failing(busy(), busy(20));
  const result = await withRetry(attempt, POLICY, { onRetry: (_, waitMs) => waits.push(waitMs) });
  expect(result).toEqual({ value: 'answer', attempts: 3 });
  expect(waits).toEqual([1, 22]);
});

test('what is not worth it is not tried again', async () => {
  for (const kind of ['auth', 'bad-request', 'context-length', 'no-model', 'quota'] as const) {
    const { attempt, calls } = failing(new ModelError(kind, 'no'));
    await expect(withRetry(attempt, POLICY)).rejects.toMatchObject({ kind, attempts: 1 });
    expect(calls()).toBe(1);
  }
});

test('a mistake of our own is not taken for a failure of the server', async () => {
  const { attempt, calls } = failing(new RangeError('ours'));
  await expect(withRetry(attempt, POLICY)).rejects.toThrow(RangeError);
  expect(calls()).toBe(1);
});

test('the last failure tells how often it was tried', async () => {
  const { attempt } = failing(busy(), busy(), busy(), busy());
  await expect(withRetry(attempt, POLICY)).rejects.toMatchObject({ kind: 'rate-limit', attempts: 4 });
});

test('a server that asks for a longer wait than we would ever make is not asked again', async () => {
  const { attempt, calls } = failing(busy(3_600_000));
  await expect(withRetry(attempt, POLICY)).rejects.toMatchObject({ kind: 'rate-limit' });
  expect(calls()).toBe(1);
});

test('stopped while it waits, it ends with the failure; an answer that comes with the stop counts', async () => {
  const stop = new AbortController();
  const slow = { ...POLICY, firstWaitMs: 60_000, longestWaitMs: 60_000 };
  const waiting = withRetry(failing(busy()).attempt, slow, {
    stop: stop.signal,
    onRetry: () => setImmediate(() => stop.abort()),
  });
  await expect(waiting).rejects.toMatchObject({ kind: 'rate-limit' });

  const late = new AbortController();
  const answer = async () => {
    late.abort();
    return 'answer';
  };
  expect(await withRetry(answer, POLICY, { stop: late.signal })).toEqual({ value: 'answer', attempts: 1 });
});
