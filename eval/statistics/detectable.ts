import { sampleStandardDeviation } from 'simple-statistics';
import { studentTQuantile } from './student-t.js';

const SIGNIFICANCE = 0.05;
const POWER = 0.8;

/**
 * The smallest mean difference that a paired comparison of these cases would have shown, two-sided at 5% with 80%
 * power: (t(0.975) + t(0.8)) standard errors (Bloom, Evaluation Review 19, 1995).
 *
 * Null where the sample cannot tell: the cases do not scatter, or they are so few that even a difference of the same
 * sign in every case would not reach 5% by the sign-flip test (5 or fewer).
 */
export function smallestDetectable(differences: readonly number[]): number | null {
  const cases = differences.length;
  if (2 ** (1 - cases) > SIGNIFICANCE) return null;
  const deviation = sampleStandardDeviation([...differences]);
  if (deviation === 0) return null;
  const factor = studentTQuantile(1 - SIGNIFICANCE / 2, cases - 1) + studentTQuantile(POWER, cases - 1);
  return (factor * deviation) / Math.sqrt(cases);
}
