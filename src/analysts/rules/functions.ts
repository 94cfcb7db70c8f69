import type { LeakGroup } from './analysis.js';
import { commonStart, dominantGroups } from './clusters.js';
import { nameOf } from './groups.js';

/** More names than these help nobody to look. */
const MOST_NAMES = 3;

/**
 * True where a cluster's object is made in several places and lost from more than one: then the fault lies in what
 * all of them leave the object to, rather than in one of the places.
 */
export function isLostFromSeveralPlaces(groups: readonly LeakGroup[]): boolean {
  const dominant = dominantGroups(groups);
  return dominant.length > 1 && commonStart(dominant).length <= 2;
}

/**
 * Functions to look at, the likeliest first. A report shows where memory was made; the function at fault is the one
 * that should have released it, and it is found outwards from there.
 *
 * - Lost a few times at most: the call that made the object, and its callers.
 * - Lost from several places: what makes the object, then the call in which the places meet.
 * - Lost from one place, while others make the same object: that place and its callers.
 * - Lost from one place, and no other is known: the functions that first call into another source file on the way
 *   outwards. The innermost files are helpers as a rule; who called them held the object.
 */
export function suspectFunctions(groups: readonly LeakGroup[], repeated: boolean): string[] {
  const dominant = dominantGroups(groups);
  const largest = dominant.reduce((one, other) => (other.blocks > one.blocks ? other : one));
  if (!repeated) return distinct(largest.chain);
  if (isLostFromSeveralPlaces(groups)) {
    const maker = largest.chain[0];
    const place = largest.chain[commonStart(dominant).length];
    return distinct([maker, meetingPoint(dominant, largest), place]);
  }
  const shared = commonStart(groups).length;
  const others = dominant.length < groups.length;
  return others ? distinct(largest.chain.slice(shared)) : distinct([...holders(largest), ...largest.chain]);
}

/** The innermost call that all stacks have in common behind the place where they part. */
function meetingPoint(groups: readonly LeakGroup[], largest: LeakGroup): string | undefined {
  const start = commonStart(groups).length;
  return largest.chain
    .slice(start)
    .find((name) => groups.every(({ chain }) => chain.indexOf(name, start) !== -1));
}

/** For each source file behind the innermost one, the first and the last function before the next file begins. */
function holders({ own, chain }: LeakGroup): string[] {
  const frames = own.slice(own.length - chain.length);
  const names: string[] = [];
  let begin = 0;
  for (let at = 1; at <= frames.length; at++) {
    if (at < frames.length && frames[at]?.file === frames[begin]?.file) continue;
    const [first, last] = [frames[begin], frames[at - 1]];
    if (begin > 0 && first !== undefined && last !== undefined) names.push(nameOf(first), nameOf(last));
    begin = at;
  }
  return names;
}

function distinct(names: readonly (string | undefined)[]): string[] {
  const known = names.filter((name): name is string => name !== undefined && name !== '???');
  return [...new Set(known)].slice(0, MOST_NAMES);
}
