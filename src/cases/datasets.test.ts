import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../package-root.js';
import { readCaseLogs } from './case-logs.js';
import { checkCase } from './check-case.js';
import { findCases } from './find-cases.js';

const root = path.join(packageRoot, 'datasets');

test('every case of the datasets is sound', async () => {
  const cases = await findCases(root);
  const known = new Set(cases.map(({ id }) => id));
  for (const { folder } of cases) expect(await checkCase(folder, known)).toEqual([]);
});

test('every log that a truth is derived from is there', async () => {
  for (const { folder, truth } of await findCases(root)) {
    expect(truth.evidence.logs.filter((log) => !existsSync(path.join(folder, log)))).toEqual([]);
  }
});

test('the tables in datasets/README.md say what the cases hold', async () => {
  const readme = await readFile(path.join(root, 'README.md'), 'utf8');
  const rows = readme.split('\n').filter((line) => line.startsWith('| ['));
  const expected: string[] = [];
  for (const found of await findCases(root)) {
    const documents = (await readCaseLogs(found)).map(({ document }) => document);
    const { leak, 'root-cause': rootCause } = found.truth;
    const lines = documents.reduce((sum, document) => sum + document.lines, 0);
    const cells = [
      `[${found.id}](${path.relative(root, found.folder)}/case.yaml)`,
      found.about.system,
      [...new Set(found.about.logs.map(({ tool }) => tool))].filter((tool) => tool !== 'none').join(', ') ||
        'none',
      lines.toLocaleString('en-US'),
      documents.reduce((sum, document) => sum + document.records.length, 0),
      leak.verdict,
      leak.records.length,
      leak.otherLeaks.length,
      rootCause.causes.map(({ mechanism }) => mechanism).join('; ') || '-',
    ];
    expected.push(`| ${cells.join(' | ')} |`);
  }
  expect(rows.toSorted()).toEqual(expected.toSorted());
});
