import type { LeakKind } from '../../log/document.js';
import type { EvidenceKind, LeakGroup } from './analysis.js';
import type { Cluster } from './clusters.js';
import { amountOf, blocksOf, sum } from './groups.js';

/** So many places that lose an object for certain make a possible loss of its like a likely one; */
const CERTAIN_PLACES = 3;
/** so do so many blocks. */
const CERTAIN_BLOCKS = 8;

/**
 * Splits each cluster into what can be believed or rejected as one: groups that lose blocks for certain, with their
 * like that is possibly lost where enough certain losses vouch for it; groups that are only possibly lost; and groups
 * that are only still reachable.
 *
 * A pool is lost as a whole if half of its kinds of object are lost for certain; otherwise its groups are judged one
 * by one, and its possibly lost blocks are memory that it keeps for reuse.
 */
export function splitByCertainty(cluster: Cluster, without: ReadonlySet<EvidenceKind>): Cluster[] {
  if (without.has('kind')) return [cluster];
  const certain = cluster.groups.filter(isCertain);
  const vouched =
    cluster.pool === null
      ? !without.has('siblings') && vouchesForItsLike(certain)
      : kinds(certain).size * 2 >= kinds(cluster.groups).size;
  const parts = vouched
    ? [
        only(cluster.groups, 'definitely-lost', 'indirectly-lost', 'possibly-lost'),
        only(cluster.groups, 'still-reachable'),
      ]
    : [
        only(cluster.groups, 'definitely-lost', 'indirectly-lost'),
        only(cluster.groups, 'possibly-lost'),
        only(cluster.groups, 'still-reachable'),
      ];
  return parts.filter((groups) => groups.length > 0).map((groups) => ({ groups, pool: cluster.pool }));
}

function vouchesForItsLike(certain: readonly LeakGroup[]): boolean {
  return (
    certain.length >= CERTAIN_PLACES ||
    sum(certain, (group) => blocksOf(group, 'definitely-lost')) >= CERTAIN_BLOCKS
  );
}

function isCertain(group: LeakGroup): boolean {
  return blocksOf(group, 'definitely-lost') > 0;
}

/** The groups' records of these kinds; groups without any are left out. */
function only(groups: readonly LeakGroup[], ...kinds: readonly LeakKind[]): LeakGroup[] {
  return groups.flatMap((group) => {
    const records = group.records.filter(({ kind }) => kinds.includes(kind));
    if (records.length === group.records.length) return [group];
    return records.length === 0 ? [] : [{ ...group, records, ...amountOf(records) }];
  });
}

function kinds(groups: readonly LeakGroup[]): Set<string> {
  return new Set(groups.map(({ chain }) => chain[0] ?? ''));
}
