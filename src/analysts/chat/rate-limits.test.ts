import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rateLimitWaitMs, watchRateLimits } from './rate-limits.js';

const NOW = Date.UTC(2026, 0, 1);

test.each<[Record<string, string>, number]>([
  [{}, 0],
  [{ 'x-ratelimit-remaining-requests': '59', 'x-ratelimit-reset-requests': '1s' }, 0],
  [{ 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': '1s' }, 1000],
  [{ 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': '6m0s' }, 360_000],
  [{ 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': '1h2m3.5s' }, 3_723_500],
  [{ 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': '20ms' }, 20],
  [{ 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': '7.5' }, 7500],
  [{ 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': 'soon' }, 0],
  [{ 'x-ratelimit-remaining-requests': '0' }, 0],
  [{ 'x-ratelimit-remaining-tokens': '5000', 'x-ratelimit-reset-tokens': '2s' }, 0],
  [{ 'x-ratelimit-remaining-tokens': '999', 'x-ratelimit-reset-tokens': '2s' }, 2000],
  [
    {
      'anthropic-ratelimit-requests-remaining': '0',
      'anthropic-ratelimit-requests-reset': '2026-01-01T00:00:05Z',
      'anthropic-ratelimit-input-tokens-remaining': '10',
      'anthropic-ratelimit-input-tokens-reset': '2026-01-01T00:00:09Z',
    },
    9000,
  ],
  [
    {
      'anthropic-ratelimit-output-tokens-remaining': '8',
      'anthropic-ratelimit-output-tokens-reset': '2026-01-01T00:00:05Z',
    },
    0,
  ],
  [
    {
      'anthropic-ratelimit-requests-remaining': '0',
      'anthropic-ratelimit-requests-reset': '2025-12-31T23:59:00Z',
    },
    0,
  ],
])('%j: wait %i ms before another request of 1,000 tokens', (headers, expected) => {
  expect(rateLimitWaitMs(new Headers(headers), 1000, NOW)).toBe(expected);
});

test('whatever a server writes there, the wait is a length of time', () => {
  const value = fc.string({ unit: fc.constantFrom(...'0123456789.hms-:TZ ') });
  fc.assert(
    fc.property(value, value, (remaining, reset) => {
      const headers = new Headers({
        'x-ratelimit-remaining-requests': remaining,
        'x-ratelimit-reset-requests': reset,
      });
      expect(rateLimitWaitMs(headers, 1, NOW)).toBeGreaterThanOrEqual(0);
    }),
  );
});

test('a fetch that is watched tells the wait, and changes nothing', async () => {
  const waits: number[] = [];
  const answer = new Response('{}', {
    headers: { 'x-ratelimit-remaining-tokens': '100', 'x-ratelimit-reset-tokens': '3s' },
  });
  const watched = watchRateLimits(
    async () => answer,
    (waitMs) => waits.push(waitMs),
  );
  expect(await watched('http://localhost/', { method: 'POST', body: 'x'.repeat(400) })).toBe(answer);
  expect(waits).toEqual([]);
  await watched('http://localhost/', { method: 'POST', body: 'x'.repeat(500) });
  expect(waits).toEqual([3000]);
});
