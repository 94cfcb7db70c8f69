import type { StrategyLine } from '../../src/runs/strategy-file.js';
import type { Column, Table } from './table.js';

const COLUMNS: readonly Column[] = [
  { id: 'case', title: 'Case', kind: 'text' },
  { id: 'strategy', title: 'Strategy', kind: 'text' },
  { id: 'chunks', title: 'Chunks', kind: 'number' },
  { id: 'tokens', title: 'Tokens', kind: 'number' },
  { id: 'percent', title: '% of the logs', kind: 'number', decimals: 1 },
  { id: 'leak-shown', title: 'Leak records shown', kind: 'share' },
  { id: 'causes-shown', title: 'Root-cause records shown', kind: 'share' },
  { id: 'records-named', title: 'Records named', kind: 'share' },
  { id: 'divided', title: 'Records divided', kind: 'number' },
];

const NOTES: readonly string[] = [
  'Tokens by o200k_base. Chunks of 4,000 tokens for lines and records; the digest has the budget that it chooses by itself, and retrieve as many tokens as the digest took, at least 4,000.',
  'Shown: the whole stack can be read in a chunk; of the records that the truth ascribes to the bug, and of those that show a root cause. Divided: in no chunk whole, where a strategy leaves no record out.',
];

/** What every strategy makes of every case. */
export function strategyTable(lines: readonly StrategyLine[]): Table {
  return {
    id: 'strategies',
    title: 'What every strategy makes of every case',
    notes: NOTES,
    columns: COLUMNS,
    rows: lines.map(({ case: id, strategy, chunks, tokens, whole, leak, causes, records, divided }) => [
      id,
      strategy,
      chunks,
      tokens,
      whole === 0 ? null : (100 * tokens) / whole,
      ...[leak, causes, records].map(({ shown, of }) => (of === 0 ? null : { count: shown, of })),
      divided,
    ]),
  };
}
