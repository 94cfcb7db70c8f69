import MiniSearch from 'minisearch';
import { STAGES, type Stage } from '../cases/truth.js';
import { LeaktrailError } from '../error.js';
import type { MaterialLog } from '../evidence/material.js';
import type { LossRecord } from '../log/document.js';
import { signatureOf } from '../log/signature.js';
import { cleanLine } from './clean.js';
import { timelineItems } from './digest-timeline.js';
import type { ChunkDraft, ChunkTask } from './draft.js';
import { headerLines } from './header.js';
import { idRanges } from './id-ranges.js';
import { byImportance } from './importance.js';
import { most } from './most.js';
import { QUESTION_WORDS } from './questions.js';
import { ownLine, type SourcedLine } from './sourced-line.js';

/** Something that can be found: a group of loss records, or events that read alike. */
interface Finding {
  readonly id: number;
  readonly log: MaterialLog;
  readonly text: string;
  /** What a match is worth beside how well it matches, from 1 to 2. */
  readonly boost: number;
  readonly records: readonly string[];
  readonly body: readonly SourcedLine[];
}

/**
 * What a search finds for a stage's question, best first, as much as the budget holds: loss records with their stacks
 * (one of each group in full, the others by their ids) and events (the first of each kind). In the order of the log,
 * a chunk a log. Without a stage, what any of the three questions finds, in turns. What alone exceeds the budget is
 * passed over, so that one huge line does not keep all others out; only the best match must fit.
 */
export function retrieve(task: ChunkTask): ChunkDraft[] {
  const found = findings(task);
  const headers = new Map(task.material.logs.map((log) => [log, headerLines(task, log, HEADER_PROCESSES)]));
  const tokens = (drafts: readonly ChunkDraft[]) =>
    drafts.reduce((sum, { body }) => sum + task.counter.countLines(body.map(({ text }) => text)), 0);
  const alone = (finding: Finding) =>
    tokens([toDraft(finding.log, headers.get(finding.log) ?? [], [finding])]);

  const [best, ...others] = rank(found, task.stage === null ? STAGES : [task.stage]);
  if (best === undefined) return [];
  const needed = alone(best);
  if (needed > task.budget) {
    throw new LeaktrailError(
      'usage',
      `the best match alone takes ${needed} tokens, and the budget is ${task.budget}`,
      { hint: `give a budget of ${needed} or more` },
    );
  }
  const ranked = [best, ...others.filter((finding) => alone(finding) <= task.budget)];
  const first = (count: number): ChunkDraft[] => {
    const chosen = new Set(ranked.slice(0, count));
    return task.material.logs.flatMap((log) => {
      const own = found.filter((finding) => finding.log === log && chosen.has(finding));
      return own.length === 0 ? [] : [toDraft(log, headers.get(log) ?? [], own)];
    });
  };
  return first(most(ranked.length, (count) => tokens(first(count)) <= task.budget));
}

const HEADER_PROCESSES = 4;

function toDraft(log: MaterialLog, header: readonly SourcedLine[], found: readonly Finding[]): ChunkDraft {
  const body = found.flatMap((finding) => finding.body);
  const sources = body
    .map((line) => line.source)
    .filter((source) => source !== null)
    .sort((a, b) => a - b);
  const records = found.flatMap((finding) => finding.records);
  return {
    log: log.document.role,
    lines: [sources[0] ?? 1, sources.at(-1) ?? 1],
    records,
    stacks: records,
    body: [...header, ownLine('# excerpts, in the order of the log'), ...body],
  };
}

function findings(task: ChunkTask): Finding[] {
  const found: Omit<Finding, 'id'>[] = [];
  for (const log of task.material.logs) {
    const place = (finding: Omit<Finding, 'id'>) => finding.body[0]?.source ?? 0;
    const own = [...groupFindings(log, task), ...eventFindings(log, task)].sort(
      (a, b) => place(a) - place(b),
    );
    found.push(...own);
  }
  return found.map((finding, id) => ({ ...finding, id }));
}

function groupFindings(log: MaterialLog, task: ChunkTask): Omit<Finding, 'id'>[] {
  const { document } = log;
  const members = new Map<string, LossRecord[]>();
  for (const record of document.records) {
    const signature = signatureOf(record.frames);
    members.set(signature, [...(members.get(signature) ?? []), record]);
  }
  const groups = byImportance(document.groups);
  return groups.flatMap((group, rank) => {
    const [first, ...others] = members.get(group.signature) ?? [];
    if (first === undefined) return [];
    const same =
      others.length === 0
        ? []
        : [
            ownLine(
              `# same stack: ${idRanges(others.map(({ id }) => id))}; all ${group.blocks} blocks, ${group.bytes} bytes`,
            ),
          ];
    return [
      {
        log,
        text: `${group.signature} ${Object.keys(group.kinds).join(' ')}`,
        boost: 2 - rank / groups.length,
        records: [first, ...others].map(({ id }) => id),
        body: [...recordLines(log, first, task), ...same],
      },
    ];
  });
}

function recordLines(log: MaterialLog, record: LossRecord, task: ChunkTask): SourcedLine[] {
  const lines: SourcedLine[] = [];
  for (let number = record.lines[0]; number <= record.lines[1]; number++) {
    const raw = log.text.line(number);
    const keepPrefix = log.document.processes.length > 1 && number === record.lines[0];
    const text = task.clean ? cleanLine(raw, keepPrefix) : raw;
    if (text !== null) lines.push({ text: task.redact(text), source: number });
  }
  return lines;
}

function eventFindings(log: MaterialLog, task: ChunkTask): Omit<Finding, 'id'>[] {
  return timelineItems(log, task.redact).map((item) => {
    const line = { text: task.redact(log.text.line(item.source as number)), source: item.source };
    const more = item.count > 1 ? [ownLine(`# ${item.count} lines like this one`)] : [];
    return {
      log,
      text: item.text,
      boost: 1 + Math.min(1, item.weight / 24),
      records: [],
      body: [line, ...more],
    };
  });
}

/** Findings by how well they match the questions, of several questions the best of each in turns; then all others. */
function rank(found: readonly Finding[], stages: readonly Stage[]): Finding[] {
  const index = new MiniSearch<Finding>({ fields: ['text'], tokenize: wordsOf });
  index.addAll(found);
  const lists = stages.map((stage) =>
    index
      .search(QUESTION_WORDS[stage], {
        boostDocument: (id) => found[id as number]?.boost ?? 1,
        prefix: (word) => word.length > 3,
      })
      .map(({ id }) => found[id as number] as Finding),
  );
  const inTurns: Finding[] = [];
  for (let place = 0; place < found.length; place++) {
    for (const list of lists) {
      const finding = list[place];
      if (finding !== undefined) inTurns.push(finding);
    }
  }
  return [...new Set([...inTurns, ...found])];
}

/** Words of names as programs write them: `qd_hash_insert`, `acceptLink` and `SSL_new` are two or three words each. */
function wordsOf(text: string): string[] {
  return text
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .split(/[^\p{L}\d]+/u)
    .filter((word) => word.length > 1);
}
