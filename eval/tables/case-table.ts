import { STAGES } from '../../src/cases/truth.js';
import { type FigureId, figureOf } from '../figures.js';
import type { Outcome } from '../grade.js';
import { caseValues } from '../metrics.js';
import type { ScoredRun, Sitting } from '../score-run.js';
import { titleOf } from './stage-title.js';
import type { Cell, Column, Table } from './table.js';

const CASE_FIGURES: readonly FigureId[] = ['leak-f1', 'root-cause-f1', 'root-cause-causes', 'diagnosed'];

const COLUMNS: readonly Column[] = [
  { id: 'case', title: 'Case', kind: 'text' },
  { id: 'contestant', title: 'Contestant', kind: 'text' },
  ...STAGES.map((stage): Column => ({ id: stage, title: titleOf(stage), kind: 'text' })),
  ...CASE_FIGURES.map((id): Column => ({ id, title: figureOf(id).title, kind: 'number', decimals: 2 })),
  { id: 'unknown-ids', title: 'Ids not in log', kind: 'number' },
];

/** One row a case and contestant. */
export function caseTable(run: ScoredRun): Table {
  return {
    id: 'by-case',
    title: `${run.name}: every contestant on every case`,
    notes: [
      'Relationship, leak and root cause: what became of the question; with several repeats, how often. A dash stands where a figure does not apply to the case.',
    ],
    columns: COLUMNS,
    rows: run.cases.flatMap((id) =>
      run.contestants
        .filter((contestant) => run.asked.get(contestant)?.includes(id))
        .map((contestant) => caseRow(run, id, contestant)),
    ),
  };
}

function caseRow(run: ScoredRun, id: string, contestant: string): Cell[] {
  const sittings = run.sittings.filter((one) => one.case === id && one.contestant === contestant);
  return [
    id,
    contestant,
    ...STAGES.map((stage) =>
      outcomeText(sittings.flatMap((one) => one.questions.get(stage)?.grade.outcome ?? [])),
    ),
    ...CASE_FIGURES.map((figure) => caseValues(figureOf(figure), sittings).get(id) ?? null),
    unknownIds(sittings),
  ];
}

function outcomeText(outcomes: readonly Outcome[]): string | null {
  if (outcomes.length === 0) return null;
  const kinds = [...new Set(outcomes)];
  if (kinds.length === 1) return kinds[0] as Outcome;
  const count = (kind: Outcome) => outcomes.filter((outcome) => outcome === kind).length;
  return kinds
    .sort((left, right) => count(right) - count(left) || (left < right ? -1 : 1))
    .map((kind) => `${count(kind)} ${kind}`)
    .join(', ');
}

function unknownIds(sittings: readonly Sitting[]): number {
  return sittings
    .flatMap((one) => [...one.questions.values()])
    .reduce((sum, { grade }) => sum + grade.citations.unknown.length, 0);
}
