import type { Truth, Verdict } from '../cases/truth.js';
import type { LogDocument } from '../log/document.js';
import type { Draft, DraftLog } from './vary-draft.js';

/** What is added to a process id that both cases have. */
const PID_SHIFT = 100_000;

/**
 * Appends the log with the report of another case to that of this one: two bugs in one file, told apart by process.
 * The other logs of both stay; a role that is taken gets a number. The truth is both truths, and the first case's
 * cause stays the primary one.
 */
export function merge(draft: Draft, other: Draft): Draft {
  const target = withMostRecords(draft.logs);
  const added = apart(withMostRecords(other.logs), target.document);
  const roles = new Set(draft.logs.map(({ role }) => role));
  const rest = other.logs
    .filter((log) => log !== withMostRecords(other.logs))
    .map((log) => ({
      ...foreign(log),
      role: freeName(log.role, roles),
      file: log.file.replace(/([^/]+)$/, 'merged-$1'),
    }));
  const logs = draft.logs.map((log) =>
    log === target ? { ...log, lines: [...log.lines, ...added.lines] } : log,
  );
  return { logs: [...logs, ...rest], truth: mergeTruths(draft.truth, other.truth) };
}

function withMostRecords(logs: readonly DraftLog[]): DraftLog {
  return logs.reduce((most, log) =>
    log.document.records.length > most.document.records.length ? log : most,
  );
}

/** A log whose process ids are none of another's, as the report prefixes tell them. */
function apart(log: DraftLog, { processes }: LogDocument): DraftLog {
  const taken = new Set(processes.map(({ pid }) => pid));
  const clashing = log.document.processes.flatMap(({ pid }) => (pid !== null && taken.has(pid) ? [pid] : []));
  const lines = foreign(log).lines.map(({ text, record }) => ({
    record,
    text: clashing.reduce((line, pid) => line.replaceAll(`==${pid}==`, `==${pid + PID_SHIFT}==`), text),
  }));
  return { ...log, lines };
}

/** Record ids of the other case until both are read together. */
const foreignId = (id: string) => `merged ${id}`;

function foreign(log: DraftLog): DraftLog {
  const lines = log.lines.map(({ text, record }) => ({
    text,
    record: record === null ? null : foreignId(record),
  }));
  return { ...log, lines };
}

function freeName(name: string, taken: Set<string>): string {
  let free = name;
  for (let number = 2; taken.has(free); number++) free = `${name}-${number}`;
  taken.add(free);
  return free;
}

function mergeTruths(one: Truth, other: Truth): Truth {
  const ids = (list: readonly string[]) => list.map(foreignId);
  const causes = other['root-cause'].causes.map((cause) => ({
    ...cause,
    id: freeName(cause.id, new Set(one['root-cause'].causes.map(({ id }) => id))),
    primary: cause.primary && one['root-cause'].causes.length === 0,
    records: ids(cause.records),
  }));
  return {
    ...one,
    relationship: {
      verdict: either(one.relationship.verdict, other.relationship.verdict),
      processes: [...one.relationship.processes, ...other.relationship.processes],
      calls: [...one.relationship.calls, ...other.relationship.calls],
    },
    leak: {
      verdict: either(one.leak.verdict, other.leak.verdict),
      records: [...one.leak.records, ...ids(other.leak.records)],
      otherLeaks: [...one.leak.otherLeaks, ...ids(other.leak.otherLeaks)],
    },
    'root-cause': {
      verdict: either(one['root-cause'].verdict, other['root-cause'].verdict),
      causes: [...one['root-cause'].causes, ...causes],
    },
  };
}

/** What holds of one of two holds of both together; what is unsure of one is so of both unless the other settles it. */
function either(one: Verdict, other: Verdict): Verdict {
  if (one === 'YES' || other === 'YES') return 'YES';
  return one === 'UNSURE' || other === 'UNSURE' ? 'UNSURE' : 'NO';
}
