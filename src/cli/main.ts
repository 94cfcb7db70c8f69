#!/usr/bin/env node
import './quick-start.js';
import { Command, CommanderError } from 'commander';
import { LeaktrailError } from '../error.js';
import { packageVersion } from '../package-root.js';

/** A command's own module is loaded only when the command is called, so that each starts as fast as it can. */
interface Entry {
  readonly summary: string;
  /** The module's `command` gets the words after `leaktrail`. */
  readonly load: () => Promise<{ command: (words: readonly string[]) => Command }>;
}

const COMMANDS: Readonly<Record<string, Entry>> = {
  bench: {
    summary: 'run an experiment (default: the offline one) and print its table',
    load: () => import('./bench.js'),
  },
  diagnose: {
    summary: 'answer the three questions for any log',
    load: () => import('./diagnose.js'),
  },
  inspect: {
    summary: 'show what is in a log: records, groups, events, summary',
    load: () => import('./inspect.js'),
  },
  chunk: { summary: 'print the chunks that a strategy makes of a log', load: () => import('./chunk.js') },
  strategies: {
    summary: 'measure what every strategy makes of every case',
    load: () => import('./strategies.js'),
  },
  score: {
    summary: 'grade answers that someone else collected against truth',
    load: () => import('./score.js'),
  },
  label: {
    summary: 'tell which records a fix removed: the same workload before and after it',
    load: () => import('./label.js'),
  },
  vary: { summary: 'make a variant of a case, with its truth', load: () => import('./vary.js') },
  compare: { summary: 'set two runs side by side', load: () => import('./compare.js') },
  judge: {
    summary: 'let a model compare the root causes of a run with the truth, in words',
    load: () => import('./judge.js'),
  },
  tables: {
    summary: 'make every table under results/ again from the runs',
    load: () => import('./tables.js'),
  },
  models: {
    summary: 'list the providers of models, what models take and what they cost',
    load: () => import('./models.js'),
  },
  cases: { summary: 'list the cases, check them, and make your own', load: () => import('./cases.js') },
};

async function main(words: readonly string[]): Promise<void> {
  const program = new Command('leaktrail')
    .description('Diagnose memory leaks from logs, and measure how well it is done.')
    .version(packageVersion())
    .showHelpAfterError('(leaktrail --help tells the commands)');
  const called = words.find((word) => !word.startsWith('-'));
  for (const [name, { summary, load }] of Object.entries(COMMANDS)) {
    const wanted = name === called || called === 'help';
    program.addCommand(wanted ? (await load()).command(words) : new Command(name).description(summary));
  }
  settle(program);
  if (words.length === 0) program.help();
  await program.parseAsync(words, { from: 'user' });
}

/** Errors are thrown, for `explain`, and speak in the program's own name. */
function settle(command: Command): void {
  command.exitOverride().configureOutput({
    outputError: (text, write) => write(text.replace(/^error: /, 'leaktrail: ')),
  });
  command.commands.forEach(settle);
}

/** Prints what went wrong for the person at the keyboard, and gives the exit code that says whose fault it was. */
function explain(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof LeaktrailError) {
    process.stderr.write(`leaktrail: ${error.located}\n`);
    if (error.hint !== undefined) process.stderr.write(`  ${error.hint}\n`);
    return error.exitCode;
  }
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`leaktrail: this is a fault of leaktrail itself, please report it:\n${detail}\n`);
  return 1;
}

/** A reader that stops early, such as `head`, is not an error. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(process.exitCode ?? 0);
  throw error;
});

main(process.argv.slice(2)).catch((error: unknown) => {
  process.exitCode = explain(error);
});
