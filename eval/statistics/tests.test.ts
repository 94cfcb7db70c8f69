import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { smallestDetectable } from './detectable.js';
import { holm } from './holm.js';
import { mcnemar } from './mcnemar.js';
import { signFlipTest } from './sign-flip.js';
import { studentTProbability, studentTQuantile } from './student-t.js';

/** Darwin's maize, crossed less self-fertilised plants, in eighths of an inch: Fisher, The Design of Experiments. */
const DARWIN = [49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48];

describe('signFlipTest', () => {
  // Fisher (1935), section 21: 863 of the 32,768 assignments on each side reach the observed sum.
  test("Darwin's maize, as published", () => {
    expect(signFlipTest(DARWIN) * 2 ** 15).toBeCloseTo(1726, 9);
    expect(signFlipTest(DARWIN.map((eighths) => eighths / 8))).toBeCloseTo(0.05267333984375, 12);
  });

  // scipy 1.17.1, stats.permutation_test(..., permutation_type='samples', n_resamples=inf)
  test('with ties and a case without difference, as scipy has it', () => {
    expect(signFlipTest([0.2, 0, 0.5, -0.1, 0.3, 0.3, -0.2, 0.4, 0.1, 0.25])).toBeCloseTo(0.05078125, 12);
  });

  // All 2^26 and 2^40 assignments, counted by sum with Python's integers.
  test('26 cases, exactly; 40 cases, by sampling', () => {
    const spread = (count: number, shift: number) =>
      Array.from({ length: count }, (_, at) => (((at * 37) % 19) - shift) / 10);
    expect(signFlipTest(spread(26, 8))).toBeCloseTo(0.0831747055053711, 12);
    expect(signFlipTest(spread(40, 7))).toBeCloseTo(0.0377003429675824, 2);
  });

  test('no difference anywhere: 1; the same sign in every case: as few as can be', () => {
    expect(signFlipTest([])).toBe(1);
    expect(signFlipTest([0, 0, 0])).toBe(1);
    expect(signFlipTest([1, 1, 1, 1, 1, 1])).toBe(2 / 2 ** 6);
  });

  test('equals counting every assignment', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 1, maxLength: 10 }),
        (differences) => {
          let sums = [0];
          for (const size of differences) sums = sums.flatMap((sum) => [sum + size, sum - size]);
          const observed = Math.abs(differences.reduce((sum, size) => sum + size, 0));
          const share = sums.filter((sum) => Math.abs(sum) >= observed).length / sums.length;
          expect(signFlipTest(differences)).toBeCloseTo(share, 12);
        },
      ),
    );
  });
});

describe('mcnemar', () => {
  // scipy 1.17.1, stats.binomtest(min, sum, 0.5).pvalue
  test.each([
    [6, 16, 0.052478790283203125],
    [16, 6, 0.052478790283203125],
    [1, 9, 0.021484375],
    [0, 5, 0.0625],
    [101, 59, 0.0011229051962340462],
    [150, 86, 3.7159361395713866e-5],
  ])('%i against %i', (first, second, p) => {
    expect(mcnemar(first, second)).toBeCloseTo(p, 10);
  });

  test('nothing discordant, or as many on either side', () => {
    expect(mcnemar(0, 0)).toBe(1);
    expect(mcnemar(4, 4)).toBe(1);
  });
});

describe('holm', () => {
  // R 4.2.2, p.adjust(..., 'holm')
  test.each([
    [
      [0.01, 0.04, 0.03, 0.005],
      [0.03, 0.06, 0.06, 0.02],
    ],
    [
      [0.0002, 0.6, 0.02, 0.02, 0.011, 0.9, 0.049],
      [0.0014, 1, 0.1, 0.1, 0.066, 1, 0.147],
    ],
  ])('%j', (pValues, adjusted) => {
    for (const [at, value] of holm(pValues).entries()) expect(value).toBeCloseTo(adjusted[at] as number, 12);
  });

  test('none', () => {
    expect(holm([])).toEqual([]);
  });
});

describe("Student's t", () => {
  // scipy 1.17.1, stats.t.ppf
  test.each([
    [0.975, 1, 12.706204736174694],
    [0.975, 2, 4.302652729749462],
    [0.975, 9, 2.262157162798205],
    [0.8, 9, 0.8834038596855346],
    [0.975, 23, 2.0686576104190486],
    [0.8, 5, 0.9195437802408271],
    [0.8, 100, 0.8452304244910163],
    [0.995, 7, 3.4994832973504924],
  ])('quantile %f with %i degrees', (probability, degrees, t) => {
    expect(studentTQuantile(probability, degrees)).toBeCloseTo(t, 8);
    expect(studentTProbability(t, degrees)).toBeCloseTo(probability, 12);
  });
});

describe('smallestDetectable', () => {
  // (t(0.975) + t(0.8)) * sd / sqrt(n) with scipy 1.17.1; R 4.2.2's power.t.test(n = 15, sd = 4.718047, power = 0.8,
  // type = 'paired'), by the noncentral t, gives 3.6708.
  test("Darwin's maize, in inches", () => {
    const inches = DARWIN.map((eighths) => eighths / 8);
    expect(smallestDetectable(inches)).toBeCloseTo(3.6702271251813188, 8);
    expect(Math.abs((smallestDetectable(inches) ?? 0) / 3.67077021194 - 1)).toBeLessThan(0.001);
  });

  test('five cases cannot show anything, and cases that do not scatter tell nothing', () => {
    expect(smallestDetectable([0.5, 0.4, 0.6, 0.5, 0.7])).toBeNull();
    expect(smallestDetectable([0, 0, 0, 0, 0, 0, 0])).toBeNull();
    expect(smallestDetectable([0.5, 0.4, 0.6, 0.5, 0.7, 0.2])).not.toBeNull();
  });
});
