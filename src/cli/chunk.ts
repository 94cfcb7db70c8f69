import { Command, Option } from 'commander';
import { STAGES, type Stage } from '../cases/truth.js';
import {
  type Chunk,
  type ChunkOptions,
  chunkCounter,
  chunkMaterial,
  STRATEGIES,
  type Strategy,
} from '../context/chunk.js';
import { modelLimits } from '../context/models.js';
import { noRedactor, type Redactor } from '../context/redact.js';
import { redactorOf } from '../context/redactor-of.js';
import { ENCODINGS, type Encoding } from '../context/tokens.js';
import { materialOfLogs } from '../evidence/material-of-logs.js';
import { chunkStatistics, statisticsText } from '../report/chunk-statistics.js';
import { counted, printable } from '../report/printable.js';
import { checkMapping, type RedactOptions, writeMapping } from './mapping-file.js';
import { collect, wholeNumber } from './options.js';

interface Options extends RedactOptions {
  readonly strategy: Strategy;
  readonly budget?: number;
  readonly model?: string;
  readonly models?: string;
  readonly encoding?: Encoding;
  readonly stage?: Stage;
  readonly clean?: boolean;
  readonly json?: boolean;
  readonly stats?: boolean;
  readonly role: readonly string[];
}

export function command(): Command {
  return new Command('chunk')
    .description('Print the chunks that a strategy makes of one or more logs.')
    .argument('<log...>', 'logs of one case')
    .addOption(
      new Option('--strategy <name>', 'how a log becomes chunks').choices(STRATEGIES).default('digest'),
    )
    .option(
      '--budget <tokens>',
      'most tokens of a chunk; for whole, digest and retrieve of all chunks together (default: what --model leaves for input, or 100000; a digest takes a token for 60 bytes of the logs, at least 8000, where that is less)',
      wholeNumber(1),
    )
    .option('--model <name>', 'whose window and tokens count, such as openai:gpt-4.1')
    .option('--models <file>', "limits of your own, in the form of leaktrail's models.yaml")
    .addOption(
      new Option(
        '--encoding <name>',
        "whose tokens are counted (default: the model's, or o200k_base)",
      ).choices(ENCODINGS),
    )
    .addOption(
      new Option(
        '--stage <name>',
        'the question that retrieve searches by (default: all three in turns)',
      ).choices(STAGES),
    )
    .option('--clean', 'leave out addresses, process prefixes and repeated stack tails')
    .option('--no-clean', 'leave them in (default: left out by records and retrieve)')
    .option('--redact', 'put names such as <HOST-1> in the place of addresses, hosts, keys and the like')
    .option('--mapping <file>', 'with --redact: keep here what the names stand for')
    .option(
      '--role <name>',
      'who wrote the log, in the order of the logs (default: its file name)',
      collect,
      [],
    )
    .option('--stats', 'print only how many chunks and tokens there are, and what they show')
    .option('--json', 'print one JSON line a chunk for other programs; with --stats one object')
    .action(chunk);
}

async function chunk(files: string[], options: Options): Promise<void> {
  checkMapping(options);
  const material = await materialOfLogs({ files, roles: options.role });
  const redactor = options.redact === true ? redactorOf(material) : noRedactor;
  const settings = await settingsOf(options, redactor);
  const chunks = await chunkMaterial(material, settings);
  const shown = chunks.map((one) => redacted(one, redactor));
  if (options.mapping !== undefined) await writeMapping(options.mapping, redactor.mapping());
  if (options.stats === true) {
    const counter = await chunkCounter(settings);
    const statistics = chunkStatistics(chunks, material, counter.count);
    process.stdout.write(
      options.json === true ? `${JSON.stringify(statistics)}\n` : statisticsText(statistics),
    );
  } else if (options.json === true) {
    for (const { index, log, lines, records, tokens, text } of shown) {
      process.stdout.write(`${JSON.stringify({ index, log, lines, records, tokens, text })}\n`);
    }
  } else for (const one of shown) process.stdout.write(chunkText(one, chunks.length));
}

async function settingsOf(options: Options, { redact }: Redactor): Promise<ChunkOptions> {
  const { strategy, budget, encoding, model, models, stage, clean } = options;
  return {
    strategy,
    redact,
    ...(budget !== undefined && { budget }),
    ...(encoding !== undefined && { encoding }),
    ...(model !== undefined && { model: await modelLimits(model, models) }),
    ...(stage !== undefined && { stage }),
    ...(clean !== undefined && { clean }),
  };
}

/** A log's role, and with it the ids of its records, can be the name of a host. */
function redacted(one: Chunk, { redact }: Redactor): Chunk {
  return { ...one, log: redact(one.log), records: one.records.map(redact) };
}

function chunkText({ index, log, lines, records, tokens, text }: Chunk, count: number): string {
  const facts = [
    `chunk ${index + 1} of ${count}`,
    `${log}, lines ${lines.join('-')}`,
    counted(records.length, 'record'),
    counted(tokens, 'token'),
  ];
  return `--- ${printable(facts.join(' · '))}\n${text.split('\n').map(printable).join('\n')}\n`;
}
