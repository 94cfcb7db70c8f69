import type { Material } from '../../evidence/material.js';
import type { Frame, LogDocument } from '../../log/document.js';
import type { Analysis, AnalysisOptions, Cause, EvidenceKind, LeakGroup, Rejection } from './analysis.js';
import { holderOf } from './children.js';
import { type Cluster, clusterGroups, dominantGroups } from './clusters.js';
import { learnOwners, type OwnerOf, type Ownership, ownershipOf } from './frame-owner.js';
import { suspectFunctions } from './functions.js';
import { blocksOf, bySize, directBlocks, directBytes, groupRecords, type RawGroup, sum } from './groups.js';
import { functionsSeen, lifecycleOf } from './lifecycle.js';
import { tellMechanism } from './mechanism.js';
import { findPools } from './pools.js';
import { relate } from './relationship.js';
import { splitByCertainty } from './suspicions.js';
import { type Surroundings, type Weighed, weigh } from './weigh.js';
import { chainOf, findWrappers } from './wrappers.js';

/** From this probability on a suspicion is believed. */
const BELIEVED = 0.5;

/**
 * Finds out what leaks and why, from the logs alone: no model, no chance, no clock. The same logs give the same
 * analysis, whatever the numbers of their records, their order, and the names of the program's functions.
 */
export function analyse(material: Material, { without = new Set() }: AnalysisOptions = {}): Analysis {
  const documents = material.logs.map(({ document }) => document);
  const records = documents.flatMap((document) => document.records);
  const ownerOf = learnOwners(records);
  const { groups, foreign } = ownGroups(groupRecords(material), ownerOf, without);
  const { causes, rejected } = judge(groups, documents, usesFreedMemory(documents, ownerOf), without);
  const all = [...rejected, ...foreign].sort((a, b) => b.probability - a.probability);
  return {
    relationship: relate(material, causes),
    leak: verdictOf(documents, causes),
    causes,
    rejected: all,
  };
}

