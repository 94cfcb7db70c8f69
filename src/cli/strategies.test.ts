import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../package-root.js';
import { strategyLineSchema } from '../runs/strategy-file.js';
import { temporaryFolder } from '../temporary-folder.fixture.js';
import { runCli } from './run-cli.fixture.js';

test('strategies measures, and tables makes its table from the file alone', async () => {
  await using folder = await temporaryFolder();
  const measure = () =>
    runCli(['strategies', 'dispatch-37-report', 'spool-*', '--json', '--results', folder.path]);
  const { stdout, code } = await measure();
  expect(code).toBe(0);
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => strategyLineSchema.parse(JSON.parse(line)));
  expect(lines.slice(0, 5).map(({ strategy }) => strategy)).toEqual([
    'whole',
    'lines',
    'records',
    'digest',
    'retrieve',
  ]);
  const file = path.join(folder.path, 'runs/strategies/strategies.jsonl');
  expect(readFileSync(file, 'utf8')).toBe(stdout);
  expect((await measure()).stdout).toBe(stdout);

  const made = await runCli(['tables', '--results', folder.path]);
  expect(made).toMatchObject({ stdout: '4 files from 0 runs: 4 files changed\n', code: 0 });
  const table = readFileSync(path.join(folder.path, 'tables/strategies/strategies.md'), 'utf8');
  expect(table).toMatch(/\| dispatch-37-report +\| whole +\| +1 \| +\d+ \| +100\.0 \| +\d\/\d \|/);
  const checked = await runCli(['tables', '--check', '--results', folder.path]);
  expect(checked.stdout).toBe('4 files from 0 runs: all up to date\n');
});

test('strategies prints one row a case and strategy', async () => {
  const { stdout } = await runCli([
    'strategies',
    'dispatch-37',
    '--datasets',
    path.join(packageRoot, 'datasets'),
  ]);
  expect(stdout).toMatch(/dispatch-37 +digest +2 +\d+ +[34]\.\d +144\/144 +144\/144 +690\/690 +0\n/);
});
