/** An estimate with the limits of its 95% interval; the limits are null where there is too little to tell. */
export interface Estimate {
  readonly value: number;
  readonly low: number | null;
  readonly high: number | null;
  /** Over how many cases. */
  readonly cases: number;
}

/** The 0.975 quantile of the standard normal distribution. */
const Z_95 = 1.959963984540054;

/**
 * Wilson's score interval, 95%, of a proportion (Wilson, JASA 22, 1927; without continuity correction).
 * `proportion` may be an average of repeats, in which case `cases` counts the independent ones.
 */
export function wilson(proportion: number, cases: number): { low: number; high: number } {
  const z2 = Z_95 * Z_95;
  const centre = (proportion + z2 / (2 * cases)) / (1 + z2 / cases);
  const spread =
    (Z_95 / (1 + z2 / cases)) * Math.sqrt((proportion * (1 - proportion)) / cases + z2 / (4 * cases * cases));
  return { low: Math.max(0, centre - spread), high: Math.min(1, centre + spread) };
}
