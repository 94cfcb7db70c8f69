/** Compares by UTF-16 code unit, so that an order is the same in every locale. For `Array.prototype.sort`. */
export function byText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
