import type { CaseLog } from '../cases/case-file.js';
import type { Truth } from '../cases/truth.js';
import type { LogDocument, LossRecord } from '../log/document.js';
import { readLogs } from '../log/read-log.js';

/** A line of a log on its way, and the id of the loss record that begins on it before the change. */
export interface DraftLine {
  readonly text: string;
  readonly record: string | null;
}

/** A log on its way to become that of a variant. */
export interface DraftLog {
  readonly role: string;
  readonly file: string;
  readonly tool: CaseLog['tool'];
  readonly lines: readonly DraftLine[];
  /** What the log said before the change. */
  readonly document: LogDocument;
}

/** A case on its way to become a variant. */
export interface Draft {
  readonly logs: readonly DraftLog[];
  readonly truth: Truth;
}

/** One change of a case. Truth that it returns cites records by the ids before the change. */
export type Edit = (draft: Draft) => Draft;

/** Makes a change and reads the logs again, so that the truth cites the records as they are called now. */
export async function applyEdit(draft: Draft, edit: Edit): Promise<Draft> {
  const edited = edit(draft);
  const documents = await readDraft(edited.logs);
  const renamed = new Map<string, string>();
  for (const [index, log] of edited.logs.entries()) {
    for (const record of documents[index]?.records ?? []) {
      const before = log.lines[record.lines[0] - 1]?.record ?? null;
      if (before !== null) renamed.set(before, record.id);
    }
  }
  return {
    logs: edited.logs.map((log, index) => ({
      ...log,
      document: documents[index] as LogDocument,
      lines: draftLines(
        documents[index] as LogDocument,
        log.lines.map(({ text }) => text),
      ),
    })),
    truth: renameRecords(edited.truth, renamed),
  };
}

/** Lines of a log, each with the record that begins on it. */
export function draftLines({ records }: LogDocument, texts: readonly string[]): DraftLine[] {
  const beginning = new Map(records.map(({ id, lines }) => [lines[0], id]));
  return texts.map((text, index) => ({ text, record: beginning.get(index + 1) ?? null }));
}

/** Reads the logs of a draft, with ids that are unique among them. */
function readDraft(logs: readonly Pick<DraftLog, 'role' | 'file' | 'lines'>[]): Promise<LogDocument[]> {
  const sources = logs.map((log) => ({ ...log, source: new TextEncoder().encode(textOf(log)) }));
  return readLogs(sources.map(({ source, role, file }) => ({ source, role, file })));
}

/** The text of a draft's log. */
export function textOf({ lines }: Pick<DraftLog, 'lines'>): string {
  return lines.map(({ text }) => `${text}\n`).join('');
}

/** Cites records by other ids; records without one are gone from the logs, and so from the truth. */
function renameRecords(truth: Truth, names: ReadonlyMap<string, string>): Truth {
  const renamed = (ids: readonly string[]) => ids.flatMap((id) => names.get(id) ?? []);
  const { leak, 'root-cause': rootCause } = truth;
  return {
    ...truth,
    leak: { ...leak, records: renamed(leak.records), otherLeaks: renamed(leak.otherLeaks) },
    'root-cause': {
      ...rootCause,
      causes: rootCause.causes.map((cause) => ({ ...cause, records: renamed(cause.records) })),
    },
  };
}

/** Changes lines of a log one by one; null takes a line out. */
export function mapLines(log: DraftLog, change: (text: string, number: number) => string | null): DraftLog {
  const lines = log.lines.flatMap(({ text, record }, index) => {
    const changed = change(text, index + 1);
    return changed === null ? [] : [{ text: changed, record }];
  });
  return { ...log, lines };
}

/** Lines of a loss record that the tool wrote, with the empty line behind it; lines of others between them stay. */
export function recordLines(log: DraftLog, record: LossRecord): number[] {
  const isOwn = ownLine(log.document, record.pid);
  const [first, last] = record.lines;
  const numbers: number[] = [];
  for (let number = first; number <= last; number++) {
    if (isOwn(log.lines[number - 1]?.text ?? '')) numbers.push(number);
  }
  const behind = log.lines[last]?.text;
  if (behind !== undefined && isOwn(behind) && behind.replace(/^==.*?== ?/, '').trim() === '')
    numbers.push(last + 1);
  return numbers;
}

/** Tells lines that Memcheck wrote for a process by their prefix; XML and a sanitizer's report are in one piece. */
function ownLine({ processes, format }: LogDocument, pid: number | null): (text: string) => boolean {
  const tool = processes.find((process) => process.pid === pid)?.tool;
  if (tool !== 'memcheck' || format === 'memcheck-xml') return () => true;
  const prefix = new RegExp(`^==[\\d:. ]*${pid}==`);
  return (text) => prefix.test(text);
}
