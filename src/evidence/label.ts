import type { Amount, LeakKind, LogDocument, LossRecord } from '../log/document.js';
import { type HidingPlace, hidingPlace } from './label-hidden.js';
import { findMoves, type Moves } from './label-moved.js';
import { joinFunctions, stackNormaliser } from './label-stack.js';
import { programNamer, type RunLogs, type TalliedGroup, type Tally, tally } from './label-tally.js';
import { missingReports } from './label-whole.js';

type Change = 'gone' | 'shrunk' | 'same' | 'new';

/** What one side lost with one stack: figures and records of its first run. */
interface SideLoss extends Amount {
  readonly records: readonly string[];
}

/** A stack of one program, and what became of it. */
export interface LabelledGroup {
  readonly program: string;
  /** Functions from the allocation outwards, as the comparison sees them. */
  readonly functions: readonly string[];
  /** The functions as text. */
  readonly signature: string;
  readonly before: SideLoss;
  readonly after: SideLoss;
  readonly change: Change;
  /**
   * Of what is gone or shrunk: `root` where blocks are lost for themselves, `child` where all are lost because
   * others are; null where the report finds them reachable.
   */
  readonly part: 'root' | 'child' | null;
}

/** A stack that the logs do not settle, and why. */
interface LeftOut extends Omit<LabelledGroup, 'change' | 'part'> {
  readonly reason: 'unstable' | 'hidden';
  readonly why: string;
}

export interface Labelling {
  /** Ids of the first run before the fix, gone or shrunk: what the fix removed. */
  readonly records: readonly string[];
  readonly groups: readonly LabelledGroup[];
  readonly leftOut: readonly LeftOut[];
  /** Workload after the fix in terms of that before it. */
  readonly scale: number;
}

export interface LabelOptions {
  /** Workload of the runs after the fix in terms of those before it; 1 where absent. */
  readonly scale?: number;
}

/** Counts that differ by less than this share are the same, whatever their size. */
const SLACK = 0.1;

/**
 * Which loss records a fix removed: the same workload before and after it, compared by program and stack.
 *
 * Kind, bytes, lines and addresses are no part of the match. What is gone or has shrunk by more than the noise of
 * counting (two standard deviations of a Poisson count) is what the fix removed, unless its blocks came by another
 * way, or may be among those that the report counts and does not print, or in a report that is missing or cut short
 * (`hidden`). With several runs a side, what some runs of the same build print and others do not is `unstable`, and so are
 * a few possibly lost blocks of a program whose possible losses come and go. Neither is a record of the answer.
 *
 * @param before runs before the fix, each with all its logs; ids of the first run must be assigned
 * @param after runs after the fix
 */
export function label(
  before: readonly RunLogs[],
  after: readonly RunLogs[],
  options: LabelOptions = {},
): Labelling {
  const scale = options.scale ?? 1;
  const normaliser = stackNormaliser([...before, ...after].flat());
  const programOf = programNamer(before, after);
  const groups = tally(before, after, normaliser, programOf);
  const placeOf = (from: RunLogs, to: RunLogs, factor: number) =>
    hidingPlace(from, to, factor, normaliser, programOf);
  const judge = judgeOf(before, after, scale, placeOf, findGroupMoves(groups, scale));
  const verdicts = new Map(groups.map((group) => [group, judge(group)]));
  const labelled: LabelledGroup[] = [];
  const leftOut: LeftOut[] = [];
  const isMissingAfter = missingReports(before, after, programOf);
  const isMissingBefore = missingReports(after, before, programOf);
  for (const [group, found] of withoutComingAndGoing(verdicts, scale)) {
    const { program, functions, signature } = group;
    const figures = {
      program,
      functions,
      signature,
      before: sideOf(group.before),
      after: sideOf(group.after),
    };
    const isMissing = 'change' in found && found.change === 'new' ? isMissingBefore : isMissingAfter;
    const verdict = differs(found) && isMissing(program) ? CUT_SHORT : found;
    if ('reason' in verdict) leftOut.push({ ...figures, ...verdict });
    else labelled.push({ ...figures, ...verdict, part: removed(verdict) ? partOf(group) : null });
  }
  const records = labelled.filter(removed).flatMap((group) => group.before.records);
  return { records: inOrder(records, before[0] ?? []), groups: labelled, leftOut, scale };
}

