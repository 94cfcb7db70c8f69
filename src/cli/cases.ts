import path from 'node:path';
import { Command } from 'commander';
import { checkCase } from '../cases/check-case.js';
import { findCaseFolders, findCases } from '../cases/find-cases.js';
import { packageRoot } from '../package-root.js';
import { caseFacts, casesTable } from '../report/case-list.js';
import { counted } from '../report/printable.js';
import { addCommand } from './cases-add.js';
import { outputWidth } from './options.js';

const BUILT_IN = path.join(packageRoot, 'datasets');

interface Options {
  readonly datasets: string;
  readonly json?: boolean;
}

export function command(): Command {
  const cases = new Command('cases').description('List the cases, check them, and make your own.');
  cases
    .command('list', { isDefault: true })
    .description('List the cases with their size and the verdicts of their truth.')
    .argument('[selection...]', 'ids, with * for any characters, or tag:NAME; ! before one takes it out')
    .option('--datasets <folder>', 'where the cases are', BUILT_IN)
    .option('--json', 'print one JSON array for other programs')
    .action(list);
  cases
    .command('check')
    .description('Check schemas, sizes, hashes, and that every record a truth cites is in its log.')
    .argument('[selection...]', 'ids, with * for any characters, or tag:NAME; ! before one takes it out')
    .option('--datasets <folder>', 'where the cases are; a case folder will do', BUILT_IN)
    .option('--json', 'print one JSON array of findings for other programs')
    .action(check);
  return cases.addCommand(addCommand());
}

async function list(selection: string[], options: Options): Promise<void> {
  const facts = (await findCases(options.datasets, selection)).map(caseFacts);
  process.stdout.write(
    options.json === true ? `${JSON.stringify(facts)}\n` : casesTable(facts, outputWidth()),
  );
}

async function check(selection: string[], options: Options): Promise<void> {
  const folders = await foldersToCheck(options.datasets, selection);
  const known = new Set(
    (await findCaseFolders(options.datasets)).map((folder) => path.basename(path.resolve(folder))),
  );
  const findings = (await Promise.all(folders.map((folder) => checkCase(folder, known)))).flat();
  if (options.json === true) process.stdout.write(`${JSON.stringify(findings)}\n`);
  else {
    for (const { file, line, what, remedy } of findings) {
      process.stdout.write(
        `${file}${line === null ? '' : `:${line}`}: ${what}${remedy === '' ? '' : ` (${remedy})`}\n`,
      );
    }
    const outcome = findings.length === 0 ? 'all sound' : counted(findings.length, 'finding');
    process.stdout.write(`${counted(folders.length, 'case')} checked: ${outcome}\n`);
  }
  if (findings.length > 0) process.exitCode = 1;
}

/** A broken case cannot be selected by what is written in it, so without a selection every folder is checked. */
async function foldersToCheck(datasets: string, selection: readonly string[]): Promise<string[]> {
  if (selection.length === 0) return findCaseFolders(datasets);
  const selected = new Set((await findCases(datasets, selection)).map(({ folder }) => folder));
  return [...selected];
}
