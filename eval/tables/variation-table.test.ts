import { expect, test } from 'vitest';
import { answerKey, cause, storedRun } from '../run.fixture.js';
import { scoreRun } from '../score-run.js';
import { makeTables } from './make-tables.js';
import { cellText } from './table.js';
import { variationTable } from './variation-table.js';

const truth = {
  leak: { records: ['1', '2'] },
  rootCause: { causes: [cause({ records: ['1', '2'] })] },
};
const CASE = answerKey({ case: 'broker', ...truth });
const RENUMBERED = [7, 8].map((seed) => ({
  ...answerKey({ case: `broker.renumber.seed-${seed}`, tags: ['variant', 'vary-renumber'], ...truth }),
  variantOf: 'broker',
}));
const CULLED = {
  ...answerKey({
    case: 'broker.cull.seed-7',
    tags: ['variant', 'vary-cull', 'control'],
    leak: { verdict: 'NO', records: [] },
    rootCause: { verdict: 'NO', causes: [] },
  }),
  variantOf: 'broker',
};

/** `steady` answers a case and its variants alike, `erratic` says less of the second of two seeds. */
const stored = storedRun({
  name: 'varied',
  keys: [CASE, ...RENUMBERED, CULLED],
  contestants: ['steady', 'erratic'],
  reply: ({ contestant, key }) =>
    contestant === 'erratic' && key.case.endsWith('seed-8') ? 'YES:<1>' : 'YES:<1,2>',
});

test('each variation beside the cases as they are, and how many variants have the same figures', () => {
  const table = variationTable(scoreRun(stored));
  const shown = ['variation', 'cases', 'contestant', 'leak-right', 'leak-f1', 'same'];
  const rows = table?.rows.map((row) =>
    shown.map((id) => {
      const at = table.columns.findIndex((column) => column.id === id);
      return cellText(row[at] ?? null, table.columns[at] as (typeof table.columns)[number]);
    }),
  );
  expect(rows).toEqual([
    ['none', '1', 'erratic', '1/1', '1.00', '–'],
    ['none', '1', 'steady', '1/1', '1.00', '–'],
    ['cull', '1', 'erratic', '0/1', '0.00', '0/1'],
    ['cull', '1', 'steady', '0/1', '0.00', '0/1'],
    ['renumber', '2', 'steady', '2/2', '1.00', '2/2'],
    ['renumber', '2', 'erratic', '2/2', '0.83', '1/2'],
  ]);
});

test('a run without variants has no such table, and one with variants draws only the cases as they are', () => {
  const plain = storedRun({ keys: [CASE], contestants: ['steady'], reply: () => 'YES:<1,2>' });
  expect(variationTable(scoreRun(plain))).toBeNull();
  const files = new Map(makeTables([stored]).map(({ path, text }) => [path, text]));
  expect(files.get('varied/by-variation.md')).toContain('| renumber ');
  expect(files.get('varied/cases.svg')).not.toContain('seed-7');
});