/**
 * Workload after the fix in terms of that before it, by events that stand for one unit of work each: the number that
 * match in a run after the fix over the number that match in one before it, on average. Null where none match before.
 */
export function scaleByEvents(
  before: readonly RunLogs[],
  after: readonly RunLogs[],
  matches: (message: string) => boolean,
): number | null {
  const perRun = (runs: readonly RunLogs[]) =>
    runs
      .flat()
      .reduce((sum, { events }) => sum + events.filter(({ message }) => matches(message)).length, 0) /
    runs.length;
  const first = perRun(before);
  return first === 0 ? null : perRun(after) / first;
}

/**
 * The records of other logs of the same program and workload that the fix removed: carries a labelling over from logs
 * that print all kinds of loss to logs that do not. A stack that the labelled runs do not show goes with those that
 * share the longest beginning with it, if these agree.
 *
 * @param documents logs with ids assigned
 */
export function carryOver(labelling: Labelling, documents: readonly LogDocument[]): string[] {
  const settled = new Map<string, 'removed' | 'kept' | 'both'>();
  for (const group of labelling.groups) {
    if (group.before.blocks === 0) continue;
    const fate = removed(group) ? 'removed' : 'kept';
    for (const beginning of beginnings(group.functions)) {
      settled.set(beginning, (settled.get(beginning) ?? fate) === fate ? fate : 'both');
    }
  }
  const { functionsOf } = stackNormaliser(documents);
  const fateOf = (record: LossRecord) =>
    beginnings(functionsOf(record))
      .reverse()
      .map((beginning) => settled.get(beginning))
      .find((fate) => fate !== undefined);
  return documents.flatMap(({ records }) =>
    records.filter((record) => fateOf(record) === 'removed').map(({ id }) => id),
  );
}

/** The stacks that a stack begins with, shortest first; at least two functions, for one alone may be a wrapper. */
function beginnings(functions: readonly string[]): string[] {
  return functions.length < 2
    ? [joinFunctions(functions)]
    : functions.slice(1).map((_, index) => joinFunctions(functions.slice(0, index + 2)));
}

const CUT_SHORT: Verdict = { reason: 'hidden', why: 'may be in a report that is missing or cut short' };

function differs(verdict: Verdict): boolean {
  return 'change' in verdict && verdict.change !== 'same';
}

type Verdict = { change: Change } | { reason: LeftOut['reason']; why: string };
/** What the runs of one side lost with a stack. */
type Side = TalliedGroup['before'];
type Judge = (group: TalliedGroup) => Verdict;

function judgeOf(
  before: readonly RunLogs[],
  after: readonly RunLogs[],
  scale: number,
  placeOf: (from: RunLogs, to: RunLogs, scale: number) => HidingPlace,
  moves: { readonly from: ReadonlySet<TalliedGroup>; readonly to: ReadonlySet<TalliedGroup> },
): Judge {
  const missingAfter = after.map((run) => placeOf(before[0] ?? [], run, scale));
  const missingBefore = before.map((run) => placeOf(after[0] ?? [], run, 1 / scale));
  const hiddenIn = (
    places: typeof missingAfter,
    missing: Amount,
    printed: Side,
    { program, frames }: TalliedGroup,
  ): Verdict | null => {
    const kinds = kindsOf(printed);
    for (const place of places) {
      const [kind] = place.kindsFor({ ...missing, program, frames, kinds });
      if (!kind) continue;
      const bytes = kind.bytes?.toLocaleString('en-US', { maximumFractionDigits: 0 });
      const amount = bytes === undefined ? '' : `${bytes} bytes of `;
      const why = `may be among ${amount}${kind.kind} blocks that the report does not print`;
      return { reason: 'hidden', why };
    }
    return null;
  };
  return (group) => {
    const was = range(group.before);
    const is = range(group.after);
    if (moves.from.has(group) || moves.to.has(group)) return { change: 'same' };
    if (unstable(was) || unstable(is)) {
      return { reason: 'unstable', why: 'some runs of the same build print it and others do not' };
    }
    if (was.most.blocks === 0) {
      return hiddenIn(missingBefore, is.least, group.after, group) ?? { change: 'new' };
    }
    const expected = { bytes: was.least.bytes * scale, blocks: was.least.blocks * scale };
    if (!fellShort(expected, is.most)) return { change: 'same' };
    const missing = {
      bytes: expected.bytes - is.most.bytes,
      blocks: Math.max(0, expected.blocks - is.most.blocks),
    };
    return (
      hiddenIn(missingAfter, missing, group.before, group) ?? {
        change: is.most.blocks === 0 ? 'gone' : 'shrunk',
      }
    );
  };
}

