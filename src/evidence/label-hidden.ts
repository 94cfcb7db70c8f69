import {
  type Amount,
  LEAK_KINDS,
  type LeakKind,
  type LogDocument,
  type Process,
  type Stack,
} from '../log/document.js';
import { filesOf, joinFunctions, type StackNormaliser } from './label-stack.js';
import { lastChecks, type ProgramNamer, type RunLogs } from './label-tally.js';

/** How many of a root's innermost files tell the code that makes it: the object's own, and whose object it is. */
const OWNING_FILES = 2;

/** What the reports of a program count and print no record of, by kind; null where they do not tell. */
type Hidden = { readonly [kind in LeakKind]: Amount | null };

const NOTHING: Amount = { bytes: 0, blocks: 0 };
const NOTHING_HIDDEN = Object.fromEntries(LEAK_KINDS.map((kind) => [kind, NOTHING])) as Hidden;

/** What the last leak check of each process left unprinted, by program. */
function hiddenIn(run: RunLogs, programOf: ProgramNamer): Map<string, Hidden> {
  const programs = new Map<string, Hidden>();
  for (const document of run) {
    for (const process of document.processes) {
      const program = programOf(document, process.pid);
      const hidden = programs.get(program) ?? NOTHING_HIDDEN;
      const sums = LEAK_KINDS.map((kind) => {
        const [known, more] = [hidden[kind], unprinted(document, process, kind)];
        return [kind, known === null || more === null ? null : sum(known, more)];
      });
      programs.set(program, Object.fromEntries(sums));
    }
  }
  return programs;
}

function sum(one: Amount, other: Amount): Amount {
  return { bytes: one.bytes + other.bytes, blocks: one.blocks + other.blocks };
}

/**
 * What a process lost of a kind beyond what is printed. Where no summary tells it (XML, a log that was cut short), roots
 * still tell how many bytes hang from them, and so how many blocks at most; of reachable blocks nothing is known.
 */
function unprinted(document: LogDocument, { pid, tool, checks }: Process, kind: LeakKind): Amount | null {
  if (tool !== 'memcheck') return NOTHING;
  const last = lastChecks(document).get(pid);
  const records = document.records.filter((record) => record.pid === pid && record.check === last);
  const printed = records
    .filter((record) => record.kind === kind)
    .map(({ directBytes, blocks }) => ({ bytes: directBytes, blocks }))
    .reduce(sum, NOTHING);
  const counted = checks.at(-1)?.summary?.[kind];
  if (counted) {
    return {
      bytes: Math.max(0, counted.bytes - printed.bytes),
      blocks: Math.max(0, counted.blocks - printed.blocks),
    };
  }
  if (kind === 'still-reachable') return printed.blocks > 0 ? NOTHING : null;
  if (kind !== 'indirectly-lost' || printed.blocks > 0) return NOTHING;
  const hanging = records.reduce((bytes, { indirectBytes }) => bytes + indirectBytes, 0);
  return { bytes: hanging, blocks: hanging };
}

/**
 * Whether blocks that a report no longer prints could still be there, in the kinds that it does not print.
 *
 * - Indirectly lost blocks hang from a root that is printed with its indirect bytes. The code that makes the root must
 *   be on the stack that made them (a source file in common), and such roots must carry at least as many bytes. A root
 *   that carries the same bytes in both runs carries the same blocks. What was definitely lost hung from no root, so it
 *   can only be among what a root carries in addition.
 * - Reachable blocks hang from nothing that is printed. They can hold what is missed where the LEAK SUMMARY counts that
 *   much more of them; and, of blocks that were possibly lost, where it counts that much more or less: a stray pointer
 *   into a block makes it possibly lost and one to its start makes it reachable, so these come and go (Valgrind manual,
 *   4.2.8), and a total that changed hides how much did. Where a report tells no total, all that was possibly lost
 *   or reachable may be among them.
 * - Definitely and possibly lost blocks are printed, unless the summary says otherwise.
 */
