import type { Mechanism } from '../../cases/truth.js';
import type { LeakGroup } from './analysis.js';
import type { EventMatch } from './event-counts.js';
import { isLostFromSeveralPlaces } from './functions.js';
import { sum } from './groups.js';

/** What the mechanism of a cause is told from. */
export interface MechanismEvidence {
  readonly roots: readonly LeakGroup[];
  /** What the roots hold, as far as the report prints it. */
  readonly children: readonly LeakGroup[];
  readonly pool: string | null;
  /** Lost often, rather than once in the life of the process. */
  readonly repeated: boolean;
  /** Events that tell of trouble and occurred as often as blocks were lost. */
  readonly trouble: EventMatch | null;
  /** The tool saw the program use memory that was already freed. */
  readonly usesFreedMemory: boolean;
}

/** How the memory was lost, and why that is concluded. The first rule that applies holds. */
export function tellMechanism(evidence: MechanismEvidence): readonly [Mechanism, string] {
  const { roots, pool, repeated, trouble } = evidence;
  if (roots.some(isCounted)) {
    return [
      'reference count',
      'it was made as an object that counts its holders, and some of them never let go: a cycle, or one too many',
    ];
  }
  if (pool !== null) {
    return [
      'container entry not freed',
      `the blocks come in batches through ${pool}, which keeps objects of many kinds for reuse and never gives them back`,
    ];
  }
  if (!repeated) {
    return ['missing free on teardown', 'it is lost a few times in the life of the process, when that ends'];
  }
  if (trouble !== null) {
    return [
      'missing free on an error path',
      `${trouble.blocks} blocks are lost, and as often the log tells of ${trouble.scope === 'kind' ? 'one kind of trouble' : 'trouble'}`,
    ];
  }
  if (hasVaryingSize(roots) && sum(roots, heldBytes) === 0) {
    return isLostFromSeveralPlaces(roots)
      ? [
          'nested object not freed',
          'the blocks differ in size, hold no others and are lost wherever they were made: copies of strings, whose owner was freed without them',
        ]
      : [
          'missing free on an error path',
          'the blocks differ in size, hold no others and come from one place: a copy of a string, which some way out of there does not release',
        ];
  }
  const held = sum(roots, heldBytes) > 0 || evidence.children.length > 0;
  if (isLostFromSeveralPlaces(roots)) {
    if (evidence.usesFreedMemory || held) {
      const why = evidence.usesFreedMemory
        ? 'the same program uses memory that it has freed'
        : 'it is lost with all that it holds';
      return [
        'reference count',
        `the object is lost wherever it was made, and ${why}: nobody agrees on who holds it last`,
      ];
    }
    return [
      'missing free on teardown',
      'the object is lost wherever it was made, so that what should end its life does not release it',
    ];
  }
  const { children } = evidence;
  if (children.length > 0 && children.every((child) => isMadeWith(child, roots))) {
    return [
      'container entry not freed',
      'the object is lost together with what was made for it at once: it was complete, and what kept it let it go',
    ];
  }
  return [
    'overwritten pointer',
    'it is lost from one place only, and no trouble in the log occurs as often: the pointer to it is given up there',
  ];
}

/** Makers of counted objects: C++ shared pointers, Rust's Rc and Arc, GObject. */
const COUNTED =
  /\bstd::(?:make_shared|allocate_shared|shared_ptr|__shared_count|_Sp_counted)|\balloc::(?:rc|sync)::|^g_object_new/;

/** What a function takes says nothing of what it makes. */
const ARGUMENTS = /\(.*$/;

function isCounted({ own, records }: LeakGroup): boolean {
  const frames = records[0]?.frames ?? [];
  const first = frames.findIndex(({ function: name }) => name === own[0]?.function);
  const inside = frames.slice(0, first === -1 ? 0 : first + 1);
  return inside.some(({ function: name }) => name !== null && COUNTED.test(name.replace(ARGUMENTS, '')));
}

/** The child was made by the function that made a root, or by one that it called. */
function isMadeWith({ chain }: LeakGroup, roots: readonly LeakGroup[]): boolean {
  return roots.some((root) => root.chain[0] !== undefined && chain.includes(root.chain[0]));
}

function heldBytes({ records }: LeakGroup): number {
  return sum(records, ({ indirectBytes }) => indirectBytes);
}

/** Blocks of one source line cannot all have the same size. */
function hasVaryingSize(groups: readonly LeakGroup[]): boolean {
  const sizes = new Map<number | null, number>();
  for (const { own, records } of groups) {
    for (const { frames, directBytes, blocks } of records) {
      const size = directBytes / blocks;
      const line = frames.find(({ function: name }) => name === own[0]?.function)?.line ?? null;
      if (!Number.isInteger(size) || (sizes.get(line) ?? size) !== size) return true;
      sizes.set(line, size);
    }
  }
  return false;
}
