import path from 'node:path';
import { Command } from 'commander';
import { strategyTable } from '../../eval/tables/strategy-table.js';
import { cellText } from '../../eval/tables/table.js';
import { findCases } from '../cases/find-cases.js';
import { packageRoot } from '../package-root.js';
import { plainTable } from '../report/plain-table.js';
import { counted } from '../report/printable.js';
import { measureStrategies } from '../runs/measure-strategies.js';
import { writeStrategies } from '../runs/strategy-file.js';

interface Options {
  readonly datasets: string;
  readonly results?: string;
  readonly json?: boolean;
}

export function command(): Command {
  return new Command('strategies')
    .description(
      'Measure what every strategy makes of every case: chunks, tokens, and which records they show.',
    )
    .argument('[selection...]', 'ids, with * for any characters, or tag:NAME; ! before one takes it out')
    .option('--datasets <folder>', 'where the cases are', path.join(packageRoot, 'datasets'))
    .option('--results <folder>', 'keep the figures below its runs/, for `leaktrail tables`')
    .option('--json', 'print one JSON line a case and strategy for other programs')
    .action(strategies);
}

async function strategies(selection: string[], options: Options): Promise<void> {
  const cases = await findCases(options.datasets, selection);
  const lines = await measureStrategies(cases);
  if (options.results !== undefined) {
    const file = await writeStrategies(path.join(options.results, 'runs'), lines);
    process.stderr.write(`${counted(lines.length, 'line')} in ${file}\n`);
  }
  if (options.json === true) {
    for (const line of lines) process.stdout.write(`${JSON.stringify(line)}\n`);
    return;
  }
  const { columns, rows } = strategyTable(lines);
  const cells = rows.map((row) => columns.map((column, at) => cellText(row[at] ?? null, column)));
  const heads = columns.map(({ id }) => id.replace('-', '\n'));
  process.stdout.write(plainTable(heads, cells));
}
