/**
 * p-values adjusted for their number by Holm's step-down method (Holm, Scandinavian Journal of Statistics 6, 1979),
 * in the order given.
 */
export function holm(pValues: readonly number[]): number[] {
  const order = pValues.map((_, index) => index);
  order.sort((one, other) => (pValues[one] as number) - (pValues[other] as number) || one - other);
  const adjusted = new Array<number>(pValues.length);
  let floor = 0;
  for (const [rank, index] of order.entries()) {
    floor = Math.max(floor, Math.min(1, (pValues.length - rank) * (pValues[index] as number)));
    adjusted[index] = floor;
  }
  return adjusted;
}
