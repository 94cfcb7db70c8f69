import fc from 'fast-check';
import { mean } from 'simple-statistics';
import { describe, expect, test } from 'vitest';
import { bootstrapMean } from './bootstrap.js';
import { wilson } from './wilson.js';

describe('wilson', () => {
  // Newcombe, Statistics in Medicine 17 (1998), table I, method 3: 81/263, 15/148, 0/20, 1/29.
  test.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])('%i of %i, as published', (right, all, low, high) => {
    const interval = wilson(right / all, all);
    expect(interval.low).toBeCloseTo(low, 4);
    expect(interval.high).toBeCloseTo(high, 4);
  });

  // scipy 1.17.1, stats.binomtest(7, 10).proportion_ci(method='wilson')
  test('7 of 10, as scipy has it', () => {
    expect(wilson(0.7, 10).low).toBeCloseTo(0.39677814746114526, 12);
    expect(wilson(0.7, 10).high).toBeCloseTo(0.892208732593699, 12);
  });

  test('stays within 0 and 1 and around the proportion', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 500 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (cases, share) => {
          const { low, high } = wilson(share, cases);
          expect(low).toBeGreaterThanOrEqual(0);
          expect(high).toBeLessThanOrEqual(1);
          expect(low).toBeLessThanOrEqual(share + 1e-12);
          expect(high).toBeGreaterThanOrEqual(share - 1e-12);
        },
      ),
    );
  });
});

describe('bootstrapMean', () => {
  const values = [0, 0.2, 0.5, 0.5, 0.8, 1, 1, 1, 0.3, 0.6];

  // scipy 1.17.1, stats.bootstrap((values,), np.mean, method='percentile', n_resamples=1000000): 0.38 to 0.80
  test('agrees with scipy to the scatter of 10,000 resamples', () => {
    const interval = bootstrapMean(values);
    // Means of these resamples lie 0.01 apart.
    expect(Math.abs((interval?.low ?? 0) - 0.38)).toBeLessThan(0.015);
    expect(Math.abs((interval?.high ?? 0) - 0.8)).toBeLessThan(0.015);
  });

  test('is the same each time', () => {
    expect(bootstrapMean(values)).toEqual(bootstrapMean(values));
  });

  test('all equal: the interval is the mean', () => {
    expect(bootstrapMean([0.1, 0.1, 0.1, 0.1, 0.1])).toEqual({
      low: expect.closeTo(0.1, 12),
      high: expect.closeTo(0.1, 12),
    });
  });

  test('holds the mean', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 5, maxLength: 12 }),
        (sample) => {
          const { low, high } = bootstrapMean(sample) ?? { low: Number.NaN, high: Number.NaN };
          expect(low).toBeLessThanOrEqual(mean(sample));
          expect(high).toBeGreaterThanOrEqual(mean(sample));
        },
      ),
      { numRuns: 20 },
    );
  });

  test('four cases are too few to tell', () => {
    expect(bootstrapMean([0, 1, 0, 1])).toBeNull();
  });
});