/** What may be none by chance: two standard deviations of a Poisson count. */
const FEW_BLOCKS = 4;

/**
 * Leaves out a few possibly lost blocks that are gone where others of the program are not settled: a pointer into a
 * block that stays behind by chance makes it possibly lost, and in such programs that comes and goes.
 */
function withoutComingAndGoing(
  verdicts: ReadonlyMap<TalliedGroup, Verdict>,
  scale: number,
): Map<TalliedGroup, Verdict> {
  const isPossible = ({ before, after }: TalliedGroup) =>
    kindsOf([...before, ...after]).every((kind) => kind === 'possibly-lost');
  const restless = new Set(
    [...verdicts].flatMap(([group, verdict]) =>
      'reason' in verdict && isPossible(group) ? [group.program] : [],
    ),
  );
  const why = 'so few possibly lost blocks come and go, as others of the program do';
  return new Map(
    [...verdicts].map(([group, verdict]) => {
      const blocks = group.before.reduce((sum, one) => sum + (one?.blocks ?? 0), 0) * scale;
      const comesAndGoes = restless.has(group.program) && isPossible(group) && blocks <= FEW_BLOCKS;
      const isGone = 'change' in verdict && removed(verdict);
      return [group, isGone && comesAndGoes ? { reason: 'unstable', why } : verdict];
    }),
  );
}

/** Least and most that the runs of a side lost with a stack. */
interface Range {
  readonly least: Amount;
  readonly most: Amount;
}

function range(tallies: Side): Range {
  const of = (figure: keyof Amount) => tallies.map((one) => one?.[figure] ?? 0);
  const [bytes, blocks] = [of('bytes'), of('blocks')];
  return {
    least: { bytes: Math.min(...bytes), blocks: Math.min(...blocks) },
    most: { bytes: Math.max(...bytes), blocks: Math.max(...blocks) },
  };
}

function unstable({ least, most }: Range): boolean {
  return least.blocks === 0 && most.blocks > 0;
}

/** Fewer blocks than chance explains, or as many of less than half the size. */
function fellShort(expected: Amount, actual: Amount): boolean {
  if (actual.blocks === 0) return true;
  const slack = SLACK * expected.blocks;
  const noise = Math.max(slack, 2 * Math.sqrt(expected.blocks));
  if (actual.blocks < expected.blocks - noise) return true;
  return actual.bytes < expected.bytes / 2 && Math.abs(actual.blocks - expected.blocks) <= slack;
}

function findGroupMoves(groups: readonly TalliedGroup[], scale: number) {
  const mean = (tallies: readonly (Tally | null)[]) =>
    tallies.reduce((sum, one) => sum + (one?.blocks ?? 0), 0) / Math.max(1, tallies.length);
  const moving = groups.map((group) => ({
    program: group.program,
    functions: group.functions,
    before: mean(group.before) * scale,
    after: mean(group.after),
    group,
  }));
  const { from, to }: Moves<(typeof moving)[number]> = findMoves(moving);
  const groupsOf = (set: typeof from) => new Set([...set].map(({ group }) => group));
  return { from: groupsOf(from), to: groupsOf(to) };
}

function sideOf(tallies: Side): SideLoss {
  const [first] = tallies;
  return {
    records: first?.records.map(({ id }) => id) ?? [],
    blocks: first?.blocks ?? 0,
    bytes: first?.bytes ?? 0,
  };
}

function partOf({ before }: TalliedGroup): LabelledGroup['part'] {
  const kinds = new Set(kindsOf(before));
  if (kinds.has('definitely-lost') || kinds.has('possibly-lost')) return 'root';
  return kinds.has('indirectly-lost') ? 'child' : null;
}

function kindsOf(side: Side): LeakKind[] {
  return side.flatMap((one) => one?.records.map(({ kind }) => kind) ?? []);
}

function removed({ change }: { readonly change: Change }): boolean {
  return change === 'gone' || change === 'shrunk';
}

/** In the order in which the logs hold them. */
function inOrder(ids: readonly string[], run: RunLogs): string[] {
  const wanted = new Set(ids);
  return run.flatMap(({ records }) => records.map(({ id }) => id)).filter((id) => wanted.has(id));
}
