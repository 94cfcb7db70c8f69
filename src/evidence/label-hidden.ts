import { type Amount, LEAK_KINDS, type LeakKind, type LogDocument, type Stack } from '../log/document.js';
import { filesOf, joinFunctions, type StackNormaliser } from './label-stack.js';
import { lastChecks, type RunLogs } from './label-tally.js';

/** How many of a root's innermost files tell the code that makes it: the object's own, and whose object it is. */
const OWNING_FILES = 2;

/** What the reports of a run count in their LEAK SUMMARY and print no record of, by kind. */
type Hidden = { readonly [kind in LeakKind]: Amount };

/** Sums what the last leak check of each process left unprinted. Reports without a summary hide nothing we know of. */
function hiddenIn(run: RunLogs): Hidden {
  const hidden = Object.fromEntries(LEAK_KINDS.map((kind) => [kind, { bytes: 0, blocks: 0 }])) as {
    [kind in LeakKind]: { bytes: number; blocks: number };
  };
  for (const document of run) {
    for (const kind of LEAK_KINDS) {
      const counted = countedBySummaries(document, kind);
      const printed = printedOf(document, kind);
      hidden[kind].bytes += Math.max(0, counted.bytes - printed.bytes);
      hidden[kind].blocks += Math.max(0, counted.blocks - printed.blocks);
    }
  }
  return hidden;
}

function countedBySummaries({ processes }: LogDocument, kind: LeakKind): Amount {
  const sum = { bytes: 0, blocks: 0 };
  for (const { checks } of processes) {
    const summary = checks.at(-1)?.summary;
    sum.bytes += summary?.[kind].bytes ?? 0;
    sum.blocks += summary?.[kind].blocks ?? 0;
  }
  return sum;
}

function printedOf(document: LogDocument, kind: LeakKind): Amount {
  const last = lastChecks(document);
  const sum = { bytes: 0, blocks: 0 };
  for (const record of document.records) {
    if (record.kind !== kind || record.check !== last.get(record.pid)) continue;
    sum.bytes += record.directBytes;
    sum.blocks += record.blocks;
  }
  return sum;
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
 *   4.2.8), and a total that changed hides how much did.
 * - Definitely and possibly lost blocks are printed, unless the summary says otherwise.
 */
export interface HidingPlace {
  /** The kinds that could hold it, with the bytes that they could hold; empty when it cannot be hidden. */
  kindsFor(missing: Missing): Room[];
}

/** Blocks that one run prints and another does not. */
interface Missing extends Amount {
  readonly frames: Stack;
  /** How many of them were possibly lost, not for certain. */
  readonly possibly: 'none' | 'some' | 'all';
}

interface Room {
  readonly kind: LeakKind;
  readonly bytes: number;
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
): HidingPlace {
  const before = hiddenIn(from);
  const after = hiddenIn(to);
  const rootsBefore = rootsOf(from, normaliser);
  const roots = [...rootsOf(to, normaliser)].map(([signature, root]) => ({
    ...root,
    more: root.indirectBytes - (rootsBefore.get(signature)?.indirectBytes ?? 0) * scale,
  }));
  return {
    kindsFor: ({ bytes, blocks, frames, possibly }) =>
      LEAK_KINDS.flatMap((kind): Room[] => {
        if (after[kind].bytes < bytes || after[kind].blocks < blocks) return [];
        if (kind === 'indirectly-lost') {
          const files = new Set(filesOf(frames));
          const held = roots.filter((root) => root.files.some((file) => files.has(file)));
          const room = held.reduce(
            (sum, { more, indirectBytes }) =>
              sum + (possibly === 'none' ? Math.max(0, more) : more === 0 ? 0 : indirectBytes),
            0,
          );
          return room >= bytes ? [{ kind, bytes: room }] : [];
        }
        const change = {
          bytes: after[kind].bytes - before[kind].bytes * scale,
          blocks: after[kind].blocks - before[kind].blocks * scale,
        };
        const room = possibly === 'all' ? Math.abs(change.bytes) : change.bytes;
        const roomBlocks = possibly === 'all' ? Math.abs(change.blocks) : change.blocks;
        return room >= bytes && roomBlocks >= blocks ? [{ kind, bytes: room }] : [];
      }),
  };
}

interface Root {
  readonly files: readonly string[];
  readonly indirectBytes: number;
}

/** What hangs from the roots of a run, by the roots' stacks. */
function rootsOf(run: RunLogs, { functionsOf }: StackNormaliser): Map<string, Root> {
  const roots = new Map<string, Root>();
  for (const document of run) {
    const last = lastChecks(document);
    for (const record of document.records) {
      if (record.indirectBytes === 0 || record.check !== last.get(record.pid)) continue;
      const signature = joinFunctions(functionsOf(record));
      const indirectBytes = record.indirectBytes + (roots.get(signature)?.indirectBytes ?? 0);
      roots.set(signature, { files: filesOf(record.frames, OWNING_FILES), indirectBytes });
    }
  }
  return roots;
}
