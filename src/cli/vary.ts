import { existsSync } from 'node:fs';
import path from 'node:path';
import { Command, Option } from 'commander';
import { findCases } from '../cases/find-cases.js';
import type { Case } from '../cases/load-case.js';
import { writeCase } from '../cases/write-case.js';
import { LeaktrailError } from '../error.js';
import { isChange, type Variation, variationSchema, varyCase } from '../evidence/vary.js';
import { packageRoot } from '../package-root.js';
import { counted } from '../report/printable.js';
import { wholeNumber } from './options.js';

interface Options extends Omit<Variation, 'seed'> {
  readonly seed: number;
  readonly datasets: string;
  readonly out: string;
}

export function command(): Command {
  return new Command('vary')
    .description('Make a variant of a case, with the truth that follows from the change.')
    .argument('<case>', 'id of a case')
    .option('--trim <lines>', 'take out what tells nothing of the bug until no log is longer', wholeNumber(1))
    .addOption(
      new Option(
        '--cull [what]',
        "take the records of all leaks out, or of the case's bug alone: the right answer is NO",
      ).choices(['bug']),
    )
    .option('--truncate', 'take the report out: the right answer is UNSURE')
    .option('--renumber', 'give loss records other numbers')
    .option('--reorder', 'put loss records into another order')
    .option('--rename', 'name functions, files, the program and who writes the logs anew')
    .addOption(
      new Option('--strip <what>', 'take source lines or all symbols out').choices(['lines', 'symbols']),
    )
    .option('--merge <case>', 'put the logs of another case into the same file')
    .option('--inject', 'add lines that try to instruct a model')
    .option('--pad <lines>', 'add events of the twin until the log has so many lines', wholeNumber(1))
    .addOption(
      new Option('--place <where>', "where a padded log's own lines stand").choices([
        'start',
        'middle',
        'end',
      ]),
    )
    .option('--seed <n>', 'the same seed makes the same variant', wholeNumber(0), 1)
    .option('--datasets <folder>', 'where the cases are', path.join(packageRoot, 'datasets'))
    .option('--out <folder>', 'where the variant gets a folder of its id', 'datasets')
    .action(vary);
}

async function vary(id: string, { datasets, out, ...changes }: Options): Promise<void> {
  const variation = variationSchema.parse(changes);
  if (!isChange(variation)) {
    throw new LeaktrailError('usage', 'no change is named', { hint: 'see `leaktrail vary --help`' });
  }
  const cases = await findCases(datasets);
  const source = caseOf(cases, id);
  const twin = cases.find(({ about }) => about.twinOf === id) ?? null;
  const merged = changes.merge === undefined ? null : caseOf(cases, changes.merge);
  const variant = await varyCase(source, twin, variation, merged);
  const folder = path.join(out, variant.id);
  if (existsSync(folder)) {
    throw new LeaktrailError('input', 'there is something already', {
      place: { file: folder },
      hint: 'remove it, or choose another --out or --seed',
    });
  }
  await writeCase(folder, variant);
  process.stdout.write(
    `${folder}: ${counted(variant.about.logs.length, 'log')}, leak ${variant.truth.leak.verdict}\n`,
  );
}

function caseOf(cases: readonly Case[], id: string): Case {
  const found = cases.find((one) => one.id === id);
  if (found !== undefined) return found;
  throw new LeaktrailError('usage', `no case is called ${id}`, { hint: '`leaktrail cases` lists them' });
}
