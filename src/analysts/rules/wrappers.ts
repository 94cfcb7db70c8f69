import type { Frame } from '../../log/document.js';
import { nameOf } from './groups.js';

/** So many different callers make a function that only allocates a wrapper. */
const FEWEST_CALLERS = 3;

/**
 * Functions of the program that only hand memory on (its own `malloc`, a pool's allocator, a string copier): in every
 * stack that has one, nothing but wrappers stands inside of it, and at least three different functions call it.
 * A function that also calls other makers of objects does work of its own and is none.
 *
 * @param stacks the program's own calls of each group, innermost first
 */
export function findWrappers(stacks: readonly (readonly Frame[])[]): ReadonlySet<string> {
  const wrappers = new Set<string>();
  for (;;) {
    const found = newWrappers(stacks, wrappers);
    if (found.length === 0) return wrappers;
    for (const name of found) wrappers.add(name);
  }
}

function newWrappers(stacks: readonly (readonly Frame[])[], known: ReadonlySet<string>): string[] {
  const callers = new Map<string, Set<string>>();
  const workers = new Set<string>();
  for (const own of stacks) {
    const first = own.findIndex((frame) => !known.has(nameOf(frame)));
    if (first === -1) continue;
    const candidate = nameOf(own[first] as Frame);
    const caller = own[first + 1];
    if (caller !== undefined && nameOf(caller) !== candidate) {
      const of = callers.get(candidate) ?? new Set();
      callers.set(candidate, of.add(nameOf(caller)));
    }
    for (const frame of own.slice(first + 1)) {
      if (nameOf(frame) !== candidate) workers.add(nameOf(frame));
    }
  }
  return [...callers]
    .filter(([name, of]) => of.size >= FEWEST_CALLERS && !workers.has(name) && name !== '???')
    .map(([name]) => name);
}

/** The names of the program's own calls without the wrappers inside; the last wrapper stays where all are wrappers. */
export function chainOf(own: readonly Frame[], wrappers: ReadonlySet<string>): string[] {
  const names = own.map(nameOf);
  const first = names.findIndex((name) => !wrappers.has(name));
  return first === -1 ? names.slice(-1) : names.slice(first);
}
