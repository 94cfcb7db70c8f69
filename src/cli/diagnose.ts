import { Command, Option } from 'commander';
import pc from 'picocolors';
import type { ChatSettings } from '../analysts/chat/settings.js';
import { STAGES } from '../cases/truth.js';
import { STRATEGIES, type Strategy } from '../context/chunk.js';
import type { Redactor } from '../context/redact.js';
import { LeaktrailError } from '../error.js';
import type { Material } from '../evidence/material.js';
import { materialOfLogs } from '../evidence/material-of-logs.js';
import { attemptAll } from '../report/diagnoses.js';
import type { Diagnosis } from '../report/diagnosis.js';
import { BASELINE_HINT, FAIL_ON, type FailOn, failureLines, readBaseline } from '../report/fail-on.js';
import { isModel } from '../runs/contestant.js';
import { analystNamed } from './analyst.js';
import { checkMapping, type RedactOptions, writeMapping } from './mapping-file.js';
import { collect, outputWidth, wholeNumber } from './options.js';

const RULES = 'rules';
const FORMATS = ['text', 'md', 'json', 'sarif', 'junit', 'html'] as const;
type Format = (typeof FORMATS)[number];

interface Options extends RedactOptions {
  readonly model: readonly string[];
  readonly compare?: boolean;
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
      'who answers: rules (the default, no key needed) or provider:model, such as openai:gpt-4.1; several stand side by side',
      collect,
      [],
    )
    .option('--compare', "set the rules' answer beside that of --model")
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
  const { failOn, mapping } = options;
  checkMapping(options);
  const names = analystNames(options);
  const known = await knownLeaks(options);
  const redactors: Redactor[] = [];
  const analysts = await Promise.all(
    names.map((name) =>
      analystNamed(name, settingsOf(name, options), { onRedactor: (one) => redactors.push(one) }),
    ),
  );
  const material = await materialOfLogs({ files, roles: options.role });
  const attempts = await attemptAll(material, analysts);
  const diagnoses = attempts.map(({ diagnosis }) => diagnosis);
  const failures = attempts.flatMap(({ failure }) => (failure === null ? [] : [failure]));
  const wrongCall = failures.find(({ exitCode }) => exitCode === 2);
  if (wrongCall !== undefined && diagnoses.every(isEmpty)) throw wrongCall;
  if (mapping !== undefined) await writeMapping(mapping, redactors[0]?.mapping() ?? {});
  process.stdout.write(await printed(diagnoses, material, options));
  const leaks = failOn === undefined ? [] : failureLines(diagnoses, failOn, known);
  if (leaks.length > 0) process.stderr.write(`leaktrail: ${leaks.join('\n  ')}\n`);
  for (const { diagnosis, failure } of attempts) {
    if (failure !== null) process.stderr.write(`leaktrail: ${diagnosis.analyst}: ${failure.located}\n`);
  }
  if (leaks.length > 0 || failures.length > 0) process.exitCode = wrongCall === undefined ? 1 : 2;
}

/** Whether not even the first question was answered. */
function isEmpty({ stages }: Diagnosis): boolean {
  return STAGES.every((stage) => stages[stage].error !== null);
}

/** Who answers, in the order in which they stand side by side. */
function analystNames({ model, compare, mapping }: Options): string[] {
  const names = model.length === 0 ? [RULES] : [...model];
  if (compare === true) {
    if (names.every((name) => name === RULES)) {
      throw new LeaktrailError('usage', '--compare needs a model to set beside the rules', {
        hint: 'give one as --model provider:model, such as openai:gpt-4.1',
      });
    }
    if (!names.includes(RULES)) names.unshift(RULES);
  }
  if (mapping !== undefined && names.filter(isModel).length > 1) {
    throw new LeaktrailError('usage', '--mapping keeps the names of one model', {
      hint: 'ask each model by itself, or leave --mapping out',
    });
  }
  return names;
}

/** Settings are for models; an offline analyst that stands beside one gets none. */
function settingsOf(name: string, { model, strategy, prompts, redact }: Options): ChatSettings {
  if (!isModel(name) && model.some(isModel)) return {};
  return {
    ...(strategy !== undefined && { strategy }),
    ...(prompts !== undefined && { prompts }),
    ...(redact !== undefined && { redact }),
  };
}

/** Signatures of the baseline; null where there is none. */
async function knownLeaks({ failOn, baseline }: Options): Promise<ReadonlySet<string> | null> {
  if (baseline === undefined && failOn === 'new') {
    throw new LeaktrailError('usage', '--fail-on new needs --baseline FILE', { hint: BASELINE_HINT });
  }
  if (baseline !== undefined && failOn === undefined) {
    throw new LeaktrailError('usage', '--baseline is for --fail-on', { hint: 'give --fail-on new' });
  }
  return baseline === undefined ? null : readBaseline(baseline);
}

/** Each format is loaded only when it is asked for. */
async function printed(
  diagnoses: readonly Diagnosis[],
  material: Material,
  { format, json, evidence }: Options,
): Promise<string> {
  switch (json === true ? 'json' : format) {
    case 'json':
      return `${JSON.stringify(await asJson(diagnoses))}\n`;
    case 'sarif': {
      const { diagnosisSarif } = await import('../report/diagnosis-sarif.js');
      return `${JSON.stringify(diagnosisSarif(...diagnoses), null, 2)}\n`;
    }
    case 'junit':
      return (await import('../report/diagnosis-junit.js')).diagnosisJunit(...diagnoses);
    case 'html':
      return (await import('../report/diagnosis-html.js')).diagnosisHtml(diagnoses, material);
    case 'md':
      return (await import('../report/diagnosis-markdown.js')).diagnosisMarkdown(...diagnoses);
    case 'text': {
      const { diagnosisTerminal } = await import('../report/diagnosis-terminal.js');
      const view = { colour: pc.isColorSupported, width: outputWidth(), mostRecords: evidence };
      return diagnosisTerminal(diagnoses, view);
    }
  }
}

async function asJson(diagnoses: readonly Diagnosis[]): Promise<unknown> {
  const [first, ...others] = diagnoses;
  if (first !== undefined && others.length === 0)
    return (await import('../report/diagnosis-json.js')).diagnosisJson(first);
  return (await import('../report/diagnoses-json.js')).diagnosesJson(diagnoses);
}
