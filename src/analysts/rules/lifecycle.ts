import type { LogDocument } from '../../log/document.js';
import type { LeakGroup } from './analysis.js';
import { nameOf } from './groups.js';

/** Words that begin an object's life, with those that end it. */
const PAIRS: readonly (readonly [begin: string, ends: readonly string[]])[] = [
  ['new', ['free', 'delete', 'destroy', 'release']],
  ['create', ['destroy', 'free', 'delete']],
  ['alloc', ['free', 'dealloc', 'release']],
  ['init', ['fini', 'final', 'finalize', 'deinit', 'destroy', 'cleanup', 'free']],
  ['setup', ['teardown', 'cleanup']],
  ['open', ['close']],
  ['connect', ['disconnect']],
  ['attach', ['detach']],
  ['add', ['del', 'remove', 'delete']],
  ['insert', ['remove', 'delete', 'erase']],
  ['register', ['unregister', 'deregister']],
  ['subscribe', ['unsubscribe']],
  ['ref', ['unref']],
  ['incref', ['decref']],
  ['push', ['pop']],
  ['start', ['stop']],
  ['acquire', ['release']],
  ['lock', ['unlock']],
];

/** `free_cup_ref`: what ends a life begins none, whatever else its name holds. */
const ENDS = new RegExp(
  `(?:^|_)(?:${[...new Set(PAIRS.flatMap(([, ends]) => ends))].join('|')})(?=_|$|[A-Z])`,
);

/** A function that begins an object's life, and what would end it. */
export interface Lifecycle {
  readonly begin: string;
  /** Names that the counterpart could have. */
  readonly ends: readonly string[];
  /** The counterpart that stands on some stack of the logs; null where none does. */
  readonly seen: string | null;
}

/** Every function that a stack of the logs names, of loss records and of errors. */
export function functionsSeen(documents: readonly LogDocument[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { records, errors } of documents) {
    for (const { frames } of records) for (const frame of frames) names.add(nameOf(frame));
    for (const { frames } of errors) for (const frame of frames) names.add(nameOf(frame));
  }
  return names;
}

/**
 * The innermost function of a group whose name says that it begins an object's life (`x_new`, `add_x`, `connect`),
 * with its counterpart. Names only advise a reader where to look; they weigh nothing.
 */
export function lifecycleOf({ chain }: LeakGroup, seen: ReadonlySet<string>): Lifecycle | null {
  for (const name of chain) {
    if (ENDS.test(name)) continue;
    for (const [begin, ends] of PAIRS) {
      const capital = begin.charAt(0).toUpperCase() + begin.slice(1);
      const word = new RegExp(`(^|_)${begin}(?=_|$|[A-Z])|([a-z\\d])${capital}(?![a-z])`).exec(name);
      if (word === null) continue;
      const at = word.index + (word[1] ?? word[2] ?? '').length;
      const names = ends.map(
        (end) => name.slice(0, at) + inCaseOf(name.slice(at), end) + name.slice(at + begin.length),
      );
      return { begin: name, ends: names, seen: names.find((end) => seen.has(end)) ?? null };
    }
  }
  return null;
}

/** The word, with a capital where the one it replaces has one. */
function inCaseOf(replaced: string, word: string): string {
  return /^[A-Z]/.test(replaced) ? word.charAt(0).toUpperCase() + word.slice(1) : word;
}
