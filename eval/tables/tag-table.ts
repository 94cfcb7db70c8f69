import { metricsOf, type Scope } from '../metrics.js';
import type { ScoredRun } from '../score-run.js';
import { MAIN_COLUMNS } from './main-table.js';
import type { Table } from './table.js';

/** The columns of the main table for the cases of each tag. */
export function tagTable(run: ScoredRun, tags: readonly Scope[]): Table {
  return {
    id: 'by-tag',
    title: `${run.name}: by tag`,
    notes: ['A case with several tags counts under each. The columns are those of the main table.'],
    columns: [
      { id: 'tag', title: 'Tag', kind: 'text' },
      { id: 'cases', title: 'Cases', kind: 'number' },
      ...MAIN_COLUMNS,
    ],
    rows: tags.flatMap((tag) =>
      metricsOf(run, tag).map((row) => [
        tag.id,
        tag.cases.length,
        ...MAIN_COLUMNS.map((column) => column.of(row)),
      ]),
    ),
  };
}