export interface HidingPlace {
  /** The kinds that could hold it, with the bytes that they could hold; empty when it cannot be hidden. */
  kindsFor(missing: Missing): Room[];
}

/** Blocks that one run prints and another does not. */
interface Missing extends Amount {
  readonly program: string;
  readonly frames: Stack;
  /** What the run that prints them calls them, record by record. */
  readonly kinds: readonly LeakKind[];
}

interface Room {
  readonly kind: LeakKind;
  /** Null where the report does not tell. */
  readonly bytes: number | null;
}

/**
 * @param from the run in which the blocks are printed
 * @param to the run in which they are missing
 * @param scale workload of `to` in terms of `from`
 */
export function hidingPlace(
  from: RunLogs,
  to: RunLogs,
  scale: number,
  normaliser: StackNormaliser,
  programOf: ProgramNamer,
): HidingPlace {
  const hiddenBefore = hiddenIn(from, programOf);
  const hiddenAfter = hiddenIn(to, programOf);
  const rootsBefore = rootsOf(from, normaliser, programOf);
  const roots = [...rootsOf(to, normaliser, programOf)].map(([key, root]) => ({
    ...root,
    more: root.indirectBytes - (rootsBefore.get(key)?.indirectBytes ?? 0) * scale,
  }));
  return {
    kindsFor: ({ program, bytes, blocks, frames, kinds }) => {
      const allPossibly = kinds.every((kind) => kind === 'possibly-lost');
      const somePossibly = kinds.includes('possibly-lost');
      const mayBeReachable = somePossibly || kinds.includes('still-reachable');
      const before = hiddenBefore.get(program) ?? NOTHING_HIDDEN;
      const after = hiddenAfter.get(program) ?? NOTHING_HIDDEN;
      return LEAK_KINDS.flatMap((kind): Room[] => {
        const [was, is] = [before[kind], after[kind]];
        if (was === null || is === null) return mayBeReachable ? [{ kind, bytes: null }] : [];
        if (is.bytes < bytes || is.blocks < blocks) return [];
        if (kind === 'indirectly-lost') {
          const files = new Set(filesOf(frames));
          const held = roots.filter(
            (root) => root.program === program && root.files.some((file) => files.has(file)),
          );
          const room = held.reduce(
            (sum, { more, indirectBytes }) =>
              sum + (somePossibly ? (more === 0 ? 0 : indirectBytes) : Math.max(0, more)),
            0,
          );
          return room >= bytes ? [{ kind, bytes: room }] : [];
        }
        const change = {
          bytes: is.bytes - was.bytes * scale,
          blocks: is.blocks - was.blocks * scale,
        };
        const room = allPossibly ? Math.abs(change.bytes) : change.bytes;
        const roomBlocks = allPossibly ? Math.abs(change.blocks) : change.blocks;
        return room >= bytes && roomBlocks >= blocks ? [{ kind, bytes: room }] : [];
      });
    },
  };
}

interface Root {
  readonly program: string;
  readonly files: readonly string[];
  readonly indirectBytes: number;
}

/** What hangs from the roots of a run, by their programs and stacks. */
function rootsOf(run: RunLogs, { functionsOf }: StackNormaliser, programOf: ProgramNamer): Map<string, Root> {
  const roots = new Map<string, Root>();
  for (const document of run) {
    const last = lastChecks(document);
    for (const record of document.records) {
      if (record.indirectBytes === 0 || record.check !== last.get(record.pid)) continue;
      const program = programOf(document, record.pid);
      const key = `${program}\n${joinFunctions(functionsOf(record))}`;
      const indirectBytes = record.indirectBytes + (roots.get(key)?.indirectBytes ?? 0);
      roots.set(key, { program, files: filesOf(record.frames, OWNING_FILES), indirectBytes });
    }
  }
  return roots;
}
