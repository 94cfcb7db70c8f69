import path from 'node:path';
import { Command } from 'commander';
import pc from 'picocolors';
import { scoreRun } from '../../eval/score-run.js';
import { makeTables } from '../../eval/tables/make-tables.js';
import { renderTerminalTable } from '../../eval/tables/terminal-table.js';
import { packageRoot } from '../package-root.js';
import { counted } from '../report/printable.js';
import { carryOut, type Outcome } from '../runs/carry-out.js';
import { readExperiment } from '../runs/experiment.js';
import { loadRun } from '../runs/load-run.js';
import { stopOnInterrupt } from './interrupt.js';
import { showProgress } from './progress.js';
import { writeTables } from './write-tables.js';

interface Options {
  readonly datasets?: string;
  readonly results: string;
  readonly fresh?: boolean;
  readonly retryErrors?: boolean;
  readonly quiet?: boolean;
  readonly json?: boolean;
}

export function command(): Command {
  return new Command('bench')
    .description('Run an experiment and print its table. The same command continues a run that was stopped.')
    .argument('[experiment]', 'YAML file (default: every analyst that needs no key, on every case)')
    .option('--datasets <folder>', "where the cases are (default: leaktrail's own)")
    .option('--results <folder>', 'where runs/ and tables/ are written', 'results')
    .option('--retry-errors', 'ask again what ended in an error')
    .option('--fresh', 'begin anew and keep the run that is there beside the new one')
    .option('--quiet', 'no progress')
    .option('--json', 'print the table as JSON for other programs')
    .action(bench);
}

async function bench(file: string | undefined, options: Options): Promise<void> {
  const experiment = await readExperiment(file ?? path.join(packageRoot, 'eval/experiments/offline.yaml'));
  const interrupt = stopOnInterrupt();
  const progress = showProgress(process.stderr, options.quiet === true);
  let outcome: Outcome;
  try {
    outcome = await carryOut(experiment, {
      runs: path.join(options.results, 'runs'),
      onProgress: progress.show,
      stop: interrupt.stop,
      abort: interrupt.abort,
      ...(options.datasets !== undefined && { datasets: options.datasets }),
      ...(options.fresh !== undefined && { fresh: options.fresh }),
      ...(options.retryErrors !== undefined && { retryErrors: options.retryErrors }),
    });
  } finally {
    progress.end();
    interrupt.end();
  }
  const stored = await loadRun(outcome.folder);
  const written = await writeTables(path.join(options.results, 'tables'), makeTables([stored]));
  const scored = scoreRun(stored);
  if (options.json === true) {
    const main = makeTables([stored]).find(({ path: name }) => name.endsWith('.json'));
    process.stdout.write(main?.text ?? '');
  } else {
    process.stdout.write(`${renderTerminalTable(scored, { color: pc.isColorSupported })}\n`);
  }
  process.stderr.write(`${ending(outcome, written)}\n`);
  if (outcome.unfinished.length > 0) process.exitCode = 1;
}

/** What the run came to, and what to type where it is not complete. */
function ending({ folder, questions, answered, kept, errors, unfinished }: Outcome, written: string): string {
  const parts = [`${counted(questions, 'question')}: ${answered} answered now`];
  if (kept > 0) parts.push(`${kept} kept from before`);
  if (errors > 0) parts.push(`${errors} in error (--retry-errors asks them again)`);
  const lines = [`${parts.join(', ')}. Replies: ${folder}. Tables: ${written}.`];
  for (const reason of unfinished) lines.push(`Not complete: ${reason}`);
  if (unfinished.length > 0) lines.push('The same command continues.');
  return lines.join('\n');
}
