/**
 * pass^k: the chance that k repeats of a case, drawn from those made, all succeed, averaged over the cases
 * (Yao et al., tau-bench, 2024). With `successes` of `repeats` in a case it is C(successes, k) / C(repeats, k).
 */
export function passAll(successes: readonly number[], repeats: number, k: number): number {
  const chances = successes.map((count) => {
    let chance = 1;
    for (let draw = 0; draw < k; draw++) chance *= Math.max(0, count - draw) / (repeats - draw);
    return chance;
  });
  return chances.reduce((sum, chance) => sum + chance, 0) / chances.length;
}
