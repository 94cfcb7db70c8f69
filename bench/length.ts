/**
 * What the length of a log costs: dispatch-37 trimmed, as it is, and padded with events of its fixed twin. Tells what
 * the rules score and how long they take, best of several runs, and the tokens that each strategy makes of the logs.
 *
 *     npm run bench:perf -- length [FIGURE.svg]
 */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import Table from 'cli-table3';
import { type FigureId, figureOf } from '../eval/figures.js';
import { scoreRun } from '../eval/score-run.js';
import { rules } from '../src/analysts/rules.js';
import { loadCase } from '../src/cases/load-case.js';
import { STAGES } from '../src/cases/truth.js';
import { chunkMaterial, STRATEGIES, type Strategy } from '../src/context/chunk.js';
import type { Material } from '../src/evidence/material.js';
import { variationSchema } from '../src/evidence/vary.js';
import type { LogDocument } from '../src/log/document.js';
import { readLogs } from '../src/log/read-log.js';
import { packageRoot } from '../src/package-root.js';
import { answerKeyOf } from '../src/runs/answer-key.js';
import { answerOffline } from '../src/runs/offline.js';
import { type OpenCase, runCase, runVariant } from '../src/runs/run-case.js';
import { RUN_SCHEMA } from '../src/runs/run-file.js';
import { lengthFigure } from './length-figure.js';

const CASE = 'dispatch-37';
/** Lines of both logs together; null as they are. */
const LENGTHS = [5_000, null, 20_000, 100_000, 500_000];
const RUNS = 3;
const SCORES: readonly FigureId[] = ['leak-f1', 'root-cause-f1', 'diagnosed'];
/** Every log fits into one prompt of that many tokens, for the strategy that shows all of it. */
const UNBOUNDED = 1_000_000_000;

/** One length with all that was found of it. */
export interface Measured {
  /** Of all logs together. */
  readonly lines: number;
  /** Of the rules, between 0 and 1. */
  readonly scores: readonly number[];
  /** Seconds to read the logs, and then for the rules to answer all three questions. */
  readonly reading: number;
  readonly answering: number;
  readonly tokens: Readonly<Record<Strategy, number>>;
}

const load = (id: string) => loadCase(path.join(packageRoot, 'datasets', id));

/** The least seconds to read logs, and then to have the rules answer: each time from the bytes on. */
async function timed(material: Material): Promise<{ reading: number; answering: number }> {
  const times: [reading: number, answering: number][] = [];
  for (let run = 0; run < RUNS; run++) {
    const sources = material.logs.map(({ document: { file, role }, text }) => ({
      source: Buffer.from(text.whole()),
      file,
      role,
    }));
    const begun = performance.now();
    const documents = await readLogs(sources);
    const read = performance.now();
    const logs = material.logs.map(({ text }, index) => ({
      text,
      document: documents[index] as LogDocument,
    }));
    const session = await rules.open({ ...material, logs });
    for (const stage of STAGES) await session.ask(stage);
    times.push([(read - begun) / 1000, (performance.now() - read) / 1000]);
  }
  return {
    reading: Math.min(...times.map(([reading]) => reading)),
    answering: Math.min(...times.map(([, answering]) => answering)),
  };
}

/** What the rules score, as a run of this one case would say. */
async function scoresOf({ about, truth, material }: OpenCase): Promise<number[]> {
  const contestant = { id: rules.name, analyst: rules.name, settings: {} };
  const replies = await answerOffline(rules, material, { contestant: rules.name, repeat: 1, stages: STAGES });
  const documents = material.logs.map(({ document }) => document);
  const { sittings } = scoreRun({
    run: {
      schema: RUN_SCHEMA,
      name: 'length',
      version: '',
      contestants: [contestant],
      cases: [about.id],
      repeats: 1,
      stages: [...STAGES],
      prompts: {},
      hashes: {},
    },
    keys: [answerKeyOf(about, truth, documents)],
    replies,
  });
  return SCORES.map((id) => sittings.map((one) => figureOf(id).of(one) ?? 0)[0] ?? 0);
}

async function tokensOf(material: Material, strategy: Strategy): Promise<number> {
  const budget = strategy === 'whole' ? { budget: UNBOUNDED } : {};
  const chunks = await chunkMaterial(material, { strategy, ...budget });
  return chunks.reduce((sum, { tokens }) => sum + tokens, 0);
}

async function measure(open: OpenCase): Promise<Measured> {
  const { logs } = open.material;
  const tokens: Partial<Record<Strategy, number>> = {};
  for (const strategy of STRATEGIES) tokens[strategy] = await tokensOf(open.material, strategy);
  return {
    lines: logs.reduce((sum, { text }) => sum + text.lineCount, 0),
    scores: await scoresOf(open),
    ...(await timed(open.material)),
    tokens: tokens as Record<Strategy, number>,
  };
}

const [source, twin] = [await load(CASE), await load(`${CASE}-fixed`)];
const table = new Table({
  head: [
    'lines',
    ...SCORES.map((id) => figureOf(id).title),
    'reading s',
    'rules s',
    ...STRATEGIES.map((one) => `${one} tokens`),
  ],
  style: { head: [], border: [] },
});
// Once without looking at the clock, so that the first length is not slowed by the compiler.
await measure(await runCase(source).open());
const [report, ...peers] = source.about.logs.map(({ lines }) => lines).sort((a, b) => b - a);
const ofPeers = peers.reduce((sum, lines) => sum + lines, 0);
const rows: Measured[] = [];
for (const lines of LENGTHS) {
  const length = lines === null ? report : lines - ofPeers;
  const variation = variationSchema.parse({ trim: length, pad: length, seed: 7 });
  const one = lines === null ? runCase(source) : runVariant(source, variation, { twin, merged: null });
  const row = await measure(await one.open());
  rows.push(row);
  table.push([
    row.lines.toLocaleString('en'),
    ...row.scores.map((score) => score.toFixed(2)),
    row.reading.toFixed(2),
    row.answering.toFixed(2),
    ...STRATEGIES.map((strategy) => row.tokens[strategy].toLocaleString('en')),
  ]);
}
console.log(table.toString());
const [, , file] = process.argv;
if (file !== undefined) await writeFile(file, lengthFigure(rows));
