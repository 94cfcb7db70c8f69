import type { LeakGroup } from './analysis.js';
import { nameOf } from './groups.js';

/** Groups that lose the same kind of object, or hold memory in the same pool. */
export interface Cluster {
  readonly groups: readonly LeakGroup[];
  /** The pool's name where its members have only that in common. */
  readonly pool: string | null;
}

/**
 * Puts groups together that are likely to have one cause: those whose innermost call of the program, behind functions
 * that only hand memory on, is the same (they lose the same kind of object), and those of one pool.
 */
export function clusterGroups(
  groups: readonly LeakGroup[],
  pools: ReadonlyMap<string, readonly LeakGroup[]>,
): Cluster[] {
  const clusters = new Map<string, { groups: LeakGroup[]; pool: string | null }>();
  for (const group of groups) {
    const innermost = group.own[0] === undefined ? null : nameOf(group.own[0]);
    const pool = innermost !== null && pools.has(innermost) ? innermost : null;
    const key = pool === null ? `kind ${kindOf(group)}` : `pool ${pool}`;
    const cluster = clusters.get(key);
    if (cluster === undefined) clusters.set(key, { groups: [group], pool });
    else cluster.groups.push(group);
  }
  return [...clusters.values()];
}

/** The innermost name, with the calls around it as long as they have no name. */
function kindOf({ chain }: LeakGroup): string {
  const named = chain.findIndex((name) => name !== '???');
  return chain.slice(0, named === -1 ? chain.length : named + 1).join(' < ');
}

/** Names that all chains begin with. */
export function commonStart(groups: readonly LeakGroup[]): readonly string[] {
  const [first, ...rest] = groups;
  if (first === undefined) return [];
  let length = first.chain.length;
  for (const { chain } of rest) {
    let same = 0;
    while (same < length && chain[same] === first.chain[same]) same++;
    length = same;
  }
  return first.chain.slice(0, length);
}

/** Share of a cluster's blocks from which on one place outweighs all others. */
const DOMINANT = 0.9;

/**
 * The groups of one place that holds nine tenths of the cluster's blocks, or all groups where no place does.
 * A place is where the stacks part.
 */
export function dominantGroups(groups: readonly LeakGroup[]): readonly LeakGroup[] {
  const start = commonStart(groups).length;
  const total = groups.reduce((blocks, group) => blocks + group.blocks, 0);
  const places = new Map<string, LeakGroup[]>();
  for (const group of groups) {
    const place = group.chain[start] ?? '';
    const at = places.get(place);
    if (at === undefined) places.set(place, [group]);
    else at.push(group);
  }
  for (const at of places.values()) {
    if (at.reduce((blocks, group) => blocks + group.blocks, 0) >= DOMINANT * total) return at;
  }
  return groups;
}
