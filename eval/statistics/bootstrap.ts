import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { mean, quantileSorted } from 'simple-statistics';

/** Resamples of a bootstrap interval. */
const RESAMPLES = 10_000;

/** Below this number of cases an interval would pretend: resamples hardly differ. */
const FEWEST_CASES = 5;

const SEED = 20140327;

/**
 * Percentile bootstrap interval, 95%, of a mean (Efron and Tibshirani, An Introduction to the Bootstrap, 1993,
 * chapter 13). `values` has one figure a cluster: repeats of a case were averaged before. Seeded, so the same values
 * in the same order give the same interval. Null below `FEWEST_CASES`.
 */
export function bootstrapMean(values: readonly number[]): Interval | null {
  if (values.length < FEWEST_CASES) return null;
  const name = values.join(' ');
  let interval = known.get(name);
  if (interval === undefined) {
    interval = resample(values);
    known.set(name, interval);
  }
  return interval;
}

interface Interval {
  readonly low: number;
  readonly high: number;
}

/** Tables ask for the same values again and again: contestants that do alike, figures that agree, tags that overlap. */
const known = new Map<string, Interval>();

function resample(values: readonly number[]): Interval {
  const draws = drawsFor(values.length);
  const means = new Float64Array(RESAMPLES);
  for (let resample = 0, at = 0; resample < RESAMPLES; resample++) {
    let sum = 0;
    for (let draw = 0; draw < values.length; draw++) sum += values[draws[at++] as number] as number;
    means[resample] = sum / values.length;
  }
  const sorted = Array.from(means.sort());
  // The mean itself bounds the interval where rounding puts a constant sample's resamples beside it.
  const centre = mean([...values]);
  return {
    low: Math.min(centre, quantileSorted(sorted, 0.025)),
    high: Math.max(centre, quantileSorted(sorted, 0.975)),
  };
}

const cache = new Map<number, Uint32Array>();

/** Which values each resample draws, one resample after the other; the same for every sample of a size. */
function drawsFor(size: number): Uint32Array {
  let draws = cache.get(size);
  if (draws === undefined) {
    const random = xoroshiro128plus(SEED);
    draws = Uint32Array.from({ length: RESAMPLES * size }, () => uniformInt(random, 0, size - 1));
    cache.set(size, draws);
  }
  return draws;
}
