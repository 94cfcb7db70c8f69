import { expect, test } from 'vitest';
import { compareRuns } from '../compare-runs.js';
import { scoreRun } from '../score-run.js';
import { answerKey, storedRun } from '../test-run.js';
import { toMarkdownTable } from './markdown.js';
import { runComparisonTables } from './run-comparison.js';

const keys = [answerKey({ case: 'leaky', leak: { records: ['1', '2'] } }), answerKey({ case: 'other' })];
const runOf = (name: string, text: string) =>
  scoreRun(
    storedRun({
      name,
      keys,
      contestants: ['model'],
      stages: ['leak'],
      reply: ({ key }) => (key.case === 'leaky' ? text : 'YES:<>'),
    }),
  );

test('what differs, and what flipped', () => {
  const [differences, flips] = runComparisonTables(
    compareRuns(runOf('old', 'NO:<>'), runOf('new', 'YES:<1>')),
  );
  expect(toMarkdownTable(differences).split('\n').slice(2).map(cells)).toEqual([
    ['model', 'Leak verdict', '-0.50', '2', '0', '1', '1.0000', '–'],
    ['model', 'Leak precision', '-0.50', '2', '0', '1', '1.0000', '–'],
    ['model', 'Leak recall', '-0.25', '2', '0', '1', '1.0000', '–'],
    ['model', 'Leak F1', '-0.33', '2', '0', '1', '1.0000', '–'],
    ['model', 'Leak F1 by group', '-0.33', '2', '0', '1', '1.0000', '–'],
  ]);
  expect(toMarkdownTable(flips).split('\n').slice(2).map(cells)).toEqual([
    ['model', 'leaky', 'Leak', '1', 'wrong', 'NO', 'right', 'YES:\\<1\\>'],
  ]);
});

test('two runs alike have two empty tables', () => {
  for (const table of runComparisonTables(compareRuns(runOf('old', 'YES:<1>'), runOf('new', 'YES:<1>')))) {
    expect(table.rows).toEqual([]);
  }
});

function cells(line: string): string[] {
  return line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());
}
