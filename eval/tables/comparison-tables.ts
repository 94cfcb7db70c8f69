import { compareContestants, type FigureComparison, SIGNIFICANCE } from '../compare.js';
import type { FigureId } from '../figures.js';
import type { ScoredRun } from '../score-run.js';
import { type Column, fixed, type Table } from './table.js';

const COMPARED: readonly FigureId[] = ['leak-verdict', 'leak-f1', 'root-cause-f1', 'diagnosed'];

const COLUMNS: readonly Column[] = [
  { id: 'first', title: 'First', kind: 'text' },
  { id: 'second', title: 'Second', kind: 'text' },
  { id: 'difference', title: 'Difference', kind: 'estimate' },
  { id: 'over', title: 'Cases', kind: 'number' },
  { id: 'first-better', title: 'First better', kind: 'number' },
  { id: 'second-better', title: 'Second better', kind: 'number' },
  { id: 'p', title: 'p', kind: 'number', decimals: 4 },
  { id: 'p-holm', title: 'p (Holm)', kind: 'number', decimals: 4 },
  { id: 'detectable', title: 'Detectable', kind: 'number', decimals: 2 },
  { id: 'apart', title: 'Told apart', kind: 'text' },
];

/** The ranking with its ties, and a table of all pairs for each compared figure. */
export function comparisonTables(run: ScoredRun): Table[] {
  const comparisons = COMPARED.flatMap((id) => compareContestants(run, id) ?? []);
  const [first] = comparisons;
  if (first === undefined) return [];
  return [
    rankingTable(run, first, comparisons),
    ...comparisons.map((comparison) => pairTable(run, comparison)),
  ];
}

function rankingTable(
  run: ScoredRun,
  first: FigureComparison,
  comparisons: readonly FigureComparison[],
): Table {
  return {
    id: 'ranking',
    title: `${run.name}: who can be told apart`,
    notes: [
      'Contestants that share a letter in a column cannot be told apart on these cases (5%, after Holm over all pairs of the column); a is the group of the best. To share a letter is not to be equal: see the smallest detectable differences in the tables of pairs. Contestants that were asked about some of the cases only are not compared.',
    ],
    columns: [
      { id: 'contestant', title: 'Contestant', kind: 'text' },
      ...comparisons.flatMap(({ figure }): Column[] => [
        { id: figure.id, title: figure.title, kind: 'number', decimals: 2 },
        { id: `${figure.id}-group`, title: 'Group', kind: 'text' },
      ]),
    ],
    rows: first.ranking.map(({ contestant }) => [
      contestant,
      ...comparisons.flatMap(({ ranking }) => {
        const place = ranking.find((one) => one.contestant === contestant);
        return [place?.value ?? null, place?.letters ?? null];
      }),
    ]),
  };
}

function pairTable(run: ScoredRun, { figure, pairs }: FigureComparison): Table {
  const test = pairs[0]?.test === 'mcnemar' ? "McNemar's exact test" : 'the sign-flip permutation test';
  return {
    id: `pairs-${figure.id}`,
    title: `${run.name}: ${figure.title}, every pair of contestants`,
    notes: [
      `Paired by case: mean of first less second with its bootstrap interval, and p by ${test}. Told apart: p after Holm over the ${pairs.length} pairs is below ${fixed(SIGNIFICANCE, 2)}. Detectable: the smallest difference that these cases would have shown in a single comparison with 80% power; a dash where they could show none.`,
    ],
    columns: COLUMNS,
    rows: pairs.map((pair) => [
      pair.first,
      pair.second,
      pair.difference,
      pair.difference.cases,
      pair.firstBetter,
      pair.secondBetter,
      pair.p,
      pair.adjusted,
      pair.detectable,
      pair.adjusted < SIGNIFICANCE ? 'yes' : 'no',
    ]),
  };
}
