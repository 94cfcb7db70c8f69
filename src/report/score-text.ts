import type { ScoredLine } from '../../eval/score-lines.js';
import { plainTable } from './plain-table.js';
import { counted, printable } from './printable.js';

/** Graded answers as a table for the terminal, and what they come to. */
export function scoreText(lines: readonly ScoredLine[]): string {
  const rows = lines.map(({ case: id, contestant, stage, verdict, form, grade }) => [
    id,
    printable(contestant ?? '–'),
    stage,
    verdict ?? '–',
    form,
    grade.outcome,
    ratio(grade.records?.precision),
    ratio(grade.records?.recall),
    ratio(grade.records?.f1),
    grade.citations.unknown.length,
  ]);
  const head = [
    'case',
    'contestant',
    'stage',
    'verdict',
    'form',
    'outcome',
    'precision',
    'recall',
    'F1',
    'not in log',
  ];
  const outcomes = new Map<string, number>();
  for (const { grade } of lines) outcomes.set(grade.outcome, (outcomes.get(grade.outcome) ?? 0) + 1);
  const sum = [...outcomes].map(([outcome, count]) => `${count} ${outcome}`).join(', ');
  return `${plainTable(head, rows)}${counted(lines.length, 'answer')}${sum === '' ? '' : `: ${sum}`}\n`;
}

function ratio(figure: number | undefined): string {
  return figure === undefined ? '–' : figure.toFixed(2);
}
