import type { LeakGroup } from './analysis.js';
import { commonStart, dominantGroups } from './clusters.js';

/** More names than these help nobody to look. */
const MOST_NAMES = 3;

/** Stacks that part only in their last call part where threads begin, not where objects are made. */
const SHORTEST_PLACE = 2;

/**
 * True where a cluster's object is made in several places and lost from more than one: then the fault lies in what
 * all of them leave the object to, rather than in one of the places.
 */
export function isLostFromSeveralPlaces(groups: readonly LeakGroup[]): boolean {
  const dominant = dominantGroups(groups);
  const start = commonStart(dominant).length;
  const places = dominant.filter(({ chain }) => chain.length - start >= SHORTEST_PLACE);
  return partEarly(dominant) && new Set(places.map(({ chain }) => chain[start])).size > 1;
}

/** Stacks that share more calls than these were in one place before they parted. */
const LONGEST_MAKER = 2;

function partEarly(groups: readonly LeakGroup[]): boolean {
  return commonStart(groups).length <= LONGEST_MAKER;
}

/**
 * Functions to look at, the likeliest first. A report shows where memory was made; the function at fault is the one
 * that should have released it, and it is found outwards from there.
 *
 * - Held by a pool: the pool's function.
 * - Lost a few times at most: the call that made the object, and its callers.
 * - Lost from several places: what makes the object, then the call in which the places meet.
 * - Lost from one place, while others make the same object: that place and its callers.
 * - Lost from one place, and no other is known: the call behind the functions that only hand memory on, and its
 *   caller. Where there are none of those, the innermost file holds helpers as a rule, and who called them held the
 *   object: the first functions of the next two source files on the way outwards, then the innermost itself.
 */
export function suspectFunctions(
  groups: readonly LeakGroup[],
  { repeated, pool }: { readonly repeated: boolean; readonly pool: string | null },
): string[] {
  if (pool !== null) return [pool];
  const dominant = dominantGroups(groups);
  const largest = dominant.reduce((one, other) => (other.blocks > one.blocks ? other : one));
  if (!repeated) return namesToLookAt(largest.chain);
  const start = commonStart(dominant);
  if (isLostFromSeveralPlaces(groups)) {
    return namesToLookAt([start.at(-1), meetingPoint(dominant, largest), largest.chain[start.length]]);
  }
  if (dominant.length < groups.length && partEarly(groups)) {
    return namesToLookAt(largest.chain.slice(commonStart(groups).length));
  }
  const behindHelpers = largest.chain.length < largest.own.length;
  return namesToLookAt([...(behindHelpers ? [] : holders(largest)), ...largest.chain]);
}

/** The innermost call that all stacks have in common behind the place where they part. */
function meetingPoint(groups: readonly LeakGroup[], largest: LeakGroup): string | undefined {
  const start = commonStart(groups).length;
  return largest.chain
    .slice(start)
    .find((name) => groups.every(({ chain }) => chain.indexOf(name, start) !== -1));
}

/** Where the stack passes from one source file to the next: the caller's side of two passages. */
function holders({ own, chain }: LeakGroup): string[] {
  const frames = own.slice(own.length - chain.length);
  const begins = frames.flatMap((frame, at) => (at > 0 && frame.file !== frames[at - 1]?.file ? [at] : []));
  return begins.slice(0, 2).flatMap((at) => chain[at] ?? []);
}

/** Different names, without those that say nothing; `main` calls everything and is named only for want of others. */
function namesToLookAt(names: readonly (string | undefined)[]): string[] {
  const known = names.filter((name): name is string => name !== undefined && name !== '???');
  const telling = known.filter((name) => name !== 'main');
  return [...new Set(telling.length > 0 ? telling : known)].slice(0, MOST_NAMES);
}
