import path from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import pc from 'picocolors';
import { scoreRun } from '../../eval/score-run.js';
import { renderTerminalTable } from '../../eval/tables/terminal-table.js';
import { LeaktrailError } from '../error.js';
import { packageRoot } from '../package-root.js';
import { costOfPlan, costText, planText, requestsOf } from '../report/plan-text.js';
import { counted } from '../report/printable.js';
import { carryOut, type Outcome } from '../runs/carry-out.js';
import { isModel } from '../runs/contestant.js';
import { type Experiment, readExperiment } from '../runs/experiment.js';
import { loadRun } from '../runs/load-run.js';
import { confirm } from './confirm.js';
import { continueCommand } from './continue-command.js';
import { stopOnInterrupt } from './interrupt.js';
import { wholeNumber } from './options.js';
import { showProgress } from './progress.js';
import { writeTables } from './write-tables.js';

interface Options {
  readonly datasets?: string;
  readonly results: string;
  readonly fresh?: boolean;
  readonly retryErrors?: boolean;
  readonly plan?: boolean;
  readonly yes?: boolean;
  readonly askAbove: number;
  readonly models?: string;
  readonly batch?: boolean;
  readonly poll: number;
  readonly trace?: boolean;
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
    .option('--plan', 'print requests, tokens and cost of what is left to ask; send nothing')
    .option('--yes', 'do not ask before a run that costs')
    .option('--ask-above <dollars>', 'ask first when the run costs more, or an unknown amount', amount, 1)
    .option('--models <file>', "limits and prices of your own, in the form of leaktrail's models.yaml")
    .option('--batch', "ask through OpenAI's Batch API: within a day a stage, at half the price")
    .option('--poll <seconds>', 'how often a batch is looked at', wholeNumber(1), 60)
    .option('--trace', 'send OpenTelemetry spans of the requests to OTEL_EXPORTER_OTLP_ENDPOINT')
    .option('--quiet', 'no progress')
    .option('--json', 'print the table as JSON for other programs')
    .action(bench);
}

async function bench(file: string | undefined, options: Options): Promise<void> {
  const experiment = await readExperiment(file ?? path.join(packageRoot, 'eval/experiments/offline.yaml'));
  const common = {
    runs: path.join(options.results, 'runs'),
    ...(options.datasets !== undefined && { datasets: options.datasets }),
    ...(options.models !== undefined && { models: options.models }),
    ...(options.fresh !== undefined && { fresh: options.fresh }),
    ...(options.retryErrors !== undefined && { retryErrors: options.retryErrors }),
    ...(options.batch === true && { batch: { pollMs: options.poll * 1000 } }),
  };
  if (experiment.contestants.some(({ analyst }) => isModel(analyst)) || options.plan === true) {
    if (!(await isWanted(experiment, common, options))) return;
  }
  const trace = options.trace === true ? await (await import('../runs/trace.js')).openTrace() : undefined;
  const progress = showProgress(process.stderr, options.quiet === true);
  const again = continueCommand(process.argv.slice(2));
  const interrupt = stopOnInterrupt(progress.note, again);
  let outcome: Outcome;
  try {
    outcome = await carryOut(experiment, {
      ...common,
      ...(trace && { trace }),
      onProgress: progress.show,
      stop: interrupt.stop,
      abort: interrupt.abort,
    });
  } finally {
    progress.end();
    interrupt.end();
    const lost = (await trace?.close()) ?? 0;
    if (lost > 0) process.stderr.write(`${counted(lost, 'span')} could not be delivered.\n`);
  }
  if (outcome.answered + outcome.kept === 0 && outcome.unfinished.length > 0) {
    throw new LeaktrailError('busy', `nothing is answered yet: ${outcome.unfinished.join('; ')}`, {
      hint: `to continue: ${again}`,
    });
  }
  const stored = await loadRun(outcome.folder);
  // The charts are drawn by a library that takes a while to load.
  const { makeTables } = await import('../../eval/tables/make-tables.js');
  const files = makeTables([stored]);
  const tables = path.join(options.results, 'tables');
  await writeTables(tables, files);
  const scored = scoreRun(stored);
  if (options.json === true) {
    process.stdout.write(files.find(({ path: name }) => name.endsWith('/main.json'))?.text ?? '');
  } else {
    process.stdout.write(`${renderTerminalTable(scored, { color: pc.isColorSupported })}\n`);
  }
  process.stderr.write(`${ending(outcome, tables, again)}\n`);
  if (outcome.unfinished.length > 0) process.exitCode = 1;
}

/** Prints the plan, or asks where a run costs much; false when nothing is to be sent. */
async function isWanted(
  experiment: Experiment,
  common: Parameters<typeof carryOut>[1],
  options: Options,
): Promise<boolean> {
  const { estimate } = await import('../runs/estimate.js');
  const { TOKENS_PER_ANSWER } = await import('../runs/request-tokens.js');
  const estimates = await estimate(experiment, common);
  if (options.plan === true) {
    process.stdout.write(
      options.json === true ? `${JSON.stringify(estimates)}\n` : planText(estimates, TOKENS_PER_ANSWER),
    );
    return false;
  }
  const cost = costOfPlan(estimates);
  if (options.yes === true || (cost !== null && cost <= options.askAbove)) return true;
  const question = `${counted(requestsOf(estimates), 'request')}, ${costText(estimates)}`;
  return confirm(question, 'see `leaktrail bench --plan`, and say --yes or --ask-above');
}

function amount(value: string): number {
  const number = Number(value);
  if (!(number >= 0)) throw new InvalidArgumentError('expected an amount of US dollars');
  return number;
}

/** What the run came to, and what to type where it is not complete. */
function ending(
  { folder, questions, answered, kept, errors, unfinished }: Outcome,
  tables: string,
  again: string,
): string {
  const parts = [`${counted(questions, 'question')}: ${answered} answered now`];
  if (kept > 0) parts.push(`${kept} kept from before`);
  if (errors > 0) parts.push(`${errors} in error (--retry-errors asks them again)`);
  const lines = [`${parts.join(', ')}. Replies: ${folder}. Tables: ${tables}.`];
  for (const reason of unfinished) lines.push(`Not complete: ${reason}`);
  if (unfinished.length > 0) lines.push(`To continue: ${again}`);
  return lines.join('\n');
}
