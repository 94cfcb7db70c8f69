import type { Stage } from '../../src/cases/truth.js';
import type { FigureId } from '../figures.js';
import type { ContestantMetrics } from '../metrics.js';
import type { ScoredRun } from '../score-run.js';
import type { Cell, Column, Share, Table } from './table.js';

/** A column of the main table and how a row fills it. */
export interface MainColumn extends Column {
  /** For narrow tables. */
  readonly short: string;
  of(row: ContestantMetrics): Cell;
}

/** The columns of the main table, in order. */
export const MAIN_COLUMNS: readonly MainColumn[] = [
  { id: 'contestant', title: 'Contestant', short: 'contestant', kind: 'text', of: (row) => row.contestant },
  verdicts('relationship', 'Relationship', 'rela-\ntion'),
  verdicts('leak', 'Leak', 'leak'),
  verdicts('root-cause', 'Root cause', 'cause'),
  estimate('leak-f1', 'Leak F1', 'leak\nF1'),
  estimate('root-cause-f1', 'Root-cause F1', 'cause\nF1'),
  estimate('leak-exact', 'Leak exact', 'leak\nexact'),
  estimate('root-cause-causes', 'Causes found', 'causes\nfound'),
  estimate('diagnosed', 'Diagnosed', 'diag-\nnosed'),
  {
    id: 'unknown-ids',
    title: 'Ids not in log',
    short: 'not in\nlog',
    kind: 'number',
    of: (row) => row.unknownIds,
  },
  outcome('right', 'Right', 'right'),
  outcome('wrong', 'Wrong', 'wrong'),
  outcome('unsure', 'Unsure', 'unsure'),
  outcome('unparseable', 'Unparseable', 'unpar-\nsed'),
  outcome('error', 'Error', 'error'),
];

/** The main table of a run: one row a contestant, over all cases. `rows` are its metrics. */
export function mainTable(run: ScoredRun, rows: readonly ContestantMetrics[]): Table {
  return {
    id: 'main',
    title: `${run.name}: all contestants over ${run.cases.length} cases`,
    notes: [
      'Relationship, Leak and Root cause: right verdicts of the planned questions. F1, exact and causes: means over cases, with 95% intervals (bootstrap over cases; Wilson for exact and diagnosed). Diagnosed: right verdicts on leak and root cause, every primary cause found, and at least half of the cited records right.',
      'Right, wrong, unsure, unparseable and error sum to the questions that a contestant was to be asked. Contestants that were asked about fewer cases stand below the others. docs/scoring.md defines every figure.',
    ],
    columns: MAIN_COLUMNS,
    rows: rows.map((row) => MAIN_COLUMNS.map((column) => column.of(row))),
  };
}

function verdicts(stage: Stage, title: string, short: string): MainColumn {
  return {
    id: `${stage}-right`,
    title,
    short,
    kind: 'share',
    of: (row): Share | null => {
      const asked = row.stages.find((one) => one.stage === stage);
      return asked === undefined ? null : { count: asked.outcomes.right, of: asked.outcomes.planned };
    },
  };
}

function estimate(id: FigureId, title: string, short: string): MainColumn {
  return { id, title, short, kind: 'estimate', of: (row) => row.figures.get(id) ?? null };
}

function outcome(id: keyof ContestantMetrics['outcomes'], title: string, short: string): MainColumn {
  return { id, title, short, kind: 'number', of: (row) => row.outcomes[id] };
}
