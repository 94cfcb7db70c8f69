import type { LossRecord, Process } from '../log/document.js';
import type { Random } from './random.js';
import { type Draft, type DraftLine, type DraftLog, recordLines } from './vary-draft.js';
import { grouped, withoutRecords } from './vary-summary.js';

/**
 * Gives the loss records of each leak check other numbers. They still rise along the report, as Memcheck writes them;
 * where it printed every record, it now counts twice as many. Sanitizers print no numbers, so their reports stay as
 * they are.
 */
export function renumber(draft: Draft, random: Random): Draft {
  const logs = draft.logs.map((log) => {
    const lines = [...log.lines];
    for (const records of byCheck(log)) {
      const counted = countedIn(log, records);
      const total = counted > records.length ? counted : 2 * counted;
      const numbers = random
        .shuffled(Array.from({ length: total }, (_, index) => index + 1))
        .slice(0, records.length)
        .sort((a, b) => a - b);
      for (const [index, { lines: range }] of records.entries()) {
        const line = lines[range[0] - 1] as DraftLine;
        lines[range[0] - 1] = numbered(line, numbers[index] as number, total);
      }
    }
    return { ...log, lines };
  });
  return { ...draft, logs };
}

/** Puts the loss records of each leak check into another order; each gets the number of the place that it comes to. */
export function reorder(draft: Draft, random: Random): Draft {
  const logs = draft.logs.map((log) => {
    const content = new Map<number, DraftLine[]>();
    const moved = new Set<number>();
    for (const records of byCheck(log)) {
      const total = countedIn(log, records);
      const blocks = records.map((record) => recordLines(log, record));
      const order = random.shuffled(blocks);
      for (const [index, block] of blocks.entries()) {
        const [head, ...rest] = (order[index] as number[]).map(
          (number) => log.lines[number - 1] as DraftLine,
        );
        const number = records[index]?.number as number;
        content.set(block[0] as number, [numbered(head as DraftLine, number, total), ...rest]);
        for (const line of block) moved.add(line);
      }
    }
    const lines = log.lines.flatMap(
      (line, index) => content.get(index + 1) ?? (moved.has(index + 1) ? [] : [line]),
    );
    return { ...log, lines };
  });
  return { ...draft, logs };
}

function numbered(line: DraftLine, number: number, total: number): DraftLine {
  const text = line.text.replace(
    /(loss record )[\d,]+( of )[\d,]+/,
    (_, head: string, middle: string) => `${head}${grouped(number)}${middle}${grouped(total)}`,
  );
  return { ...line, text };
}

/** How many loss records the check of these counted, printed or not. */
function countedIn({ document }: DraftLog, records: readonly LossRecord[]): number {
  const [first] = records;
  const process = document.processes.find(({ pid }) => pid === first?.pid);
  return process?.checks.find(({ number }) => number === first?.check)?.recordsCounted ?? records.length;
}

/**
 * Takes the records of all leaks out of the reports; with `onlyBug` those that the bug caused, and other leaks stay. The
 * right answers become NO, or UNSURE where no report is left: a sanitizer that finds nothing prints nothing.
 */
export function cull(draft: Draft, onlyBug: boolean): Draft {
  const { records, otherLeaks } = draft.truth.leak;
  const culprits = new Set([...records, ...(onlyBug ? [] : otherLeaks)]);
  const logs = draft.logs.map((log) => {
    const gone = log.document.records.filter(({ id }) => culprits.has(id));
    return withoutRecords(log, gone);
  });
  const reported = draft.logs.some(
    ({ document: { records, processes } }) =>
      records.some(({ id }) => !culprits.has(id)) || tellsOfNone(processes),
  );
  const verdict = reported ? 'NO' : 'UNSURE';
  const { truth } = draft;
  return {
    logs,
    truth: {
      ...truth,
      leak: { verdict, records: [], otherLeaks: onlyBug ? otherLeaks : [] },
      'root-cause': { verdict, causes: [] },
    },
  };
}

/** A report says what it found even where that is nothing, as Memcheck's does in its summaries. */
function tellsOfNone(processes: readonly Process[]): boolean {
  return processes.some(({ checks }) =>
    checks.some(({ summary, inUseAtExit }) => summary !== null || inUseAtExit !== null),
  );
}

/** Records of each leak check of each process, in the order of the log. */
function byCheck({ document }: DraftLog): LossRecord[][] {
  const checks = new Map<string, LossRecord[]>();
  for (const record of document.records) {
    const key = `${record.pid}.${record.check}`;
    const records = checks.get(key);
    if (records) records.push(record);
    else checks.set(key, [record]);
  }
  return [...checks.values()];
}
