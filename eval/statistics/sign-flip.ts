import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** Up to this many cases that differ, all sign assignments are counted; beyond, they are sampled. */
const EXACT_CASES = 30;

/** Sign assignments drawn where there are too many to count. */
const SAMPLED_FLIPS = 100_000;

const SEED = 20140521;

/**
 * Two-sided p-value of the paired permutation test: how often the sum of the differences is at least as far from 0
 * when every sign is thrown anew (Fisher, The Design of Experiments, 1935, section 21). Cases without a difference
 * weigh on neither side. Exact up to `EXACT_CASES`; beyond, seeded sampling that counts the observed assignment too
 * (Phipson and Smyth, 2010), so that it is never 0.
 */
export function signFlipTest(differences: readonly number[]): number {
  const sizes = differences.filter((difference) => difference !== 0).map(Math.abs);
  if (sizes.length === 0) return 1;
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const observed = Math.abs(differences.reduce((sum, difference) => sum + difference, 0));
  // Sums of the same figures in another order may differ in the last bits; they count as equal.
  const threshold = observed - 1e-9 * total;
  return sizes.length <= EXACT_CASES ? exactShare(sizes, threshold) : sampledShare(sizes, threshold);
}

/**
 * Share of sign assignments whose sum is at least `threshold` away from 0. Each half of the figures has few enough
 * sums to list; for a sum of one half, the sums of the other that go far enough stand at the two ends of its list.
 */
function exactShare(sizes: readonly number[], threshold: number): number {
  if (threshold <= 0) return 1;
  const half = sizes.length >> 1;
  const left = signedSums(sizes.slice(0, half));
  const right = signedSums(sizes.slice(half)).sort();
  let far = 0;
  for (const sum of left) {
    far += right.length - firstAtLeast(right, threshold - sum);
    far += firstAtLeast(right, -threshold - sum, true);
  }
  return far / (left.length * right.length);
}

function signedSums(sizes: readonly number[]): Float64Array {
  let sums = Float64Array.of(0);
  for (const size of sizes) {
    const grown = new Float64Array(2 * sums.length);
    grown.set(sums.map((sum) => sum - size));
    grown.set(
      sums.map((sum) => sum + size),
      sums.length,
    );
    sums = grown;
  }
  return sums;
}

/** Place of the first figure that is at least `limit`, or above it when `above`; the length where none is. */
function firstAtLeast(sorted: Float64Array, limit: number, above = false): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const figure = sorted[middle] as number;
    if (above ? figure > limit : figure >= limit) high = middle;
    else low = middle + 1;
  }
  return low;
}

function sampledShare(sizes: readonly number[], threshold: number): number {
  const random = xoroshiro128plus(SEED);
  let far = 1;
  for (let flip = 0; flip < SAMPLED_FLIPS; flip++) {
    let sum = 0;
    let bits = 0;
    for (let at = 0; at < sizes.length; at++) {
      if (at % 30 === 0) bits = uniformInt(random, 0, 2 ** 30 - 1);
      const size = sizes[at] as number;
      sum += bits & 1 ? size : -size;
      bits >>= 1;
    }
    if (Math.abs(sum) >= threshold) far++;
  }
  return far / (SAMPLED_FLIPS + 1);
}
