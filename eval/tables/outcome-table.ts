import type { Stage } from '../../src/cases/truth.js';
import { OUTCOMES } from '../grade.js';
import type { ContestantMetrics, Outcomes, RiskCoverage } from '../metrics.js';
import type { ScoredRun } from '../score-run.js';
import { titleOf } from './stage-title.js';
import type { Cell, Column, Table } from './table.js';

const COLUMNS: readonly Column[] = [
  { id: 'contestant', title: 'Contestant', kind: 'text' },
  { id: 'stage', title: 'Stage', kind: 'text' },
  { id: 'planned', title: 'Planned', kind: 'number' },
  ...OUTCOMES.map(
    (outcome): Column => ({
      id: outcome,
      title: `${outcome.charAt(0).toUpperCase()}${outcome.slice(1)}`,
      kind: 'number',
    }),
  ),
  { id: 'coverage', title: 'Coverage', kind: 'number', decimals: 2 },
  { id: 'risk', title: 'Risk', kind: 'number', decimals: 2 },
];

/** What became of the planned questions, stage by stage. */
export function outcomeTable(run: ScoredRun, metrics: readonly ContestantMetrics[]): Table {
  return {
    id: 'outcomes',
    title: `${run.name}: what became of every planned question`,
    notes: [
      'The five outcomes sum to the planned questions. Coverage: share with a verdict that is right or wrong. Risk: share of wrong ones among those.',
    ],
    columns: COLUMNS,
    rows: metrics.flatMap(({ contestant, stages }) => stages.map((stage) => outcomeRow(contestant, stage))),
  };
}

function outcomeRow(
  contestant: string,
  { stage, outcomes, coverage, risk }: RiskCoverage & { stage: Stage; outcomes: Outcomes },
): Cell[] {
  return [
    contestant,
    titleOf(stage),
    outcomes.planned,
    ...OUTCOMES.map((outcome) => outcomes[outcome]),
    coverage,
    risk,
  ];
}
