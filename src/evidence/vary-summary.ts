import type { LossRecord, Process } from '../log/document.js';
import { type DraftLine, type DraftLog, recordLines } from './vary-draft.js';

/** A figure as Memcheck prints it: `1,429,056`. */
export const grouped = (value: number) => value.toLocaleString('en-US');

/**
 * Takes loss records out of a log, and what they come to out of the summaries. What hung from them and is printed as no
 * record goes by its bytes, and by as large a share of the blocks.
 *
 * @param alsoGone numbers of further lines to take out, counted from 1
 */
export function withoutRecords(
  log: DraftLog,
  gone: readonly LossRecord[],
  alsoGone: readonly number[] = [],
): DraftLog {
  const dropped = new Set([...gone.flatMap((record) => recordLines(log, record)), ...alsoGone]);
  const changes = summaryChanges(log, gone, dropped);
  const lines = log.lines.flatMap((line, index) => {
    if (dropped.has(index + 1)) return [];
    return [{ ...line, text: changes.get(index + 1) ?? line.text }];
  });
  return { ...log, lines };
}

/** New texts of the lines that count what is taken out; a report of which nothing is left is dropped whole. */
function summaryChanges(
  log: DraftLog,
  gone: readonly LossRecord[],
  dropped: Set<number>,
): Map<number, string> {
  const changes = new Map<number, string>();
  for (const process of log.document.processes) {
    const own = gone.filter(({ pid }) => pid === process.pid);
    if (own.length === 0) continue;
    const left = log.document.records.filter(({ pid }) => pid === process.pid).length - own.length;
    for (const check of process.checks) {
      const [first, last] = check.lines;
      if (process.tool !== 'memcheck' && left === 0) {
        for (let number = first; number <= last; number++) dropped.add(number);
        continue;
      }
      const records = own.filter((record) => record.check === check.number);
      const adjust = process.tool === 'memcheck' ? memcheckSummary(log, records) : sanitizerSummary(records);
      for (let number = first; number <= last; number++) {
        const { text } = log.lines[number - 1] as DraftLine;
        const changed = adjust(text);
        if (changed !== text) changes.set(number, changed);
      }
    }
    if (process.tool === 'memcheck') errorSummary(log, process, own, changes);
  }
  return changes;
}

type Adjust = (text: string) => string;

function memcheckSummary(log: DraftLog, records: readonly LossRecord[]): Adjust {
  const lost = lostByKind(log, records);
  const all = Object.values(lost).reduce(
    (sum, { bytes, blocks }) => ({ bytes: sum.bytes + bytes, blocks: sum.blocks + blocks }),
    { bytes: 0, blocks: 0 },
  );
  const less = (figures: string, { bytes, blocks }: { bytes: number; blocks: number }) =>
    figures.replace(
      /([\d,]+) bytes in ([\d,]+) blocks/,
      (_, was: string, wasBlocks: string) =>
        `${grouped(Math.max(0, numeric(was) - bytes))} bytes in ${grouped(Math.max(0, numeric(wasBlocks) - blocks))} blocks`,
    );
  return (text) => {
    const kind =
      /^==.*==\s+(definitely lost|indirectly lost|possibly lost|still reachable): [\d,]+ bytes/.exec(
        text,
      )?.[1];
    if (kind !== undefined) return less(text, lost[kind.replace(' ', '-') as keyof typeof lost]);
    if (/^==.*==\s+in use at exit:/.test(text)) return less(text, all);
    return text.replace(
      /(heap usage: [\d,]+ allocs, )([\d,]+)( frees)/,
      (_, head: string, frees: string, tail: string) =>
        `${head}${grouped(numeric(frees) + all.blocks)}${tail}`,
    );
  };
}

function lostByKind({ document }: DraftLog, records: readonly LossRecord[]) {
  const none = () => ({ bytes: 0, blocks: 0 });
  const lost = {
    'definitely-lost': none(),
    'indirectly-lost': none(),
    'possibly-lost': none(),
    'still-reachable': none(),
  };
  for (const record of records) {
    lost[record.kind].bytes += record.directBytes;
    lost[record.kind].blocks += record.blocks;
  }
  const [{ pid, check } = { pid: null, check: 1 }] = records;
  const printsIndirect = document.records.some(
    (record) => record.kind === 'indirectly-lost' && record.pid === pid && record.check === check,
  );
  if (!printsIndirect) {
    const process = document.processes.find((one) => one.pid === pid);
    const summary = process?.checks.find(({ number }) => number === check)?.summary?.['indirectly-lost'];
    const bytes = records.reduce((sum, { indirectBytes }) => sum + indirectBytes, 0);
    const share = summary && summary.bytes > 0 ? Math.min(1, bytes / summary.bytes) : 0;
    lost['indirectly-lost'] = { bytes, blocks: Math.round((summary?.blocks ?? 0) * share) };
  }
  return lost;
}

function sanitizerSummary(records: readonly LossRecord[]): Adjust {
  const bytes = records.reduce((sum, record) => sum + record.bytes, 0);
  const blocks = records.reduce((sum, record) => sum + record.blocks, 0);
  return (text) =>
    text.replace(
      /(\d+)( byte\(s\) leaked in )(\d+)( allocation)/,
      (_, was: string, middle: string, count: string, tail: string) =>
        `${Number(was) - bytes}${middle}${Number(count) - blocks}${tail}`,
    );
}

/** Memcheck counts a definite or possible loss as an error (`--errors-for-leak-kinds`, Valgrind manual 4.2.8). */
function errorSummary(
  log: DraftLog,
  { pid, lines: [first, last] }: Process,
  gone: readonly LossRecord[],
  changes: Map<number, string>,
): void {
  const errors = gone.filter(({ kind }) => kind === 'definitely-lost' || kind === 'possibly-lost').length;
  const summary = new RegExp(
    `^(==[\\d:. ]*${pid}== ERROR SUMMARY: )([\\d,]+)( errors from )([\\d,]+)( contexts)`,
  );
  for (let number = first; number <= last; number++) {
    const { text } = log.lines[number - 1] as DraftLine;
    const changed = text.replace(
      summary,
      (_, head: string, was: string, middle: string, contexts: string, tail: string) =>
        `${head}${grouped(numeric(was) - errors)}${middle}${grouped(numeric(contexts) - errors)}${tail}`,
    );
    if (changed !== text) changes.set(number, changed);
  }
}

function numeric(figure: string): number {
  return Number(figure.replaceAll(',', ''));
}
