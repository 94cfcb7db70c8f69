import { existsSync } from 'node:fs';
import path from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { loadCase } from '../cases/load-case.js';
import type { Truth } from '../cases/truth.js';
import { truthJson } from '../cases/write-case.js';
import { LeaktrailError } from '../error.js';
import { type Labelling, label, scaleByEvents } from '../evidence/label.js';
import { truthOf } from '../evidence/label-truth.js';
import { sourcesOf } from '../evidence/material-of-logs.js';
import type { LogDocument } from '../log/document.js';
import { readLogs } from '../log/read-log.js';
import { labellingJson, labellingText } from '../report/labelling.js';
import { writeFileWhole } from '../write-file.js';
import { outputWidth } from './options.js';

interface Options {
  readonly scale?: number;
  readonly scaleBy?: string;
  readonly write?: string;
  readonly json?: boolean;
}

/** @param words the command line, which tells which logs belong to one run */
export function command(words: readonly string[]): Command {
  return new Command('label')
    .description(
      'Tell which loss records a fix removed: the same workload before and after it, by signature.',
    )
    .requiredOption('--before <log...>', 'logs of one run before the fix; again for a further run')
    .requiredOption('--after <log...>', 'logs of one run after the fix; again for a further run')
    .option('--scale <factor>', 'workload after the fix in terms of that before it (default: 1)', factor)
    .option('--scale-by <text>', 'take the factor from how many events hold this text')
    .option('--write <case>', "write the leak part of this case folder's truth.json, and its evidence")
    .option('--json', 'print one JSON object for other programs')
    .action((options: Options) => run(runsOf(words, '--before'), runsOf(words, '--after'), options));
}

/** The values behind each occurrence of an option: one run each. */
function runsOf(words: readonly string[], option: string): string[][] {
  const runs: string[][] = [];
  let values: string[] | null = null;
  for (const word of words) {
    if (word === option || word.startsWith(`${option}=`)) {
      values = word === option ? [] : [word.slice(option.length + 1)];
      runs.push(values);
    } else if (word.startsWith('--')) values = null;
    else values?.push(word);
  }
  return runs;
}

function factor(value: string): number {
  const number = Number(value);
  if (!(number > 0) || !Number.isFinite(number))
    throw new InvalidArgumentError('expected a number above zero');
  return number;
}

async function run(beforeFiles: string[][], afterFiles: string[][], options: Options): Promise<void> {
  const [before, after] = await Promise.all([readRuns(beforeFiles), readRuns(afterFiles)]);
  const scale = scaleOf(before, after, options);
  const labelling = label(before, after, { scale });
  if (options.write !== undefined) {
    const names = [...beforeFiles, ...afterFiles].flat();
    await writeTruth(options.write, labelling, before[0] ?? [], names);
  }
  process.stdout.write(
    options.json === true
      ? `${JSON.stringify(labellingJson(labelling))}\n`
      : labellingText(labelling, outputWidth()),
  );
}

/** The relationship stays what a person wrote; causes are a person's to name again once the records changed. */
async function writeTruth(
  folder: string,
  labelling: Labelling,
  before: readonly LogDocument[],
  files: readonly string[],
): Promise<void> {
  const file = path.join(folder, 'truth.json');
  const kept = existsSync(file) ? (await loadCase(folder)).truth.relationship : NO_RELATIONSHIP;
  const names = files.map((name) => path.relative(folder, name));
  const truth: Truth = { schema: 1, relationship: kept, ...truthOf(labelling, before, names) };
  await writeFileWhole(file, truthJson(truth));
  process.stderr.write(`Written: ${file}. Its root cause is for you to name.\n`);
}

const NO_RELATIONSHIP: Truth['relationship'] = { verdict: 'UNSURE', processes: [], calls: [] };

function readRuns(runs: readonly string[][]): Promise<LogDocument[][]> {
  return Promise.all(runs.map((files) => readLogs(sourcesOf({ files, roles: [] }))));
}

function scaleOf(before: LogDocument[][], after: LogDocument[][], { scale, scaleBy }: Options): number {
  if (scaleBy === undefined) return scale ?? 1;
  const counted = scaleByEvents(before, after, (message) => message.includes(scaleBy));
  if (counted === null || counted === 0) {
    throw new LeaktrailError('usage', `no event holds ${JSON.stringify(scaleBy)} on one of the sides`, {
      hint: 'see `leaktrail inspect LOG --events`',
    });
  }
  return counted;
}
