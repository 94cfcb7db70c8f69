import type { Frame } from '../../log/document.js';
import { nameOf } from './groups.js';

/** So many different callers make a function that only allocates a wrapper. */
const FEWEST_CALLERS = 3;

/**
 * Functions of the program that only hand memory on (its own `malloc`, a pool's allocator, a string copier): in every
 * stack that has one, nothing but wrappers stands inside of it, and at least three different functions call it.
 * A function that also calls other makers of objects does work of its own and is none. A wrapper may be made of
 * several functions that always stand in the same order; then its outermost one has the callers.
 *
 * @param stacks the program's own calls of each group, innermost first
 */
export function findWrappers(stacks: readonly (readonly Frame[])[]): ReadonlySet<string> {
  const names = stacks.map((own) => own.map(nameOf));
  const wrappers = new Set<string>();
  for (;;) {
    const found = newWrappers(names, wrappers);
    if (found.length === 0) return wrappers;
    for (const name of found) wrappers.add(name);
  }
}

/** What is known of the function that stands innermost in some stacks. */
interface Candidate {
  readonly callers: Set<string>;
  /** From the function outwards. */
  readonly stacks: (readonly string[])[];
}

function newWrappers(stacks: readonly (readonly string[])[], known: ReadonlySet<string>): string[] {
  const candidates = new Map<string, Candidate>();
  const workers = new Set<string>();
  for (const own of stacks) {
    const rest = withoutWrappers(own, known);
    const [name] = rest;
    if (name === undefined) continue;
    const candidate = candidates.get(name) ?? { callers: new Set(), stacks: [] };
    candidates.set(name, candidate);
    candidate.stacks.push(rest);
    if (rest[1] !== undefined && rest[1] !== name) candidate.callers.add(rest[1]);
    for (const outer of rest.slice(1)) if (outer !== name) workers.add(outer);
  }
  const found: string[] = [];
  for (const [name, candidate] of candidates) {
    if (name === '???' || workers.has(name)) continue;
    if (candidate.callers.size >= FEWEST_CALLERS) found.push(name);
    else found.push(...layeredWrapper(name, candidate, candidates));
  }
  return found;
}

/** The candidate and the functions around it up to one with enough callers, if all its stacks have them in common. */
function layeredWrapper(
  name: string,
  { stacks }: Candidate,
  candidates: ReadonlyMap<string, Candidate>,
): string[] {
  const layers = [name];
  for (;;) {
    const callers = new Set(stacks.map((stack) => stack[layers.length]));
    callers.delete(undefined);
    if (callers.size >= FEWEST_CALLERS) return layers.length > 1 ? layers : [];
    const [caller] = callers;
    const makesMore = caller === undefined || candidates.has(caller) || layers.includes(caller);
    if (callers.size !== 1 || makesMore || caller === '???') return [];
    layers.push(caller);
  }
}

/**
 * Of the wrappers those through which all losses came, although they stand in another source file than the innermost
 * call, which is the program's own `malloc`: they make the one kind of object that is lost, whoever asked for it.
 *
 * @param lost the program's own calls of each group that is lost for certain, innermost first
 */
export function makersOfAll(
  lost: readonly (readonly Frame[])[],
  wrappers: ReadonlySet<string>,
): ReadonlySet<string> {
  const [first, ...others] = lost.map((own) => makersIn(own, wrappers));
  if (first === undefined || others.length === 0) return new Set();
  return new Set([...first].filter((name) => others.every((makers) => makers.has(name))));
}

function makersIn(own: readonly Frame[], wrappers: ReadonlySet<string>): ReadonlySet<string> {
  const file = own[0]?.file ?? null;
  const makers = own.filter((frame) => file !== null && frame.file !== null && frame.file !== file);
  return new Set(makers.map(nameOf).filter((name) => wrappers.has(name)));
}

function withoutWrappers(own: readonly string[], wrappers: ReadonlySet<string>): readonly string[] {
  const first = own.findIndex((name) => !wrappers.has(name));
  return first === -1 ? [] : own.slice(first);
}

/** The names of the program's own calls without the wrappers inside; the last wrapper stays where all are wrappers. */
export function chainOf(own: readonly Frame[], wrappers: ReadonlySet<string>): string[] {
  const names = own.map(nameOf);
  const rest = withoutWrappers(names, wrappers);
  return rest.length === 0 ? names.slice(-1) : [...rest];
}
