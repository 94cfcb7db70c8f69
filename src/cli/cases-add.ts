import { existsSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline/promises';
import { Command } from 'commander';
import { writeCase } from '../cases/write-case.js';
import { LeaktrailError } from '../error.js';
import { materialOfLogs, sourcesOf } from '../evidence/material-of-logs.js';
import { newCase, type Told } from '../evidence/new-case.js';
import { readLogs } from '../log/read-log.js';
import { counted } from '../report/printable.js';
import { collect } from './options.js';

type Question = Exclude<keyof Told, 'id'>;

/** Asked in this order of whoever did not say it as an option. */
const QUESTIONS: { readonly [question in Question]: string } = {
  title: 'What happens, in one line?',
  link: 'Link to the bug report or the fix:',
  system: 'Which program, as people know it?',
  trigger: 'What triggers the leak?',
  consequence: 'What is the consequence?',
  rootCause: 'What is the root cause, as far as it is known?',
  licence: 'Under which licence may the logs be passed on?',
};
const OPTIONS = Object.keys(QUESTIONS) as Question[];

interface Options extends Partial<Record<Question, string>> {
  readonly log: readonly string[];
  readonly after?: readonly string[];
  readonly role: readonly string[];
  readonly datasets: string;
}

export function addCommand(): Command {
  const command = new Command('add')
    .description('Make a case of your own logs: what is not given as an option is asked.')
    .argument('<id>', 'lower-case letters, digits, dots and dashes; the folder gets this name')
    .requiredOption('--log <file...>', 'logs with the leak')
    .option(
      '--after <file...>',
      'logs of the same workload with the fix: what they lack is what the bug caused',
    )
    .option(
      '--role <name>',
      'who wrote the log, in the order of the logs (default: its file name)',
      collect,
      [],
    );
  for (const question of OPTIONS) command.option(`--${dashed(question)} <text>`, QUESTIONS[question]);
  return command.option('--datasets <folder>', 'where the case gets its folder', 'datasets').action(add);
}

function dashed(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

async function add(id: string, options: Options): Promise<void> {
  const folder = path.join(options.datasets, id);
  if (existsSync(folder)) {
    throw new LeaktrailError('usage', 'there is something already', {
      place: { file: folder },
      hint: 'choose another id or --datasets',
    });
  }
  const material = await materialOfLogs({ files: options.log, roles: options.role });
  const after = options.after && (await readLogs(sourcesOf({ files: options.after, roles: options.role })));
  const told = { id, ...(await answers(options)) };
  const made = newCase(told, material, after ?? null, new Date());
  await writeCase(folder, made);
  const { leak } = made.truth;
  process.stdout.write(`${folder}: leak ${leak.verdict}, ${counted(leak.records.length, 'record')}\n`);
  process.stderr.write('The relationship and the root cause in truth.json are for you to name.\n');
}

async function answers(options: Options): Promise<Record<Question, string>> {
  const missing = OPTIONS.filter((question) => options[question] === undefined);
  const given = { ...options } as Record<Question, string>;
  if (missing.length === 0) return pick(given);
  if (process.stdin.isTTY !== true) {
    throw new LeaktrailError('usage', 'a case needs more than its logs, and nobody is there to ask', {
      hint: `give ${missing.map((question) => `--${dashed(question)}`).join(', ')}`,
    });
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    for (const question of missing) given[question] = await terminal.question(`${QUESTIONS[question]} `);
  } finally {
    terminal.close();
  }
  return pick(given);
}

function pick(given: Record<Question, string>): Record<Question, string> {
  return Object.fromEntries(OPTIONS.map((question) => [question, given[question]])) as Record<
    Question,
    string
  >;
}
