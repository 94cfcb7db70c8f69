import { CONTRADICTIONS } from '../contradictions.js';
import type { ContestantMetrics } from '../metrics.js';
import type { ScoredRun } from '../score-run.js';
import type { Cell, Column, Table } from './table.js';

type ConductColumn = Column & { readonly of: (row: ContestantMetrics) => Cell };

const CONTESTANT: ConductColumn = {
  id: 'contestant',
  title: 'Contestant',
  kind: 'text',
  of: (row) => row.contestant,
};

const FORM: readonly ConductColumn[] = [
  CONTESTANT,
  { id: 'cited', title: 'Ids cited', kind: 'number', of: (row) => row.cited },
  { id: 'unknown-ids', title: 'Ids not in log', kind: 'number', of: (row) => row.unknownIds },
  { id: 'unseen-ids', title: 'Ids not shown', kind: 'number', of: (row) => row.unseenIds },
  {
    id: 'quotes',
    title: 'Quotes found',
    kind: 'share',
    of: ({ quotes }) => (quotes.quoted === 0 ? null : { count: quotes.found, of: quotes.quoted }),
  },
  { id: 'canonical', title: 'Canonical', kind: 'number', of: (row) => row.forms.canonical },
  { id: 'lenient', title: 'Lenient', kind: 'number', of: (row) => row.forms.lenient },
  { id: 'unparseable', title: 'Unparseable', kind: 'number', of: (row) => row.outcomes.unparseable },
  { id: 'self-contradictory', title: 'Two verdicts', kind: 'number', of: (row) => row.selfContradictory },
  ...CONTRADICTIONS.map(
    (what): ConductColumn => ({
      id: what.replace(/[^a-z]+/g, '-'),
      title: `${what.charAt(0).toUpperCase()}${what.slice(1)}`,
      kind: 'number',
      of: (row) => row.contradictions[what],
    }),
  ),
];

const SPENDING: readonly ConductColumn[] = [
  CONTESTANT,
  { id: 'requests', title: 'Requests', kind: 'number', of: (row) => row.spending.requests },
  { id: 'failed', title: 'Failed', kind: 'number', of: (row) => row.spending.failed },
  { id: 'input-tokens', title: 'Input tokens', kind: 'number', of: (row) => row.spending.inputTokens },
  { id: 'output-tokens', title: 'Output tokens', kind: 'number', of: (row) => row.spending.outputTokens },
  { id: 'cost', title: 'US dollars', kind: 'number', decimals: 4, of: (row) => row.spending.cost },
  {
    id: 'seconds',
    title: 'Seconds a request',
    kind: 'number',
    decimals: 1,
    of: ({ spending }) =>
      spending.latencyMs === null || spending.requests === 0
        ? null
        : spending.latencyMs / spending.requests / 1000,
  },
  { id: 'diagnosed', title: 'Diagnosed', kind: 'number', of: (row) => row.diagnosed },
  {
    id: 'tokens-per-diagnosis',
    title: 'Tokens a diagnosis',
    kind: 'number',
    of: (row) => row.tokensPerDiagnosis,
  },
  {
    id: 'cost-per-diagnosis',
    title: 'Dollars a diagnosis',
    kind: 'number',
    decimals: 4,
    of: (row) => row.costPerDiagnosis,
  },
];

/**
 * How contestants answer: form and contradictions; what they spend, where any request tells; and how steady they are,
 * where a run has repeats.
 */
export function conductTables(run: ScoredRun, rows: readonly ContestantMetrics[]): Table[] {
  const tables = [
    table('conduct', `${run.name}: citations, form and contradictions`, FORM, rows, [
      'Ids not shown: records that exist, but were not in what the contestant was given. Quotes found: lines that replies quote and that stand in the log. Canonical, lenient, unparseable: how the answers keep to the grammar (docs/answers.md). Two verdicts: answers that state more than one. The last three count sittings whose stages contradict each other.',
    ]),
  ];
  if (rows.some(({ spending }) => spending.inputTokens !== null)) {
    tables.push(
      table('spending', `${run.name}: tokens, cost and time`, SPENDING, rows, [
        'All requests, failed ones included. A diagnosis bears all that its contestant spent. A dash stands where nothing is known.',
      ]),
    );
  }
  if (run.repeats > 1) {
    const columns = Array.from(
      { length: run.repeats },
      (_, index): ConductColumn => ({
        id: `pass-${index + 1}`,
        title: `pass^${index + 1}`,
        kind: 'number',
        decimals: 2,
        of: (row) => row.passAll[index] ?? null,
      }),
    );
    tables.push(
      table('repeats', `${run.name}: diagnosed every time`, [CONTESTANT, ...columns], rows, [
        `pass^k: the chance that k of the ${run.repeats} repeats of a case are all diagnosed, averaged over the cases.`,
      ]),
    );
  }
  return tables;
}

function table(
  id: string,
  title: string,
  columns: readonly ConductColumn[],
  rows: readonly ContestantMetrics[],
  notes: readonly string[],
): Table {
  return { id, title, notes, columns, rows: rows.map((row) => columns.map((column) => column.of(row))) };
}
