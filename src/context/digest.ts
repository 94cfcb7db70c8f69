import { LeaktrailError } from '../error.js';
import type { MaterialLog } from '../evidence/material.js';
import type { Group, LeakKind, LossRecord } from '../log/document.js';
import { functionOf, signatureOf } from '../log/signature.js';
import { type TimelineItem, timelineItems, timelineStart } from './digest-timeline.js';
import type { ChunkDraft, ChunkTask } from './draft.js';
import { headerLines } from './header.js';
import { idRanges } from './id-ranges.js';
import { byImportance } from './importance.js';
import { most } from './most.js';
import { ownFrames, siteOf } from './own-frames.js';
import { ownLine, type SourcedLine } from './sourced-line.js';
import { stackTree, type TreeLeaf } from './stack-tree.js';

/** How much a digest tells. Each number counts from the most important on. */
interface Detail {
  /** Groups that are not shown in full are told by the function that asked for the memory, not by kind alone. */
  readonly folded: boolean;
  /** Groups whose stacks stand in full. */
  readonly stacks: number;
  /** Of these, groups whose calls name file and line. */
  readonly sites: number;
  /** Lines of the timeline. */
  readonly items: number;
}

/** What each log of a digest is made from, worked out once. */
interface Outline {
  readonly log: MaterialLog;
  readonly header: readonly SourcedLine[];
  /** Records by signature; none where the log was read without its single records. */
  readonly records: ReadonlyMap<string, readonly LossRecord[]>;
  readonly items: readonly TimelineItem[];
  readonly start: string | null;
}

/** Share of the room that the timeline gets before the stacks have theirs; what they leave is the timeline's, too. */
const TIMELINE_SHARE = 0.2;

/**
 * A digest that nobody gave a budget takes a token for this many bytes of the logs: with two to three bytes a token, a
 * twentieth of the whole. Small logs have this many tokens.
 */
const FRUGAL = { bytesPerToken: 60, least: 8_000 };

function enoughFor({ material }: ChunkTask): number {
  const bytes = material.logs.reduce((sum, { document }) => sum + document.bytes, 0);
  return Math.max(FRUGAL.least, Math.ceil(bytes / FRUGAL.bytesPerToken));
}

/**
 * What the logs say, in one prompt: a chunk a log, all of them together within the budget. Every record id and every
 * process is in it. What matters most keeps full stacks (see `byImportance`), the rest folds; of the events, each
 * kind is told once with its count and time. Throws a `LeaktrailError` when not even the ids fit.
 */
export function digest(task: ChunkTask): ChunkDraft[] {
  const outlines = task.material.logs.map((log): Outline => {
    const { document } = log;
    return {
      log,
      header: headerLines(task, log, Number.POSITIVE_INFINITY),
      records: recordsBySignature(document.records),
      items: timelineItems(log, task.redact),
      start: timelineStart(document),
    };
  });
  const groups = byImportance(task.material.logs.flatMap((log) => log.document.groups));
  const items = outlines
    .flatMap((outline) => outline.items)
    .map((item, index) => ({ item, index }))
    .sort((a, b) => b.item.weight - a.item.weight || a.index - b.index)
    .map(({ item }) => item);

  const draft = (detail: Detail) => drafts(outlines, groups, items, detail, task);
  const tokens = (detail: Detail) =>
    draft(detail).reduce((sum, { body }) => sum + task.counter.countLines(body.map(({ text }) => text)), 0);
  const bare: Detail = { folded: false, stacks: 0, sites: 0, items: 0 };
  const folded: Detail = { ...bare, folded: true };
  const needed = Math.min(tokens(bare), tokens(folded));
  if (needed > task.budget) {
    throw new LeaktrailError(
      'usage',
      `the digest needs at least ${needed} tokens for the record ids alone, and the budget is ${task.budget}`,
      { hint: `give a budget of ${needed} or more` },
    );
  }
  const budget = task.frugal ? Math.max(needed, Math.min(task.budget, enoughFor(task))) : task.budget;
  const within = (limit: number) => (detail: Detail) => tokens(detail) <= limit;
  const fits = within(budget);
  const timelineFits = within(needed + TIMELINE_SHARE * (budget - needed));
  let detail = tokens(bare) === needed ? bare : folded;
  const raise = (limit: number, to: (count: number) => Detail, fitting = fits) => {
    detail = to(most(limit, (count) => fitting(to(count))));
  };
  raise(items.length, (count) => ({ ...detail, items: count }), timelineFits);
  if (fits({ ...detail, folded: true })) detail = { ...detail, folded: true };
  raise(groups.length, (count) => ({ ...detail, stacks: count }));
  raise(items.length, (count) => ({ ...detail, items: Math.max(count, detail.items) }));
  raise(detail.stacks, (count) => ({ ...detail, sites: count }));
  return draft(detail);
}

function drafts(
  outlines: readonly Outline[],
  groups: readonly Group[],
  items: readonly TimelineItem[],
  detail: Detail,
  task: ChunkTask,
): ChunkDraft[] {
  const inFull = new Set(groups.slice(0, detail.stacks));
  const withSites = new Set(groups.slice(0, detail.sites));
  const told = new Set(items.slice(0, detail.items));
  return outlines.map((outline) => {
    const { document } = outline.log;
    const full = document.groups.filter((group) => inFull.has(group));
    const body = [
      ...outline.header,
      ...lossLines(outline, inFull, withSites, detail.folded).map((line) => ({
        ...line,
        text: task.redact(line.text),
      })),
      ...timelineLines(outline, told),
    ];
    return {
      log: document.role,
      lines: [Math.min(1, document.lines), document.lines],
      records: document.records.map((record) => record.id),
      stacks: recordsOf(full, outline).map((record) => record.id),
      body,
    };
  });
}

