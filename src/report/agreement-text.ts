import type { JudgeAgreement } from '../../eval/judge.js';
import { plainTable } from './plain-table.js';
import { printable } from './printable.js';

/** How judges agree with the citations, for the terminal. */
export function agreementText(agreements: readonly JudgeAgreement[]): string {
  const rows = agreements.map(({ judge, grades, unreadable, table, kappa }) => [
    printable(judge),
    grades.SAME,
    grades.PARTLY,
    grades.DIFFERENT,
    unreadable,
    table.bothYes,
    table.onlyFirst,
    table.onlySecond,
    table.bothNo,
    kappa === null ? '–' : kappa.toFixed(2),
  ]);
  const head = [
    'judge',
    'same',
    'partly',
    'different',
    'unread',
    'both',
    'judge only',
    'ids only',
    'neither',
    'kappa',
  ];
  return `${plainTable(head, rows)}
both: the judge says SAME, and the answer cites a record of every primary cause. kappa: Cohen's, of the two.\n`;
}
