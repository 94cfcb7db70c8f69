import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { Command } from 'commander';
import { makeTables } from '../../eval/tables/make-tables.js';
import { strategyTable } from '../../eval/tables/strategy-table.js';
import type { TableFile } from '../../eval/tables/table.js';
import { tableFiles } from '../../eval/tables/table-files.js';
import { LeaktrailError } from '../error.js';
import { counted } from '../report/printable.js';
import { loadRun } from '../runs/load-run.js';
import { readStrategies, STRATEGY_FILE } from '../runs/strategy-file.js';
import { tableChanges, writeTables } from './write-tables.js';

interface Options {
  readonly results: string;
  readonly check?: boolean;
}

export function command(): Command {
  return new Command('tables')
    .description('Make every table under results/tables/ again, from the runs alone.')
    .option('--results <folder>', 'where runs/ and tables/ are', 'results')
    .option('--check', 'write nothing; exit 1 when a table is not what its run says')
    .action(tables);
}

async function tables(options: Options): Promise<void> {
  const runs = path.join(options.results, 'runs');
  const folders = await runFolders(runs);
  const files = [...makeTables(await Promise.all(folders.map(loadRun))), ...(await strategyFiles(runs))];
  const target = path.join(options.results, 'tables');
  if (options.check !== true) {
    const { stale, surplus } = await writeTables(target, files);
    const changed = counted(stale.length + surplus.length, 'file');
    process.stdout.write(
      `${counted(files.length, 'file')} from ${counted(folders.length, 'run')}: ${changed} changed\n`,
    );
    return;
  }
  const { stale, surplus } = await tableChanges(target, files);
  for (const { path: name } of stale) process.stdout.write(`stale: ${path.join(target, name)}\n`);
  for (const name of surplus) process.stdout.write(`made by no table: ${path.join(target, name)}\n`);
  if (stale.length + surplus.length > 0) {
    throw new LeaktrailError(
      'input',
      `${counted(stale.length + surplus.length, 'table file')} not up to date`,
      {
        hint: '`leaktrail tables` makes them again',
      },
    );
  }
  process.stdout.write(
    `${counted(files.length, 'file')} from ${counted(folders.length, 'run')}: all up to date\n`,
  );
}

async function strategyFiles(runs: string): Promise<TableFile[]> {
  const lines = await readStrategies(runs);
  return lines.length === 0 ? [] : tableFiles(path.dirname(STRATEGY_FILE), strategyTable(lines));
}

/** All folders but that of the strategies, which is no run of an experiment. */
async function runFolders(root: string): Promise<string[]> {
  const entries = await readdir(root, { withFileTypes: true }).catch((cause) => {
    throw new LeaktrailError('input', 'no runs here', {
      place: { file: root },
      hint: '`leaktrail bench` makes one; --results names the folder',
      cause,
    });
  });
  return entries
    .filter((entry) => entry.isDirectory() && entry.name !== path.dirname(STRATEGY_FILE))
    .map((entry) => path.join(root, entry.name))
    .sort();
}
