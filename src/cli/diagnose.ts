import { Command, Option } from 'commander';
import pc from 'picocolors';
import { STRATEGIES, type Strategy } from '../context/chunk.js';
import type { Redactor } from '../context/redact.js';
import { LeaktrailError } from '../error.js';
import type { Material } from '../evidence/material.js';
import { materialOfLogs } from '../evidence/material-of-logs.js';
import { type Diagnosis, diagnose } from '../report/diagnosis.js';
import { FAIL_ON, type FailOn, failures, readBaseline } from '../report/fail-on.js';
import { counted } from '../report/printable.js';
import { analystNamed } from './analyst.js';
import { checkMapping, type RedactOptions, writeMapping } from './mapping-file.js';
import { collect, outputWidth, wholeNumber } from './options.js';

const FORMATS = ['text', 'md', 'json', 'sarif', 'junit', 'html'] as const;
type Format = (typeof FORMATS)[number];

interface Options extends RedactOptions {
  readonly model: string;
  readonly strategy?: Strategy;
  readonly prompts?: string;
  readonly format: Format;
  readonly json?: boolean;
  readonly evidence: number;
  readonly failOn?: FailOn;
  readonly baseline?: string;
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
    .option('--redact', 'send a model names such as <HOST-1> for addresses, hosts, keys and the like')
    .option('--mapping <file>', 'with --redact: keep here what the names stand for')
    .option('--prompts <set>', 'prompt set for a model: default or report')
    .addOption(new Option('--format <name>', 'how to print the diagnosis').choices(FORMATS).default('text'))
    .option('--json', 'the same as --format json')
    .option('--evidence <n>', 'how many cited records to show with their log lines', wholeNumber(0), 5)
    .addOption(new Option('--fail-on <what>', 'exit 1 when this is found, for CI').choices(FAIL_ON))
    .option('--baseline <file>', 'leaks known before, an earlier --format json: they make nothing fail')
    .option(
      '--role <name>',
      'who wrote the log, in the order of the logs (default: its file name)',
      collect,
      [],
    )
    .action(run);
}

async function run(files: string[], options: Options): Promise<void> {
  const { strategy, prompts, failOn, redact, mapping } = options;
  checkMapping(options);
  const known = await knownLeaks(options);
  const redactors: Redactor[] = [];
  const analyst = await analystNamed(
    options.model,
    {
      ...(strategy !== undefined && { strategy }),
      ...(prompts !== undefined && { prompts }),
      ...(redact !== undefined && { redact }),
    },
    { onRedactor: (redactor) => redactors.push(redactor) },
  );
  const material = await materialOfLogs({ files, roles: options.role });
  const diagnosis = await diagnose(material, analyst);
  if (mapping !== undefined) await writeMapping(mapping, redactors[0]?.mapping() ?? {});
  process.stdout.write(await printed(diagnosis, material, options));
  const found = failOn === undefined ? [] : failures(diagnosis, failOn, known);
  if (found.length > 0) {
    process.stderr.write(`leaktrail: ${counted(found.length, 'leak')} found (--fail-on ${failOn})\n`);
    process.exitCode = 1;
  }
  if (Object.values(diagnosis.stages).some(({ error }) => error !== null)) process.exitCode = 1;
}

async function knownLeaks({ failOn, baseline }: Options): Promise<ReadonlySet<string>> {
  if (baseline !== undefined) return readBaseline(baseline);
  if (failOn !== 'new') return new Set();
  throw new LeaktrailError('usage', '--fail-on new needs --baseline FILE', {
    hint: 'write one with `leaktrail diagnose LOG --format json > baseline.json`',
  });
}

/** Each format is loaded only when it is asked for. */
async function printed(
  diagnosis: Diagnosis,
  material: Material,
  { format, json, evidence }: Options,
): Promise<string> {
  switch (json === true ? 'json' : format) {
    case 'json':
      return `${JSON.stringify((await import('../report/diagnosis-json.js')).diagnosisJson(diagnosis))}\n`;
    case 'sarif': {
      const { diagnosisSarif } = await import('../report/diagnosis-sarif.js');
      return `${JSON.stringify(diagnosisSarif(diagnosis), null, 2)}\n`;
    }
    case 'junit':
      return (await import('../report/diagnosis-junit.js')).diagnosisJunit(diagnosis);
    case 'html':
      return (await import('../report/diagnosis-html.js')).diagnosisHtml(diagnosis, material);
    case 'md':
      return (await import('../report/diagnosis-markdown.js')).diagnosisMarkdown(diagnosis);
    case 'text': {
      const { diagnosisTerminal } = await import('../report/diagnosis-terminal.js');
      const view = { colour: pc.isColorSupported, width: outputWidth(), mostRecords: evidence };
      return diagnosisTerminal(diagnosis, view);
    }
  }
}