const KIND_LETTERS: readonly (readonly [kind: LeakKind, letter: string])[] = [
  ['definitely-lost', 'D'],
  ['indirectly-lost', 'I'],
  ['possibly-lost', 'P'],
  ['still-reachable', 'R'],
];

function lossLines(
  outline: Outline,
  inFull: ReadonlySet<Group>,
  withSites: ReadonlySet<Group>,
  folded: boolean,
): SourcedLine[] {
  const { groups, records } = outline.log.document;
  if (records.length === 0 && groups.length === 0) return [];
  const full = groups.filter((group) => inFull.has(group));
  const rest = groups.filter((group) => !inFull.has(group));
  const lines: SourcedLine[] = [];
  if (full.length > 0) {
    lines.push(
      ownLine(
        '# loss records by stack: allocation first, "<" is "called by", an indented line goes on from above;',
      ),
      ownLine(
        '# then record ids by kind (D definitely, I indirectly, P possibly lost, R still reachable); blocks/bytes',
      ),
      ...stackTree(full.flatMap((group) => leavesOf(group, outline, withSites.has(group)))),
    );
  }
  if (rest.length === 0) return lines;
  if (full.length === 0 && !folded) {
    lines.push(
      ownLine('# loss records by kind (D definitely, I indirectly, P possibly lost, R still reachable)'),
    );
  } else {
    lines.push(
      ownLine(
        folded
          ? `# ${full.length > 0 ? 'other ' : ''}loss records by the function that asked for the memory, stacks left out`
          : '# other loss records',
      ),
    );
  }
  return [...lines, ...(folded ? foldedLines(rest, outline) : [leafLine('', rest, outline)])];
}

/** A group's stack with its records; with `sites`, one leaf for each set of source lines. */
function leavesOf(group: Group, outline: Outline, sites: boolean): TreeLeaf[] {
  const path = ownFrames(group.frames).map(functionOf);
  const records = recordsOf([group], outline);
  if (!sites || records.length === 0)
    return [{ path: path.length > 0 ? path : ['(no stack)'], ...tell([group], outline) }];
  const alike = new Map<string, { path: string[]; records: LossRecord[] }>();
  for (const record of records) {
    const calls = ownFrames(record.frames).map((frame) => {
      const site = siteOf(frame);
      return site === null ? functionOf(frame) : `${functionOf(frame)} (${site})`;
    });
    const key = calls.join(' < ');
    const leaf = alike.get(key) ?? { path: calls.length > 0 ? calls : ['(no stack)'], records: [] };
    leaf.records.push(record);
    alike.set(key, leaf);
  }
  return [...alike.values()].map((leaf) => ({ path: leaf.path, ...tellRecords(leaf.records) }));
}

function foldedLines(groups: readonly Group[], outline: Outline): SourcedLine[] {
  const asking = new Map<string, Group[]>();
  for (const group of groups) {
    const frame = ownFrames(group.frames)[0];
    const name = frame === undefined ? '(no stack)' : functionOf(frame);
    asking.set(name, [...(asking.get(name) ?? []), group]);
  }
  return [...asking].map(([name, alike]) => leafLine(`${name}: `, alike, outline));
}

function leafLine(before: string, groups: readonly Group[], outline: Outline): SourcedLine {
  const { text, source } = tell(groups, outline);
  return { text: `${before}${text}`, source };
}

function recordsOf(groups: readonly Group[], outline: Outline): LossRecord[] {
  return groups.flatMap((group) => outline.records.get(group.signature) ?? []);
}

function recordsBySignature(records: readonly LossRecord[]): Map<string, LossRecord[]> {
  const alike = new Map<string, LossRecord[]>();
  for (const record of records) {
    const signature = signatureOf(record.frames);
    const known = alike.get(signature);
    if (known === undefined) alike.set(signature, [record]);
    else known.push(record);
  }
  return alike;
}

/** Ids by kind and the sums of groups; their number where the log was read without its single records. */
function tell(groups: readonly Group[], outline: Outline): SourcedLine {
  const records = recordsOf(groups, outline);
  if (records.length > 0) return tellRecords(records);
  const sum = (key: 'recordCount' | 'blocks' | 'bytes') => groups.reduce((all, group) => all + group[key], 0);
  return ownLine(`${sum('recordCount')} records; ${sum('blocks')}/${sum('bytes')}`);
}

function tellRecords(records: readonly LossRecord[]): SourcedLine {
  const kinds = KIND_LETTERS.map(([kind, letter]) => {
    const ids = records.filter((record) => record.kind === kind).map((record) => record.id);
    return ids.length === 0 ? null : `${letter} ${idRanges(ids)}`;
  });
  const sum = (key: 'blocks' | 'bytes') => records.reduce((all, record) => all + record[key], 0);
  return {
    text: `${kinds.filter((kind) => kind !== null).join(' ')}; ${sum('blocks')}/${sum('bytes')}`,
    source: records[0]?.lines[0] ?? null,
  };
}

function timelineLines(outline: Outline, told: ReadonlySet<TimelineItem>): SourcedLine[] {
  const shown = outline.items.filter((item) => told.has(item));
  const left = outline.items.filter((item) => !told.has(item));
  const lines: SourcedLine[] = [];
  if (shown.length > 0) {
    const since = outline.start === null ? '' : `, in seconds since ${outline.start}`;
    lines.push(ownLine(`# events, each kind once${since}; xN: N times; <value> varies`), ...shown);
  }
  if (left.length > 0) {
    const events = left.reduce((sum, item) => sum + item.count, 0);
    lines.push(
      ownLine(`# ${events} ${shown.length > 0 ? 'more ' : ''}events of ${left.length} kinds left out`),
    );
  }
  return lines.map(({ text, source }) => ({ text, source }));
}
