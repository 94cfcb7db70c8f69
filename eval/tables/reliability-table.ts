import type { Reliability } from '../reliability.js';
import type { Column, Table } from './table.js';

const COLUMNS: readonly Column[] = [
  { id: 'contestant', title: 'Contestant', kind: 'text' },
  { id: 'probability', title: 'Probability', kind: 'text' },
  { id: 'groups', title: 'Groups', kind: 'number' },
  { id: 'cases', title: 'Cases', kind: 'number' },
  { id: 'said', title: 'Said', kind: 'number', decimals: 2 },
  { id: 'real', title: 'Real', kind: 'number', decimals: 2 },
  { id: 'brier', title: 'Brier score', kind: 'estimate' },
  { id: 'uninformed', title: 'Uninformed', kind: 'number', decimals: 2 },
  { id: 'error', title: 'Calibration error', kind: 'number', decimals: 2 },
];

/** How well stated probabilities agree with the truth; null where no contestant states any. */
export function reliabilityTable(run: string, measured: readonly Reliability[]): Table | null {
  if (measured.length === 0) return null;
  return {
    id: 'reliability',
    title: `${run}: what probabilities are worth`,
    notes: [
      'Groups of records by the probability that they are a leak, as the contestant said it. Said and Real: what was said on average, and how much of it is a real leak by the truth, of the bug or another; each case weighs the same. Brier score: mean squared difference of the two, 0 at best. Uninformed: the score of somebody who says the same of every group, at best. Calibration error: mean difference of Said and Real over the rows, weighed by what they hold.',
    ],
    columns: COLUMNS,
    rows: measured.flatMap(({ contestant, groups, cases, brier, uninformed, calibrationError, bins }) => [
      [contestant, 'all', groups, cases, null, null, brier, uninformed, calibrationError],
      ...bins.map((bin) => [
        contestant,
        `${bin.from.toFixed(1)} to ${bin.to.toFixed(1)}`,
        bin.groups,
        bin.cases,
        bin.said,
        bin.real,
        null,
        null,
        null,
      ]),
    ]),
  };
}
