import { readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { packageRoot } from '../package-root.js';
import { readLog } from './read-log.js';
import { reconcile } from './reconcile.js';
import { LEAK_CHECK, readLines, reportOf } from './test-log.js';

const datasets = path.join(packageRoot, 'datasets');
const logs = readdirSync(datasets, { recursive: true, encoding: 'utf8' }).filter((file) =>
  /(?:^|[/\\])logs[/\\].+/.test(file),
);

test('there are logs to read', () => {
  expect(logs.length).toBeGreaterThan(10);
});

describe('the logs of all cases are read whole', () => {
  test.each(logs)('%s', async (file) => {
    const log = await readLog(path.join(datasets, file));
    expect(log.problems).toEqual([]);
    expect(log.truncated).toBe(false);
    for (const { result, shown, summary } of reconcile(log)) {
      expect(result).toBe(shown > 0 && summary !== null ? 'equal' : result);
      expect(result).not.toBe('differs');
    }
    const leaks = log.records.filter(({ kind }) => kind === 'definitely-lost' || kind === 'possibly-lost');
    for (const { pid, errorSummary } of log.processes.filter((process) => process.errorSummary !== null)) {
      const errors = log.errors.filter((error) => error.pid === pid && error.kind !== 'fatal-signal');
      const counted = errors.length + leaks.filter((record) => record.pid === pid).length;
      expect(counted).toBe(errorSummary?.contexts);
    }
  });
});

describe('one leak check', () => {
  const results = async (lines: readonly string[]) =>
    reconcile(await readLines(reportOf(7, [...lines, '']))).map(({ result }) => result);

  test('records and LEAK SUMMARY are equal', async () => {
    expect(await results(LEAK_CHECK)).toEqual(['equal', 'equal', 'equal', 'equal']);
  });

  test('a kind that was not printed is unknown', async () => {
    const lines = LEAK_CHECK.map((line) =>
      line.replace('still reachable: 0 bytes in 0', 'still reachable: 8 bytes in 1'),
    ).map((line) => line.replace('1 of 1', '2 of 2'));
    expect(await results(lines)).toEqual(['equal', 'equal', 'equal', 'unknown']);
  });

  test('it differs where all records are there and do not come to it', async () => {
    const lines = LEAK_CHECK.map((line) =>
      line.replace('still reachable: 0 bytes in 0', 'still reachable: 8 bytes in 1'),
    );
    expect(await results(lines)).toEqual(['equal', 'equal', 'equal', 'differs']);
  });

  test('without a LEAK SUMMARY all is unknown', async () => {
    expect(await results(LEAK_CHECK.slice(5, 9))).toEqual(['unknown', 'unknown', 'unknown', 'unknown']);
  });
});
