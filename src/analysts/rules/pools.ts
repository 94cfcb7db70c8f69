import type { LeakGroup } from './analysis.js';
import { nameOf } from './groups.js';

/** So many kinds of object must come from one function to call it a pool that was never emptied. */
const FEWEST_KINDS = 8;
/** So many of these kinds must be lost in whole batches. */
const FEWEST_IN_BATCHES = 3;
/** Batches of smaller steps cannot be told from chance. */
const BATCH = 16;
/** So large a share of the records that could be whole batches must be; chance makes it one in sixteen. */
const SHARE_IN_BATCHES = 0.25;

/**
 * Allocators that fetch memory in batches and keep what comes back. A stack through one shows who made it fetch a
 * batch, not who holds the object. Such a function hands memory to at least eight kinds of object, and at least three
 * of them have a record whose number of blocks is a multiple of sixteen: batches that nobody gave back.
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
  const large = groups.flatMap((group) =>
    group.records
      .filter(({ blocks }) => blocks >= BATCH)
      .map(({ blocks }) => ({ blocks, maker: makerOf(group) })),
  );
  const whole = large.filter(({ blocks }) => blocks % BATCH === 0);
  return (
    new Set(groups.map(makerOf)).size >= FEWEST_KINDS &&
    new Set(whole.map(({ maker }) => maker)).size >= FEWEST_IN_BATCHES &&
    whole.length >= SHARE_IN_BATCHES * large.length
  );
}
