import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { answerKey, cause, storedRun } from '../run.fixture.js';
import { scoreRun } from '../score-run.js';
import { renderTerminalTable } from './terminal-table.js';

const run = scoreRun(
  storedRun({
    keys: Array.from({ length: 20 }, (_, at) =>
      answerKey({
        case: `case-${at}`,
        leak: { records: ['1'] },
        rootCause: { causes: [cause({ records: ['1'] })] },
      }),
    ),
    contestants: ['rules', 'openai:a-model-with-a-long-name/records/conversation'],
    reply: ({ contestant }) => (contestant === 'rules' ? 'YES:<1>' : 'YES:<1,1000,1001>'),
  }),
);

test('fits 100 columns and says what the main table says', () => {
  const lines = renderTerminalTable(run).split('\n');
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(100);
  expect(lines.find((line) => line.startsWith('rules'))?.split(/ +/)).toEqual([
    ...['rules', '20/20', '20/20', '20/20', '1.00', '1.00', '1.00', '1.00', '1.00', '0'],
    ...['60', '0', '0', '0', '0'],
  ]);
  expect(lines.some((line) => line.startsWith('openai:a-mo') && line.includes('…'))).toBe(true);
});

test('names that begin alike are cut where they stay apart', () => {
  const contestants = ['events', 'kind', 'ownership'].map(
    (kind) => `rules:${'very-'.repeat(8)}without-${kind}`,
  );
  const alike = scoreRun(storedRun({ keys: [answerKey({})], contestants, reply: () => 'YES:<1>' }));
  const names = renderTerminalTable(alike)
    .split('\n')
    .flatMap((line) => /^rules:\S*…\S*/.exec(line)?.[0] ?? []);
  expect(new Set(names).size).toBe(3);
});

test('has colour only when told', () => {
  expect(renderTerminalTable(run)).toBe(stripVTControlCharacters(renderTerminalTable(run)));
  expect(stripVTControlCharacters(renderTerminalTable(run, { color: true }))).toBe(renderTerminalTable(run));
});
