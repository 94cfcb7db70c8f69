import type { LogDocument } from '../../log/document.js';
import type { EvidenceKind, Finding } from './analysis.js';
import type { Cluster } from './clusters.js';
import { bestMatches, type EventCounts, type EventMatch } from './event-counts.js';
import { blocksOf, directBlocks, largest, sum } from './groups.js';

/**
 * What each observation is worth, as log odds in nats (0.7 doubles the odds). They say how strongly a maintainer
 * would take it; results/tables/robustness/reliability.md shows how what they add up to compares with the truth.
 */
const WEIGHTS = {
  /** Nothing points to the block any more: no program can free it. */
  definite: 2.9,
  /** Only a pointer into the block is left: as a rule an object that is still in use (Valgrind manual, 4.2.8). */
  possible: -1.8,
  /** Quoted from a report by somebody who held it for telling. */
  quoted: 3,
  /** In use to the end. */
  reachable: -4,
  /** Once or a few times in the life of the process. */
  few: -0.7,
  /** Again and again; */
  many: 1,
  /** more for each power of ten beyond ten blocks by one stack, */
  tenfold: 0.5,
  /** to at most this. */
  most: 2,
  /** Once or twice inside of a library: more likely its own set-up than something the program should have freed. */
  libraryOnce: -2.7,
  /** At most this much for a count that equals one of events. */
  events: 2,
} as const;

/** From so many blocks on a loss counts as repeated. */
const MANY = 8;

/** What is known beside the cluster itself. */
export interface Surroundings {
  readonly documents: readonly LogDocument[];
  /** Their events; empty where these are not to be used. */
  readonly events: readonly EventCounts[];
  /** How many clusters are held against the events; the more, the more chance hits. */
  readonly clusters: number;
  readonly without: ReadonlySet<EvidenceKind>;
}

export interface Weighed {
  readonly findings: readonly Finding[];
  readonly probability: number;
  readonly match: EventMatch | null;
  readonly trouble: EventMatch | null;
  readonly repeated: boolean;
}

/** Weighs what speaks for and against a cluster of the program's own groups being a leak. */
export function weigh(cluster: Cluster, around: Surroundings): Weighed {
  const blocks = sum(cluster.groups, directBlocks);
  const matches = matchesOf(cluster, around.events);
  const match = matches.find(({ expectedByChance }) => expectedByChance * around.clusters < 1) ?? null;
  const trouble = bestMatches(cluster.groups, around.events).find(isTroubleAsOften) ?? null;
  const most = largest(cluster.groups, ({ records }) => largest(records, (record) => record.blocks));
  const repeated = around.without.has('repetition') || most >= MANY;
  const findings = [
    ...kindFindings(cluster, around.without),
    ...(around.without.has('repetition') ? [] : [repetition(blocks, most)]),
    ...(repeated ? [] : libraryFinding(cluster)),
    ...(around.without.has('excerpt') ? [] : excerptFinding(cluster, around.documents)),
    ...(match === null ? [] : [eventFinding(match, around.clusters)]),
  ];
  return { findings, probability: probabilityOf(findings), match, trouble, repeated };
}

/** Trouble that was logged exactly as often as blocks were lost, more likely than not for a reason. */
function isTroubleAsOften({ trouble, relation, expectedByChance }: EventMatch): boolean {
  return trouble && relation === 'as many' && expectedByChance < 0.5;
}

/** The logistic function of the summed log odds. */
function probabilityOf(findings: readonly Finding[]): number {
  return 1 / (1 + Math.exp(-sum(findings, ({ weight }) => weight)));
}

/**
 * Counts of the whole cluster, of what it lost for certain, and of each group, against the events. What is only
 * possibly lost must equal one as a whole: the more counts and relations are tried, the less a hit says.
 */
