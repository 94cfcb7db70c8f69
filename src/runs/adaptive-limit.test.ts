import { expect, test } from 'vitest';
import { adaptiveLimit } from './adaptive-limit.js';

test('half as many after a refusal, one more after each round of answers, never more than the most', async () => {
  const seen: number[] = [];
  const limit = adaptiveLimit(8, undefined, (concurrency) => seen.push(concurrency));
  limit.refused(0);
  limit.refused(0);
  limit.refused(0);
  limit.refused(0);
  expect(seen).toEqual([4, 2, 1]);
  for (let request = 0; request < 100; request++) await limit.run(async () => request);
  expect(seen).toEqual([4, 2, 1, 2, 3, 4, 5, 6, 7, 8]);
});

test('refusals of requests that were under way together count once', () => {
  const seen: number[] = [];
  const limit = adaptiveLimit(8, undefined, (concurrency) => seen.push(concurrency));
  for (let request = 0; request < 8; request++) limit.refused(60_000);
  expect(seen).toEqual([4]);
});

test('no more than the limit run at a time', async () => {
  const limit = adaptiveLimit(4, undefined, () => {});
  limit.refused(0);
  let running = 0;
  let peak = 0;
  const request = async () => {
    peak = Math.max(peak, ++running);
    await new Promise((resolve) => setImmediate(resolve));
    running--;
    throw new Error('failed');
  };
  await Promise.allSettled(Array.from({ length: 20 }, () => limit.run(request)));
  expect(peak).toBe(2);
});

test('stopped, it does not wait for a server that asked to be left alone', async () => {
  const stop = new AbortController();
  const limit = adaptiveLimit(1, stop.signal, () => {});
  limit.refused(60_000);
  const request = limit.run(async () => 'asked');
  setImmediate(() => stop.abort());
  expect(await request).toBe('asked');
});

test('a pause keeps requests back and is no refusal', async () => {
  const stop = new AbortController();
  const seen: number[] = [];
  const limit = adaptiveLimit(4, stop.signal, (concurrency) => seen.push(concurrency));
  limit.pause(60_000);
  let asked = 0;
  const request = limit.run(async () => ++asked);
  await new Promise((resolve) => setImmediate(resolve));
  expect([asked, seen]).toEqual([0, []]);
  limit.refused(1000);
  expect(seen).toEqual([2]);
  stop.abort();
  expect(await request).toBe(1);
});
