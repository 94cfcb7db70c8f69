import type { AnswerInRun, RunComparison } from '../compare-runs.js';
import { figureOf } from '../figures.js';
import { titleOf } from './stage-title.js';
import type { Column, Table } from './table.js';

const DIFFERENCE_COLUMNS: readonly Column[] = [
  { id: 'contestant', title: 'Contestant', kind: 'text' },
  { id: 'figure', title: 'Figure', kind: 'text' },
  { id: 'difference', title: 'Difference', kind: 'estimate' },
  { id: 'over', title: 'Cases', kind: 'number' },
  { id: 'first-better', title: 'First better', kind: 'number' },
  { id: 'second-better', title: 'Second better', kind: 'number' },
  { id: 'p', title: 'p', kind: 'number', decimals: 4 },
  { id: 'detectable', title: 'Detectable', kind: 'number', decimals: 2 },
];

const FLIP_COLUMNS: readonly Column[] = [
  { id: 'contestant', title: 'Contestant', kind: 'text' },
  { id: 'case', title: 'Case', kind: 'text' },
  { id: 'stage', title: 'Stage', kind: 'text' },
  { id: 'repeat', title: 'Repeat', kind: 'number' },
  { id: 'first-outcome', title: 'First', kind: 'text' },
  { id: 'first-answer', title: 'First answer', kind: 'text' },
  { id: 'second-outcome', title: 'Second', kind: 'text' },
  { id: 'second-answer', title: 'Second answer', kind: 'text' },
];

/** Two runs side by side as tables: the differences that are not nothing, and the questions whose outcome flipped. */
export function runComparisonTables(comparison: RunComparison): [differences: Table, flips: Table] {
  const { first, second, truthChanged } = comparison;
  const changed =
    truthChanged.length === 0 ? [] : [`The truth changed in between: ${truthChanged.join(', ')}.`];
  return [
    {
      id: 'differences',
      title: `${first} less ${second}: what differs`,
      notes: [
        'Mean difference over the cases that both runs have, paired by case, with its bootstrap interval. p is of a single comparison, not corrected for their number.',
        ...changed,
      ],
      columns: DIFFERENCE_COLUMNS,
      rows: comparison.figures
        .filter(({ firstBetter, secondBetter }) => firstBetter + secondBetter > 0)
        .map((one) => [
          one.contestant,
          figureOf(one.figure).title,
          one.difference,
          one.difference.cases,
          one.firstBetter,
          one.secondBetter,
          one.p,
          one.detectable,
        ]),
    },
    {
      id: 'flips',
      title: `${first} and ${second}: questions that flipped`,
      notes: changed,
      columns: FLIP_COLUMNS,
      rows: comparison.flips.map((flip) => [
        flip.contestant,
        flip.case,
        titleOf(flip.stage),
        flip.repeat,
        flip.first.outcome,
        answerText(flip.first),
        flip.second.outcome,
        answerText(flip.second),
      ]),
    },
  ];
}

/** The conclusion, as the grammar writes it. */
function answerText({ verdict, records }: AnswerInRun): string | null {
  if (verdict === null) return null;
  return records.length === 0 ? verdict : `${verdict}:<${records.join(',')}>`;
}
