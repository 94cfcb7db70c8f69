import type { Frame } from '../../log/document.js';
import type { EvidenceKind, LeakGroup, Rejection } from './analysis.js';
import { type OwnerOf, type Ownership, ownershipOf } from './frame-owner.js';
import { blocksOf, bySize, type RawGroup } from './groups.js';
import { chainOf, findWrappers, makersOfAll } from './wrappers.js';

/** The program's own groups, and those that interpreters and libraries keep for themselves. */
export function ownGroups(
  raw: readonly RawGroup[],
  ownerOf: OwnerOf,
  without: ReadonlySet<EvidenceKind>,
): { groups: LeakGroup[]; foreign: Rejection[] } {
  const owned = raw.map((group) => ({
    group,
    ownership: without.has('ownership')
      ? anyone(group, ownerOf)
      : unlessAgainAndAgain(group, ownershipOf(firstStack(group), ownerOf)),
  }));
  const own = owned.filter(({ ownership }) => ownership.owner === 'program' && ownership.own.length > 0);
  const wrappers = wrappersOf(own, without);
  const groups = own.map(({ group, ownership }) => ({
    ...group,
    own: ownership.own,
    byLibrary: ownership.byLibrary,
    chain: chainOf(ownership.own, wrappers),
  }));
  const foreign = (['interpreter', 'initialiser', 'library', 'program'] as const).flatMap((owner) => {
    const kept = owned.filter(
      ({ ownership }) => ownership.owner === owner && (owner !== 'program' || ownership.own.length === 0),
    );
    return kept.length === 0 ? [] : [rejectForeign(kept, owner)];
  });
  return { groups: groups.sort(bySize), foreign };
}

/** What a library sets up once it does not set up so many times by the same stack. */
const FEWEST_AGAIN = 8;

/** A library's set-up that the program made it do again and again is the program's: threads that nobody joined. */
function unlessAgainAndAgain({ records }: RawGroup, ownership: Ownership): Ownership {
  const again = records.some(({ blocks }) => blocks >= FEWEST_AGAIN);
  const program = ownership.owner === 'initialiser' && ownership.own.length > 0 && again;
  return program ? { ...ownership, owner: 'program', byLibrary: true } : ownership;
}

const FOREIGN = {
  interpreter: 'objects that a language runtime made for itself',
  initialiser: 'memory that a library allocates once for the life of the process',
  library: 'made by a library; no call of the program is on the stack',
  program: 'no call of the program is on the stack',
} as const;
const FOREIGN_WEIGHT = -4;

function rejectForeign(
  kept: readonly { group: RawGroup; ownership: Ownership }[],
  owner: keyof typeof FOREIGN,
): Rejection {
  const text = FOREIGN[owner];
  return {
    groups: kept.map(({ group, ownership }) => ({ ...group, ...ownership, chain: [] })).sort(bySize),
    reason: text,
    findings: [{ kind: 'ownership', text, weight: FOREIGN_WEIGHT, quotes: [] }],
    probability: 1 / (1 + Math.exp(-FOREIGN_WEIGHT)),
  };
}

/** Without evidence of ownership every frame above the allocator may be the program's. */
function anyone(group: RawGroup, ownerOf: OwnerOf): Ownership {
  const own = firstStack(group).filter((frame) => ownerOf(frame) !== 'allocator');
  return { owner: 'program', own, byLibrary: false };
}

function wrappersOf(
  own: readonly { readonly group: RawGroup; readonly ownership: Ownership }[],
  without: ReadonlySet<EvidenceKind>,
): ReadonlySet<string> {
  if (without.has('wrappers')) return new Set();
  const stacks = (of: typeof own) => of.map(({ ownership }) => ownership.own);
  const found = findWrappers(stacks(own));
  const lost = own.filter(({ group }) => blocksOf(group, 'definitely-lost') > 0);
  const makers = makersOfAll(stacks(lost), found);
  return new Set([...found].filter((name) => !makers.has(name)));
}

function firstStack({ records }: RawGroup): readonly Frame[] {
  return records[0]?.frames ?? [];
}
