import { expect, test } from 'vitest';
import { type Clock, type PaceLimits, paceOf } from './pace.js';

/** Time that passes only by waiting. */
function patientClock(): Clock {
  let time = 1000;
  return {
    now: () => time,
    async sleep(milliseconds) {
      time += milliseconds;
    },
  };
}

/** Seconds at which so many requests begin, one after the other, each with its tokens. */
async function beginnings(limits: PaceLimits, tokens: readonly number[]): Promise<number[]> {
  const clock = patientClock();
  const pace = paceOf(limits, undefined, clock);
  const seconds: number[] = [];
  for (const amount of tokens) {
    await pace.begin();
    seconds.push((clock.now() - 1000) / 1000);
    pace.took(amount);
    await clock.sleep(1000);
  }
  return seconds;
}

test('without limits nobody waits', async () => {
  expect(await beginnings({}, [1e9, 1e9, 1e9])).toEqual([0, 1, 2]);
});

test('no minute has more requests than allowed', async () => {
  expect(await beginnings({ requests: 2 }, [0, 0, 0, 0, 0])).toEqual([0, 1, 60, 61, 120]);
});

test('no request begins while the last minute has taken its tokens', async () => {
  expect(await beginnings({ tokens: 100 }, [60, 60, 60, 10, 10])).toEqual([0, 1, 60, 61, 62]);
});

test('stopped, nobody waits any longer', async () => {
  const stop = new AbortController();
  const pace = paceOf({ requests: 1 }, stop.signal);
  await pace.begin();
  setImmediate(() => stop.abort());
  await pace.begin();
  expect(stop.signal.aborted).toBe(true);
});
