/** Two raters who each said yes or no of the same things. */
export interface TwoByTwo {
  readonly bothYes: number;
  readonly onlyFirst: number;
  readonly onlySecond: number;
  readonly bothNo: number;
}

/**
 * Cohen's kappa: agreement beyond what chance would give (Cohen, Educational and Psychological Measurement 20, 1960).
 * 1 is full agreement and 0 what chance gives. Null where nothing was rated, or where both said the same of all,
 * which chance alone would give as well.
 */
export function cohensKappa({ bothYes, onlyFirst, onlySecond, bothNo }: TwoByTwo): number | null {
  const all = bothYes + onlyFirst + onlySecond + bothNo;
  const observed = (bothYes + bothNo) / all;
  const firstYes = (bothYes + onlyFirst) / all;
  const secondYes = (bothYes + onlySecond) / all;
  const expected = firstYes * secondYes + (1 - firstYes) * (1 - secondYes);
  return all === 0 || expected === 1 ? null : (observed - expected) / (1 - expected);
}
