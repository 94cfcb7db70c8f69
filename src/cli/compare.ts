import { Command } from 'commander';
import { compareRuns } from '../../eval/compare-runs.js';
import { scoreRun } from '../../eval/score-run.js';
import { comparisonText } from '../report/comparison-text.js';
import { loadRun } from '../runs/load-run.js';
import { outputWidth } from './options.js';

interface Options {
  readonly json?: boolean;
}

export function command(): Command {
  return new Command('compare')
    .description('Set two runs side by side: which questions came out differently, with the answers.')
    .argument('<run>', 'folder of a run, such as results/runs/offline')
    .argument('<other>', 'folder of the other run')
    .option('--json', 'print one JSON object for other programs')
    .action(compare);
}

async function compare(first: string, second: string, options: Options): Promise<void> {
  const [one, other] = await Promise.all([loadRun(first), loadRun(second)]);
  const comparison = compareRuns(scoreRun(one), scoreRun(other));
  process.stdout.write(
    options.json === true ? `${JSON.stringify(comparison)}\n` : comparisonText(comparison, outputWidth()),
  );
}
