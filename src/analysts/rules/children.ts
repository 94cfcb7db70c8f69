import type { LossRecord } from '../../log/document.js';
import type { LeakGroup } from './analysis.js';
import { largest, sum } from './groups.js';

/**
 * Finds for each indirectly lost group the cause whose blocks hold it.
 *
 * What is lost indirectly hangs on a block that is lost directly in the same process. Memcheck counts it in the
 * indirect bytes of that block's record, so a holder has at least as many (Valgrind manual, 4.2.8). Among the
 * possible holders the one with the same stack is taken, then the one whose stack has the most calls in common, then
 * the one that holds most. LeakSanitizer does not say which block holds how much: there, a call in common must do.
 *
 * @param candidates roots by cause
 * @returns index of the cause, or -1 where nothing can hold the group
 */
export function holderOf(child: LeakGroup, candidates: readonly (readonly LeakGroup[])[]): number {
  const held = candidates.map((roots) => sum(roots, (root) => indirectBytes(root, child.records)));
  const told = held.some((bytes) => bytes > 0);
  let best = -1;
  let bestScore = [-1, -1] as readonly [number, number];
  candidates.forEach((roots, index) => {
    const same = roots.some(({ signature }) => signature === child.signature);
    const common = same ? Number.POSITIVE_INFINITY : largest(roots, (root) => commonCalls(root, child));
    const bytes = held[index] as number;
    if (told ? bytes === 0 && !same : common === 0) return;
    if (common > bestScore[0] || (common === bestScore[0] && bytes > bestScore[1])) {
      best = index;
      bestScore = [common, bytes];
    }
  });
  return best;
}

/** Indirect bytes of a root in the processes that lost the child. */
function indirectBytes(root: LeakGroup, child: readonly LossRecord[]): number {
  return sum(
    root.records.filter((record) => child.some(({ log, pid }) => log === record.log && pid === record.pid)),
    (record) => record.indirectBytes,
  );
}

function commonCalls(one: LeakGroup, other: LeakGroup): number {
  const names = new Set(one.chain);
  return new Set(other.chain.filter((name) => names.has(name))).size;
}
