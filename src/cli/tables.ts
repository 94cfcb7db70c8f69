import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { Command } from 'commander';
import { makeTables } from '../../eval/tables/make-tables.js';
import { LeaktrailError } from '../error.js';
import { counted } from '../report/printable.js';
import { loadRun } from '../runs/load-run.js';
import { changedTables, writeTables } from './write-tables.js';

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
  const folders = await runFolders(path.join(options.results, 'runs'));
  const files = makeTables(await Promise.all(folders.map(loadRun)));
  const target = path.join(options.results, 'tables');
  const changed = await changedTables(target, files);
  if (options.check === true) {
    for (const { path: name } of changed) process.stdout.write(`stale: ${path.join(target, name)}\n`);
    if (changed.length > 0) {
      throw new LeaktrailError('input', `${counted(changed.length, 'table')} not up to date`, {
        hint: '`leaktrail tables` makes them again',
      });
    }
  } else await writeTables(target, files);
  const made = options.check === true ? 'checked' : `${counted(changed.length, 'file')} changed`;
  process.stdout.write(`${counted(files.length, 'file')} from ${counted(folders.length, 'run')}: ${made}\n`);
}

async function runFolders(root: string): Promise<string[]> {
  const entries = await readdir(root, { withFileTypes: true }).catch((cause) => {
    throw new LeaktrailError('input', 'no runs here', {
      place: { file: root },
      hint: '`leaktrail bench` makes one; --results names the folder',
      cause,
    });
  });
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => path.join(root, entry.name))
    .sort();
}
