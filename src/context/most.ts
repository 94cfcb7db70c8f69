/** The largest number from 0 to `limit` that fits, found by halving; 0 is taken to fit, and less fits where more does. */
export function most(limit: number, fits: (count: number) => boolean): number {
  let low = 0;
  let high = limit;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (fits(middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}
