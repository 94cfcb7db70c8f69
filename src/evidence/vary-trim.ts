import type { Truth } from '../cases/truth.js';
import { LeaktrailError } from '../error.js';
import type { LogDocument, LogEvent, LossRecord } from '../log/document.js';
import { functionOf } from '../log/signature.js';
import type { Random } from './random.js';
import { type Draft, type DraftLog, recordLines } from './vary-draft.js';
import { withoutRecords } from './vary-summary.js';

/** So many times as many blocks as events may still be lost with each of them: an object and what it holds. */
const LARGEST_FACTOR = 4;

/** What can be taken out in parts, the last one first. */
interface Unit {
  readonly records: readonly LossRecord[];
  /** Lines, of which those of one part go together. */
  readonly parts: readonly (readonly number[])[];
  /** Whether so many parts may be left. */
  readonly mayLeave: (parts: number) => boolean;
}

/**
 * Shortens each log to at most so many lines, by events and loss records that tell nothing of the bug.
 *
 * What stays keeps its count, so that lost blocks can still be held against events: records of one stack go together,
 * and so do all events that happen equally often, for what begins ends as often. Which of them go is chance; one kind
 * may be left in part, all its events equally often, so that the log comes close to the length that is asked for.
 *
 * Kept is whatever tells of the bug or says what the report is: the culprits and what shares a stack with them; events
 * whose count stands in a simple relation to the blocks that the bug lost, and some that name the processes which the
 * truth relates; records that hold others which the report prints, or hang from such; a sanitizer's report; errors; the
 * heads and summaries of the report, with what is taken out subtracted.
 *
 * @param id of the case, for the error
 * @throws a `LeaktrailError` where a log cannot be that short
 */
export function trim(draft: Draft, lines: number, id: string, random: Random): Draft {
  const telling = tellingOf(draft);
  const logs = draft.logs.map((log): DraftLog => {
    const excess = log.lines.length - lines;
    if (excess <= 0) return log;
    const units = [...recordUnits(log, draft.truth), ...eventUnits(log, draft.truth, telling)];
    const least = log.lines.length - units.reduce((sum, unit) => sum + size(unit), 0);
    if (least > lines) {
      throw new LeaktrailError(
        'usage',
        `${id} cannot be trimmed to ${lines} lines: ${log.role} needs ${least}`,
        { hint: `trim it to ${least} lines or more` },
      );
    }
    const gone = choose(random.shuffled(units), excess);
    return withoutRecords(
      log,
      gone.flatMap(({ records }) => records),
      gone.flatMap(({ parts }) => parts.flat()),
    );
  });
  return { logs, truth: withCallsOf(logs, draft) };
}

function size({ parts }: Unit): number {
  return parts.reduce((sum, { length }) => sum + length, 0);
}

/** The first units that come to no more than `excess` lines, and of one more as much as is still needed. */
function choose(units: readonly Unit[], excess: number): Unit[] {
  const chosen = new Set<Unit>();
  let left = excess;
  for (const unit of units) {
    if (size(unit) > left) continue;
    chosen.add(unit);
    left -= size(unit);
  }
  if (left === 0) return [...chosen];
  const last = units
    .filter((unit) => !chosen.has(unit))
    .map((unit) => lastParts(unit, left))
    .reduce((least, unit) => (size(unit) < size(least) ? unit : least));
  return [...chosen, last];
}

/** As many of a unit's last parts as come to `lines` and may go. */
function lastParts(unit: Unit, lines: number): Unit {
  let kept = unit.parts.length;
  let sum = 0;
  while (sum < lines || !unit.mayLeave(kept)) {
    kept--;
    sum += unit.parts[kept]?.length ?? 0;
  }
  return { ...unit, parts: unit.parts.slice(kept) };
}

/** Stacks of which no record is a culprit's, or is tied to other records by what it holds. */
function recordUnits(log: DraftLog, { leak }: Truth): Unit[] {
  const { groups, records, processes } = log.document;
  const culprits = new Set(leak.records);
  const byId = new Map(records.map((record) => [record.id, record]));
  const withoutNumbers = new Set(processes.filter(({ tool }) => tool !== 'memcheck').map(({ pid }) => pid));
  const printsIndirect = records.some(({ kind }) => kind === 'indirectly-lost');
  const isFree = ({ id, pid, kind, indirectBytes }: LossRecord) =>
    !culprits.has(id) &&
    !withoutNumbers.has(pid) &&
    kind !== 'indirectly-lost' &&
    (indirectBytes === 0 || !printsIndirect);
  const units = groups.flatMap((group): Unit[] => {
    const own = group.records.flatMap((id) => byId.get(id) ?? []);
    if (!own.every(isFree)) return [];
    const lines = own.flatMap((record) => recordLines(log, record));
    return [{ records: own, parts: [lines], mayLeave: (parts) => parts === 0 }];
  });
  // A report without any record would say that nothing was lost.
  return units.length === groups.length ? units.slice(1) : units;
}

