import type { LeakGroup } from './analysis.js';
import { nameOf } from './groups.js';

/** So many kinds of object must come from one function to call it a pool that was never emptied. */
const FEWEST_KINDS = 8;
/** So many of these kinds must be lost in whole batches. */
const FEWEST_IN_BATCHES = 3;
const SMALLEST_BATCH = 16;

/**
 * Allocators that fetch memory in batches and keep what comes back. A stack through one shows who made it fetch a
 * batch, not who holds the object. Such a function hands memory to at least eight kinds of object, and at least three
 * of them have a record whose number of blocks is a power of two, sixteen or more: batches that nobody gave back.
 *
 * @returns the pools' names with the groups that came from each
 */
export function findPools(
  groups: readonly LeakGroup[],
  wrappers: ReadonlySet<string>,
): ReadonlyMap<string, readonly LeakGroup[]> {
  const byWrapper = new Map<string, LeakGroup[]>();
  for (const group of groups) {
    const innermost = group.own[0];
    if (innermost === undefined || !wrappers.has(nameOf(innermost))) continue;
    const name = nameOf(innermost);
    const through = byWrapper.get(name);
    if (through === undefined) byWrapper.set(name, [group]);
    else through.push(group);
  }
  return new Map([...byWrapper].filter(([, through]) => isPool(through)));
}

function isPool(groups: readonly LeakGroup[]): boolean {
  const makerOf = ({ own }: LeakGroup) => (own[1] === undefined ? '' : nameOf(own[1]));
  const inBatches = groups.filter(({ records }) => records.some(({ blocks }) => isBatch(blocks)));
  return (
    new Set(groups.map(makerOf)).size >= FEWEST_KINDS &&
    new Set(inBatches.map(makerOf)).size >= FEWEST_IN_BATCHES
  );
}

function isBatch(blocks: number): boolean {
  return blocks >= SMALLEST_BATCH && Number.isInteger(Math.log2(blocks));
}