/** The program's own groups, and those that interpreters and libraries keep for themselves. */
function ownGroups(
  raw: readonly RawGroup[],
  ownerOf: OwnerOf,
  without: ReadonlySet<EvidenceKind>,
): { groups: LeakGroup[]; foreign: Rejection[] } {
  const owned = raw.map((group) => ({
    group,
    ownership: without.has('ownership') ? anyone(group, ownerOf) : ownershipOf(firstStack(group), ownerOf),
  }));
  const own = owned.filter(({ ownership }) => ownership.owner === 'program' && ownership.own.length > 0);
  const wrappers = wrappersOf(
    own.map(({ ownership }) => ownership.own),
    without,
  );
  const groups = own.map(({ group, ownership }) => ({
    ...group,
    own: ownership.own,
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
    groups: kept.map(({ group, ownership }) => ({ ...group, own: ownership.own, chain: [] })).sort(bySize),
    reason: text,
    findings: [{ kind: 'ownership', text, weight: FOREIGN_WEIGHT, quotes: [] }],
    probability: 1 / (1 + Math.exp(-FOREIGN_WEIGHT)),
  };
}

/** Without evidence of ownership every frame above the allocator may be the program's. */
function anyone(group: RawGroup, ownerOf: OwnerOf): Ownership {
  const own = firstStack(group).filter((frame) => ownerOf(frame) !== 'allocator');
  return { owner: 'program', own };
}

function wrappersOf(
  stacks: readonly (readonly Frame[])[],
  without: ReadonlySet<EvidenceKind>,
): ReadonlySet<string> {
  return without.has('wrappers') ? new Set() : findWrappers(stacks);
}

function firstStack({ records }: RawGroup): readonly Frame[] {
  return records[0]?.frames ?? [];
}

function judge(
  groups: readonly LeakGroup[],
  documents: readonly LogDocument[],
  freedMemory: boolean,
  without: ReadonlySet<EvidenceKind>,
): { causes: Cause[]; rejected: Rejection[] } {
  const direct = without.has('children') ? groups : groups.filter((group) => !isIndirect(group));
  const indirect = without.has('children') ? [] : groups.filter(isIndirect);
  const wrappers = new Set(direct.flatMap(({ own, chain }) => innerNames(own, chain)));
  const pools = without.has('pools') ? new Map() : findPools(direct, wrappers);
  const suspicions = clusterGroups(direct, pools).flatMap((cluster) => splitByCertainty(cluster, without));
  const around: Surroundings = { documents, clusters: suspicions.length, without };
  const weighed = suspicions.map((cluster) => ({ cluster, ...weigh(cluster, around) }));
  const believed = weighed.filter(({ probability }) => probability >= BELIEVED).sort(byStrength);
  const doubted = weighed.filter(({ probability }) => probability < BELIEVED);

  const seen = functionsSeen(documents);
  const children: LeakGroup[][] = believed.map(() => []);
  const orphans: LeakGroup[] = [];
  for (const child of indirect) {
    const holder = holderOf(
      child,
      believed.map(({ cluster }) => cluster.groups),
    );
    (children[holder] ?? orphans).push(child);
  }
  const causes = believed.map((suspicion, index) =>
    causeOf(
      suspicion,
      believed.slice(0, index).find((stronger) => isSatellite(suspicion.cluster, stronger)) !== undefined,
      children[index] ?? [],
      freedMemory && !without.has('errors'),
      seen,
    ),
  );
  const rejected = doubted.map(
    ({ cluster, findings, probability }): Rejection => ({
      groups: cluster.groups,
      reason: findings
        .filter(({ weight }) => weight < 0)
        .map(({ text }) => text)
        .join('; '),
      findings,
      probability,
    }),
  );
  if (orphans.length > 0) {
    rejected.push({
      groups: orphans,
      reason: 'held by blocks that are not the program’s own',
      findings: [],
      probability: 0,
    });
  }
  return { causes, rejected };
}

/** Names of the wrappers that were cut from a chain. */
function innerNames(own: readonly Frame[], chain: readonly string[]): string[] {
  return own.slice(0, own.length - chain.length).map((frame) => frame.function ?? '???');
}

function isIndirect({ records }: LeakGroup): boolean {
  return records.every(({ kind }) => kind === 'indirectly-lost');
}

type Suspicion = Weighed & { readonly cluster: Cluster };

/**
 * What is lost again and again stands first, then what is lost for certain most often; a pool says least about who
 * lost what, and stands last.
 */
function byStrength(a: Suspicion, b: Suspicion): number {
  return (
    Number(a.cluster.pool !== null) - Number(b.cluster.pool !== null) ||
    Number(b.repeated) - Number(a.repeated) ||
    definiteBlocks(b.cluster) - definiteBlocks(a.cluster) ||
    sum(b.cluster.groups, directBlocks) - sum(a.cluster.groups, directBlocks) ||
    sum(b.cluster.groups, ({ bytes }) => bytes) - sum(a.cluster.groups, ({ bytes }) => bytes)
  );
}

function definiteBlocks({ groups }: Cluster): number {
  return sum(groups, (group) => blocksOf(group, 'definitely-lost'));
}

/** So many times more blocks make one cause the main one of two whose stacks meet. */
const MAIN_FACTOR = 10;
/** Calls at the inner end of a chain that make its place. */
const PLACE_LENGTH = 3;

/** A few blocks whose stacks pass through the place that loses many others: they are lost along with those. */
function isSatellite({ groups }: Cluster, { cluster: main, repeated }: Suspicion): boolean {
  if (!repeated || main.pool !== null) return false;
  const blocks = sum(groups, (group) => group.blocks);

  const lost = sum(main.groups, (group) => group.blocks);
  if (lost < MAIN_FACTOR * blocks) return false;
  const large = main.groups.filter((group) => group.blocks * MAIN_FACTOR >= lost);
  const place = new Set(large.flatMap(({ chain }) => chain.slice(0, PLACE_LENGTH)));
  return groups.every(({ chain }) => chain.some((name) => place.has(name)));
}

function causeOf(
  suspicion: Suspicion,
  satellite: boolean,
  children: readonly LeakGroup[],
  freedMemory: boolean,
  seen: ReadonlySet<string>,
): Cause {
  const { cluster, findings, probability, repeated, trouble } = suspicion;
  const roots = cluster.groups;
  const [largest] = dominantGroups(roots);
  const [mechanism, mechanismReason] = tellMechanism({
    roots: dominantGroups(roots),
    pool: cluster.pool,
    repeated,
    trouble,
    usesFreedMemory: freedMemory,
  });
  return {
    roots,
    children,
    telling: satellite ? [] : dominantGroups(roots),
    blocks: sum(roots, directBlocks),
    bytes: sum(roots, directBytes),
    findings,
    probability,
    mechanism,
    mechanismReason,
    functions: suspectFunctions(roots, repeated),
    lifecycle: largest === undefined ? null : lifecycleOf(largest, seen),
  };
}

/** The tool saw the program itself use memory that was already freed. */
function usesFreedMemory(documents: readonly LogDocument[], ownerOf: OwnerOf): boolean {
  return documents.some(({ errors }) =>
    errors.some(
      ({ kind, frames, auxiliary }) =>
        (kind.includes('free') || auxiliary.some(({ what }) => /free'?d/.test(what))) &&
        frames[0] !== undefined &&
        ownerOf(frames[0]) === 'program',
    ),
  );
}

function verdictOf(documents: readonly LogDocument[], causes: readonly Cause[]): Analysis['leak'] {
  if (causes.length > 0) return { verdict: 'YES', reason: 'memory of the program itself is lost' };
  const reports = documents.filter(({ processes }) => processes.length > 0);
  if (reports.length === 0) return { verdict: 'UNSURE', reason: 'no log holds a leak report' };
  if (reports.every(({ truncated }) => truncated)) {
    return { verdict: 'UNSURE', reason: 'the leak report was cut short' };
  }
  return { verdict: 'NO', reason: 'no loss record shows memory that the program itself lost' };
}