/** Events by how often their like happen, without those that tell of the bug or of who talks to whom. */
function eventUnits({ document }: DraftLog, truth: Truth, telling: (count: number) => boolean): Unit[] {
  if (telling(document.events.length)) return [];
  const classes = new Map<number, LogEvent[]>();
  for (const event of document.events) {
    const { count } = document.templates[event.template] as LogDocument['templates'][number];
    const known = classes.get(count);
    if (known) known.push(event);
    else classes.set(count, [event]);
  }
  const rarest = (isMeant: (message: string) => boolean) =>
    [...classes]
      .filter(([, events]) => events.some(({ message }) => isMeant(message)))
      .sort(([, one], [, other]) => one.length - other.length)[0]?.[0];
  const names = [...new Set(truth.relationship.processes.flat())];
  const kept = new Set([rarest(() => true), ...names.map((name) => rarest((text) => text.includes(name)))]);
  return [...classes]
    .filter(([count]) => !telling(count) && !kept.has(count))
    .map(([, events]) => ({
      records: [],
      parts: rounds(events),
      mayLeave: (count) => count === 0 || !telling(count),
    }));
}

/** Lines of events of several templates: of the first event of each, of the second, and so on. */
function rounds(events: readonly LogEvent[]): number[][] {
  const seen = new Map<number, number>();
  const lines: number[][] = [];
  for (const { template, lines: range } of events) {
    const nth = seen.get(template) ?? 0;
    seen.set(template, nth + 1);
    const round = lines[nth] ?? [];
    lines[nth] = round;
    for (let number = range[0]; number <= range[1]; number++) round.push(number);
  }
  return lines;
}

/** Tells counts of events with each of which the bug may lose one block or a few, or one block less than there are. */
function tellingOf({ logs, truth }: Draft): (count: number) => boolean {
  const culprits = new Set(truth.leak.records);
  const records = logs.flatMap(({ document }) => document.records.filter(({ id }) => culprits.has(id)));
  const groups = logs.flatMap(({ document }) =>
    document.groups.filter((group) => group.records.some((id) => culprits.has(id))),
  );
  const sums = truth['root-cause'].causes.map((cause) => ({
    blocks: records
      .filter(({ id, kind }) => cause.records.includes(id) && kind !== 'indirectly-lost')
      .reduce((sum, { blocks }) => sum + blocks, 0),
  }));
  const lost = [...records, ...groups, ...sums].filter(({ blocks }) => blocks > 0);
  const counts = new Set(
    lost.flatMap(({ blocks }) => [
      blocks + 1,
      ...Array.from({ length: LARGEST_FACTOR }, (_, index) => blocks / (index + 1)),
    ]),
  );
  return (count) => counts.has(count);
}

/** The truth without calls that stacks showed and none shows any longer. */
function withCallsOf(logs: readonly DraftLog[], { truth, logs: before }: Draft): Truth {
  const left = new Set(logs.flatMap(({ lines }) => lines.flatMap(({ record }) => record ?? [])));
  const shown = callsOf(before, () => true);
  const stillShown = callsOf(before, (id) => left.has(id));
  const calls = truth.relationship.calls.filter(
    ([caller, callee]) => !shown.has(`${caller} ${callee}`) || stillShown.has(`${caller} ${callee}`),
  );
  return { ...truth, relationship: { ...truth.relationship, calls } };
}

function callsOf(logs: readonly DraftLog[], isThere: (id: string) => boolean): Set<string> {
  const calls = new Set<string>();
  for (const { document } of logs) {
    for (const { id, frames } of document.records) {
      if (!isThere(id)) continue;
      for (const [index, frame] of frames.entries()) {
        const caller = frames[index + 1];
        if (caller) calls.add(`${functionOf(caller)} ${functionOf(frame)}`);
      }
    }
  }
  return calls;
}
