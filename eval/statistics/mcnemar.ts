import { binomialDistribution } from 'simple-statistics';

/**
 * Two-sided p-value of McNemar's exact test (McNemar, Psychometrika 12, 1947, by the binomial distribution):
 * `onlyFirst` cases that only one side had right against `onlySecond` that only the other had.
 */
export function mcnemar(onlyFirst: number, onlySecond: number): number {
  const discordant = onlyFirst + onlySecond;
  if (discordant === 0) return 1;
  const probabilities = binomialDistribution(discordant, 0.5) ?? [];
  const tail = probabilities.slice(0, Math.min(onlyFirst, onlySecond) + 1);
  return Math.min(1, 2 * tail.reduce((sum, probability) => sum + probability, 0));
}
