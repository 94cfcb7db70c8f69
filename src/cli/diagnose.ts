import { Command, Option } from 'commander';
import pc from 'picocolors';
import { STRATEGIES, type Strategy } from '../context/chunk.js';
import { materialOfLogs } from '../evidence/material-of-logs.js';
import { type Diagnosis, diagnose, diagnosisJson } from '../report/diagnosis.js';
import { diagnosisMarkdown } from '../report/diagnosis-markdown.js';
import { diagnosisSarif } from '../report/diagnosis-sarif.js';
import { diagnosisTerminal } from '../report/diagnosis-terminal.js';
import { analystNamed } from './analyst.js';
import { collect, outputWidth, wholeNumber } from './options.js';

const FORMATS = ['text', 'md', 'json', 'sarif'] as const;
type Format = (typeof FORMATS)[number];

interface Options {
  readonly model: string;
  readonly strategy?: Strategy;
  readonly prompts?: string;
  readonly format: Format;
  readonly json?: boolean;
  readonly evidence: number;
  readonly role: readonly string[];
}

export function command(): Command {
  return new Command('diagnose')
    .description(
      'Answer the three questions for one or more logs: is there a relationship, a leak, a root cause?',
    )
    .argument('<log...>', 'logs of one case, such as those of a server and its client')
    .option(
      '--model <name>',
      'who answers: rules (no key needed) or provider:model, such as openai:gpt-4.1',
      'rules',
    )
    .addOption(new Option('--strategy <name>', 'how the log becomes chunks for a model').choices(STRATEGIES))
    .option('--prompts <set>', 'prompt set for a model: default or report')
    .addOption(new Option('--format <name>', 'how to print the diagnosis').choices(FORMATS).default('text'))
    .option('--json', 'the same as --format json')
    .option('--evidence <n>', 'how many cited records to show with their log lines', wholeNumber(0), 5)
    .option(
      '--role <name>',
      'who wrote the log, in the order of the logs (default: its file name)',
      collect,
      [],
    )
    .action(run);
}

async function run(files: string[], options: Options): Promise<void> {
  const { strategy, prompts } = options;
  const analyst = await analystNamed(options.model, {
    ...(strategy !== undefined && { strategy }),
    ...(prompts !== undefined && { prompts }),
  });
  const material = await materialOfLogs({ files, roles: options.role });
  const diagnosis = await diagnose(material, analyst);
  process.stdout.write(printed(diagnosis, options.json === true ? 'json' : options.format, options.evidence));
  if (Object.values(diagnosis.stages).some(({ error }) => error !== null)) process.exitCode = 1;
}

function printed(diagnosis: Diagnosis, format: Format, mostRecords: number): string {
  if (format === 'json') return `${JSON.stringify(diagnosisJson(diagnosis))}\n`;
  if (format === 'sarif') return `${JSON.stringify(diagnosisSarif(diagnosis), null, 2)}\n`;
  if (format === 'md') return diagnosisMarkdown(diagnosis);
  return diagnosisTerminal(diagnosis, { colour: pc.isColorSupported, width: outputWidth(), mostRecords });
}
