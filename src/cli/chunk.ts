import { Command, Option } from 'commander';
import { type Chunk, chunkMaterial, STRATEGIES, type Strategy } from '../context/chunk.js';
import { ENCODINGS, type Encoding, loadCounter } from '../context/tokens.js';
import { materialOfLogs } from '../evidence/material-of-logs.js';
import { plainTable } from '../report/plain-table.js';
import { counted, grouped, printable } from '../report/printable.js';
import { collect, wholeNumber } from './options.js';

interface Options {
  readonly strategy: Strategy;
  readonly budget?: number;
  readonly encoding: Encoding;
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
    .option('--budget <tokens>', 'most tokens of a chunk (default: 100000)', wholeNumber(1))
    .addOption(
      new Option('--encoding <name>', 'whose tokens are counted').choices(ENCODINGS).default('o200k_base'),
    )
    .option(
      '--role <name>',
      'who wrote the log, in the order of the logs (default: its file name)',
      collect,
      [],
    )
    .option('--stats', 'print only how many chunks and tokens there are')
    .option('--json', 'print one JSON line a chunk for other programs')
    .action(chunk);
}

async function chunk(files: string[], options: Options): Promise<void> {
  const { strategy, budget, encoding } = options;
  const material = await materialOfLogs({ files, roles: options.role });
  const chunks = await chunkMaterial(material, {
    strategy,
    encoding,
    ...(budget !== undefined && { budget }),
  });
  if (options.stats === true) {
    const counter = await loadCounter(encoding);
    const whole = material.logs.reduce((sum, { text }) => sum + counter.count(text.whole()), 0);
    process.stdout.write(statistics(chunks, whole));
  } else if (options.json === true) {
    for (const { index, log, lines, records, tokens, text } of chunks) {
      process.stdout.write(`${JSON.stringify({ index, log, lines, records, tokens, text })}\n`);
    }
  } else for (const one of chunks) process.stdout.write(chunkText(one, chunks.length));
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

function statistics(chunks: readonly Chunk[], whole: number): string {
  const tokens = chunks.reduce((sum, one) => sum + one.tokens, 0);
  const largest = Math.max(0, ...chunks.map((one) => one.tokens));
  const records = new Set(chunks.flatMap((one) => one.records)).size;
  const stacks = new Set(chunks.flatMap((one) => one.stacks)).size;
  return plainTable(
    ['chunks', 'tokens', 'largest', 'of the whole log', 'records', 'with their whole stack'],
    [
      [
        chunks.length,
        grouped(tokens),
        grouped(largest),
        `${((100 * tokens) / whole).toFixed(1)}%`,
        records,
        stacks,
      ],
    ],
  );
}
