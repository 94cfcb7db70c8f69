import { Command } from 'commander';
import { askJudge } from '../../eval/ask-judge.js';
import { judgeAgreement } from '../../eval/judge.js';
import { scoreRun } from '../../eval/score-run.js';
import { chatAnalyst } from '../analysts/chat.js';
import { agreementText } from '../report/agreement-text.js';
import { counted } from '../report/printable.js';
import { loadRun } from '../runs/load-run.js';
import { wholeNumber } from './options.js';

interface Options {
  readonly model: string;
  readonly concurrency: number;
  readonly json?: boolean;
}

export function command(): Command {
  return new Command('judge')
    .description(
      "Let a model compare each root cause of a run, in words, with the truth's. It enters no other figure.",
    )
    .argument('<run>', 'folder of a run, such as results/runs/offline')
    .requiredOption('--model <provider:model>', 'who judges')
    .option('--concurrency <n>', 'requests under way at a time', wholeNumber(1), 4)
    .option('--json', 'print one JSON object for other programs')
    .action(judge);
}

async function judge(folder: string, { model, concurrency, json }: Options): Promise<void> {
  const run = scoreRun(await loadRun(folder));
  const openJudge = () => chatAnalyst(model, { temperature: 0 });
  const { file, judgements, asked, kept } = await askJudge(run, folder, model, openJudge, concurrency);
  const agreements = judgeAgreement(run, judgements);
  process.stdout.write(json === true ? `${JSON.stringify({ agreements })}\n` : agreementText(agreements));
  process.stderr.write(
    `${counted(asked, 'root cause')} judged now, ${kept} kept from before. Judgements: ${file}.\n`,
  );
}