function matchesOf(cluster: Cluster, events: readonly EventCounts[]): readonly EventMatch[] {
  const definite = cluster.groups.filter((group) => blocksOf(group, 'definitely-lost') > 0);
  if (definite.length === 0) {
    return bestMatches(cluster.groups, events).filter(({ relation }) => relation === 'as many');
  }
  const wholes = [cluster.groups, definite].flatMap((groups) => bestMatches(groups, events));
  const parts = cluster.groups.length > 1 ? cluster.groups : [];
  const ofParts = parts
    .flatMap((group) => bestMatches([group], events))
    .map((match) => ({ ...match, expectedByChance: match.expectedByChance * parts.length }));
  return [...wholes, ...ofParts].sort((a, b) => a.expectedByChance - b.expectedByChance);
}

function kindFindings({ groups }: Cluster, without: ReadonlySet<EvidenceKind>): Finding[] {
  if (without.has('kind')) return [];
  const [definite, possible, reachable] = (
    ['definitely-lost', 'possibly-lost', 'still-reachable'] as const
  ).map((kind) => sum(groups, (group) => blocksOf(group, kind))) as [number, number, number];
  if (definite > 0) {
    const also = possible > 0 ? `, and ${possible} of the same kind are possibly lost` : '';
    return [finding('kind', `${blocksText(definite)} lost for certain${also}`, WEIGHTS.definite)];
  }
  return possible > 0
    ? [finding('kind', `${blocksText(possible)} only possibly lost, still pointed into`, WEIGHTS.possible)]
    : [finding('kind', `${blocksText(reachable)} still reachable at exit`, WEIGHTS.reachable)];
}

function excerptFinding({ groups }: Cluster, documents: readonly LogDocument[]): Finding[] {
  const excerpts = new Set(documents.filter(isExcerpt).map(({ role }) => role));
  const quoted = groups.every(({ records }) => records.every(({ log }) => excerpts.has(log)));
  return quoted ? [finding('excerpt', 'quoted out of a longer report', WEIGHTS.quoted)] : [];
}

/** Records without any of the summaries that Memcheck's text has around them; its XML never has them. */
function isExcerpt({ format, processes }: LogDocument): boolean {
  if (format !== 'memcheck-text') return false;
  const checks = processes.flatMap((process) => process.checks);
  return (
    checks.length > 0 &&
    checks.every(
      ({ summary, inUseAtExit, heapUsage }) => summary === null && inUseAtExit === null && heapUsage === null,
    )
  );
}

function libraryFinding({ groups }: Cluster): Finding[] {
  if (!groups.every(({ byLibrary }) => byLibrary)) return [];
  return [finding('ownership', 'made inside of a library', WEIGHTS.libraryOnce)];
}

function repetition(blocks: number, most: number): Finding {
  if (most >= MANY) {
    const weight = WEIGHTS.many + WEIGHTS.tenfold * Math.max(0, Math.log10(most / 10));
    return finding('repetition', `made again and again, ${blocks} times`, Math.min(WEIGHTS.most, weight));
  }
  const times = blocks === 1 ? 'once' : `${blocks} times`;
  return finding('repetition', `made only ${times}, never often by one stack`, WEIGHTS.few);
}

const LIKE = { kind: 'like this one', trouble: 'of trouble like this one', all: 'of all kinds' } as const;

function eventFinding(match: EventMatch, clusters: number): Finding {
  const { blocks, events, relation, factor, scope, expectedByChance, quote } = match;
  const like = LIKE[scope];
  const text = {
    'as many': `${blocks} blocks are lost, and there are as many events ${like}`,
    'a multiple': `${blocks} blocks are lost, ${factor} for each of ${events} events ${like}`,
    'one less': `${blocks} blocks are lost, one less than there are events ${like} (${events})`,
  }[relation];
  const expected = expectedByChance * clusters;
  return {
    kind: 'events',
    text: `${text}; chance alone gives ${expected < 0.01 ? 'hardly any' : expected.toFixed(2)} such matches`,
    weight: Math.min(WEIGHTS.events, Math.max(0, -Math.log(expected))),
    quotes: [quote],
  };
}

function finding(kind: EvidenceKind, text: string, weight: number): Finding {
  return { kind, text, weight, quotes: [] };
}

function blocksText(blocks: number): string {
  return blocks === 1 ? '1 block is' : `${blocks} blocks are`;
}
