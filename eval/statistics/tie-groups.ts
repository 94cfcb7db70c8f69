/**
 * Letters for a ranking: two members share a letter exactly when they cannot be told apart (compact letter display;
 * Piepho, Journal of Computational and Graphical Statistics 13, 2004, insert-and-absorb).
 *
 * @param count how many members, best first
 * @param differ pairs of members, by rank from 0, that can be told apart
 * @returns the letters of each member, `a` for the group of the best
 */
export function tieGroups(count: number, differ: readonly (readonly [number, number])[]): string[] {
  let groups: Set<number>[] = [new Set(Array.from({ length: count }, (_, member) => member))];
  for (const [one, other] of differ) {
    const split = groups.flatMap((group) =>
      group.has(one) && group.has(other) ? [without(group, one), without(group, other)] : [group],
    );
    groups = split.filter(
      (group, at) => !split.some((larger, place) => place !== at && absorbs(larger, group, place < at)),
    );
  }
  groups.sort(
    (left, right) => Math.min(...left) - Math.min(...right) || Math.max(...left) - Math.max(...right),
  );
  return Array.from({ length: count }, (_, member) =>
    groups.flatMap((group, index) => (group.has(member) ? [letter(index)] : [])).join(''),
  );
}

function without(group: ReadonlySet<number>, member: number): Set<number> {
  return new Set([...group].filter((other) => other !== member));
}

/** Whether every member of `group` is in `larger`; of two equal groups the first stays. */
function absorbs(larger: ReadonlySet<number>, group: ReadonlySet<number>, isFirst: boolean): boolean {
  if (larger.size === group.size && !isFirst) return false;
  return [...group].every((member) => larger.has(member));
}

function letter(index: number): string {
  return index < 26
    ? String.fromCharCode(97 + index)
    : `${letter(Math.floor(index / 26) - 1)}${letter(index % 26)}`;
}
