import type { Frame, LogDocument } from '../../log/document.js';
import type { Cause, EvidenceKind, LeakGroup, Rejection } from './analysis.js';
import { holderOf } from './children.js';
import { type Cluster, clusterGroups, dominantGroups } from './clusters.js';
import { countEvents } from './event-counts.js';
import { suspectFunctions } from './functions.js';
import { blocksOf, directBlocks, directBytes, sum } from './groups.js';
import { functionsSeen, lifecycleOf } from './lifecycle.js';
import { tellMechanism } from './mechanism.js';
import { findPools } from './pools.js';
import { splitByCertainty } from './suspicions.js';
import { type Weighed, weigh } from './weigh.js';

/** From this probability on a suspicion is believed. */
const BELIEVED = 0.5;

/** What is believed, the strongest first, and what is not. */
export interface Judgement {
  readonly causes: readonly Cause[];
  readonly rejected: readonly Rejection[];
}

/** Judges the program's own groups. `freedMemory`: the tool saw the program use memory that was already freed. */
export function judge(
  groups: readonly LeakGroup[],
  documents: readonly LogDocument[],
  freedMemory: boolean,
  without: ReadonlySet<EvidenceKind>,
): Judgement {
  const direct = without.has('children') ? groups : groups.filter((group) => !isIndirect(group));
  const indirect = without.has('children') ? [] : groups.filter(isIndirect);
  const weighed = weighAll(direct, documents, without);
  const believed = weighed.filter(({ probability }) => probability >= BELIEVED).sort(byStrength);
  const doubted = weighed.filter(({ probability }) => probability < BELIEVED);

  const { children, orphans } = assignChildren(
    indirect,
    believed.map(({ cluster }) => cluster.groups),
  );
  const seen = functionsSeen(documents);
  return {
    causes: believed.map((suspicion, index) =>
      causeOf(suspicion, {
        satellite: isSatellite(suspicion, believed),
        children: children[index] ?? [],
        freedMemory: freedMemory && !without.has('errors'),
        seen,
      }),
    ),
    rejected: [...doubted.map(rejectionOf), ...rejectOrphans(orphans)],
  };
}

function weighAll(
  groups: readonly LeakGroup[],
  documents: readonly LogDocument[],
  without: ReadonlySet<EvidenceKind>,
): Suspicion[] {
  const wrappers = new Set(groups.flatMap(({ own, chain }) => innerNames(own, chain)));
  const pools = without.has('pools') ? new Map() : findPools(groups, wrappers);
  const clusters = clusterGroups(groups, pools).flatMap((cluster) => splitByCertainty(cluster, without));
  const events = without.has('events') ? [] : documents.map(countEvents);
  const around = { documents, events, clusters: clusters.length, without };
  return clusters.map((cluster) => ({ cluster, ...weigh(cluster, around) }));
}

/** The indirectly lost groups of each cause, and those that no cause holds. */
function assignChildren(
  indirect: readonly LeakGroup[],
  roots: readonly (readonly LeakGroup[])[],
): { children: LeakGroup[][]; orphans: LeakGroup[] } {
  const children: LeakGroup[][] = roots.map(() => []);
  const orphans: LeakGroup[] = [];
  for (const child of indirect) (children[holderOf(child, roots)] ?? orphans).push(child);
  return { children, orphans };
}

function rejectionOf({ cluster, findings, probability }: Suspicion): Rejection {
  const against = findings.filter(({ weight }) => weight < 0).map(({ text }) => text);
  return { groups: cluster.groups, reason: against.join('; '), findings, probability };
}

function rejectOrphans(groups: readonly LeakGroup[]): Rejection[] {
  if (groups.length === 0) return [];
  return [{ groups, reason: 'held by blocks that are not cited either', findings: [], probability: 0 }];
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
 * What is lost again and again stands first, and among that what is lost for certain most often. A pool says little
 * about who lost what, and stands behind all else that is lost again and again.
 */
function byStrength(a: Suspicion, b: Suspicion): number {
  return (
    Number(b.repeated) - Number(a.repeated) ||
    Number(a.cluster.pool !== null) - Number(b.cluster.pool !== null) ||
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
function isSatellite({ cluster }: Suspicion, all: readonly Suspicion[]): boolean {
  return all.some((main) => main.cluster !== cluster && passesThrough(cluster, main));
}

function passesThrough({ groups }: Cluster, { cluster: main, repeated }: Suspicion): boolean {
  if (!repeated || main.pool !== null) return false;
  const blocks = sum(groups, (group) => group.blocks);
  const lost = sum(main.groups, (group) => group.blocks);
  if (lost < MAIN_FACTOR * blocks) return false;
  const large = main.groups.filter((group) => group.blocks * MAIN_FACTOR >= lost);
  const place = new Set(large.flatMap(({ chain }) => chain.slice(0, PLACE_LENGTH)));
  return groups.every(({ chain }) => chain.some((name) => place.has(name)));
}

interface Circumstances {
  readonly satellite: boolean;
  readonly children: readonly LeakGroup[];
  readonly freedMemory: boolean;
  /** Functions that some stack names. */
  readonly seen: ReadonlySet<string>;
}

function causeOf(
  { cluster, findings, probability, repeated, trouble }: Suspicion,
  { satellite, children, freedMemory, seen }: Circumstances,
): Cause {
  const roots = cluster.groups;
  const [largest] = dominantGroups(roots);
  const [mechanism, mechanismReason] = tellMechanism({
    roots: dominantGroups(roots),
    children,
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
    mechanismQuotes: mechanism === 'missing free on an error path' && trouble !== null ? [trouble.quote] : [],
    functions: suspectFunctions(roots, { repeated, pool: cluster.pool }),
    lifecycle: largest === undefined ? null : lifecycleOf(largest, seen),
  };
}
