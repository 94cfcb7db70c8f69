import { FIGURES } from '../figures.js';
import type { ContestantMetrics } from '../metrics.js';
import type { ScoredRun } from '../score-run.js';
import type { Column, Table } from './table.js';

const COLUMNS: readonly Column[] = [
  { id: 'figure', title: 'Figure', kind: 'text' },
  { id: 'contestant', title: 'Contestant', kind: 'text' },
  { id: 'value', title: 'Value', kind: 'estimate' },
  { id: 'over', title: 'Cases', kind: 'number' },
];

/** Every figure of every contestant. */
export function figureTable(run: ScoredRun, metrics: readonly ContestantMetrics[]): Table {
  return {
    id: 'figures',
    title: `${run.name}: every figure with its interval`,
    notes: [
      'Means over the cases to which a figure applies, repeats averaged within the case. 95% intervals: Wilson for proportions, bootstrap over cases for means; none below 5 cases for means.',
    ],
    columns: COLUMNS,
    rows: FIGURES.flatMap(({ id, title }) =>
      metrics.flatMap(({ contestant, figures }) => {
        const value = figures.get(id);
        return value === undefined ? [] : [[title, contestant, value, value.cases]];
      }),
    ),
  };
}
