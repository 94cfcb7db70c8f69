import type { MaterialLog } from '../evidence/material.js';
import type { LineRange, LossRecord } from '../log/document.js';
import { signatureOf } from '../log/signature.js';
import { relatedTogether } from './related.js';

/** What a chunk should keep together: a loss record with the few lines after it, or an error report. */
export interface Whole {
  readonly kind: 'record' | 'error';
  readonly record: LossRecord | null;
  /** The report itself. */
  readonly lines: LineRange;
  /** With the lines that follow up to the next report. */
  readonly upTo: number;
}

/** Lines that belong to no report: events, summaries. May be divided anywhere. */
export interface Run {
  readonly kind: 'run';
  readonly lines: LineRange;
}

export type Unit = Whole | Run;

/** Lines between two reports that still count as belonging to the first. */
const NEAR = 12;

/**
 * Divides a log into units that cover every line. Loss records of a leak check that follow each other are put in the
 * order of their call paths, outermost call first, so that those which share a path stand together; error reports
 * among them come together, too. All else keeps its place.
 */
export function unitsOf(log: MaterialLog): Unit[] {
  const { document } = log;
  const reports = [
    ...document.records.map((record) => ({ kind: 'record' as const, record, lines: record.lines })),
    ...document.errors.map((error) => ({ kind: 'error' as const, record: null, lines: error.lines })),
  ].sort((a, b) => a.lines[0] - b.lines[0] || a.lines[1] - b.lines[1]);

  const units: Unit[] = [];
  let section: Whole[] = [];
  const endSection = () => {
    for (const whole of inOrderOfPaths(section)) units.push(whole);
    section = [];
  };
  const run = (first: number, last: number) => {
    if (first > last) return;
    endSection();
    units.push({ kind: 'run', lines: [first, last] });
  };
  let line = 1;
  for (const [index, report] of reports.entries()) {
    run(line, report.lines[0] - 1);
    const next = reports[index + 1]?.lines[0] ?? document.lines + 1;
    const near = next - report.lines[1] - 1 <= NEAR && index + 1 < reports.length;
    const upTo = near ? Math.max(report.lines[1], next - 1) : report.lines[1];
    section.push({ ...report, upTo });
    line = Math.max(line, upTo + 1);
  }
  run(line, document.lines);
  endSection();
  return units;
}

function inOrderOfPaths(section: readonly Whole[]): Whole[] {
  return relatedTogether(section, ({ record }) =>
    record === null
      ? ['errors']
      : [`${record.pid}.${record.check}`, ...signatureOf(record.frames).split(' < ').reverse()],
  );
}
