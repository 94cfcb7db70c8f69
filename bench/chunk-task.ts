/**
 * One measured task in a process of its own: `chunk-task.js TASK CASE [WARM_UP_CASE...]` prints how long it took for the
 * first case's logs as JSON. Cases are given by their folders. With cases to warm up with, it is done for their logs
 * before, for some seconds, so that what is measured is compiled; without, it is the first thing that a process does.
 */
import path from 'node:path';
import { readLogBytes } from '../src/cases/case-logs.js';
import { loadCase } from '../src/cases/load-case.js';
import { chunkMaterial, STRATEGIES } from '../src/context/chunk.js';
import { loadCounter } from '../src/context/tokens.js';
import { readLog } from '../src/log/read-log.js';
import { assignRecordIds } from '../src/log/record-id.js';
import { logText } from '../src/log/text.js';

export interface Chunked {
  /** Of the logs, uncompressed. */
  readonly bytes: number;
  /** Seconds from the bytes of the logs to their documents; a splitter of plain text needs none. */
  readonly reading: number;
  /** From there to their chunks, tokenizing included. */
  readonly seconds: number;
  /** Before all that, for tokenizer and splitter. */
  readonly loading: number;
  readonly chunks: number;
}

const BUDGET = 4000;
const WARM_UP_SECONDS = 4;
/** Characters of a chunk where a splitter counts these: about as many as `BUDGET` tokens of prose. */
const CHARACTERS = 16_000;

type Log = { readonly role: string; readonly bytes: Buffer };
/** Loads what a task needs; then reads logs; then makes the chunks and tells how many. */
type Task = () => Promise<(logs: readonly Log[]) => Promise<() => Promise<number>>>;

/** A splitter that knows nothing of logs but their text. */
function textTask(split: (text: string) => Promise<readonly string[]>): Awaited<ReturnType<Task>> {
  return async (logs) => {
    const texts = logs.map(({ bytes }) => bytes.toString('utf8'));
    return async () => (await Promise.all(texts.map(split))).flat().length;
  };
}

function strategyTask(strategy: (typeof STRATEGIES)[number]): Task {
  return async () => {
    await loadCounter('o200k_base');
    await import(`../src/context/${strategy}.js`);
    return async (logs) => {
      const read = await Promise.all(
        logs.map(async ({ role, bytes }) => ({
          document: await readLog(bytes, { role }),
          text: logText(bytes),
        })),
      );
      assignRecordIds(read.map(({ document }) => document));
      const material = { id: 'bench', system: null, logs: read, transcripts: new Map<string, string>() };
      const budget = strategy === 'whole' ? 10_000_000 : strategy === 'digest' ? 12_000 : BUDGET;
      return async () => (await chunkMaterial(material, { strategy, budget })).length;
    };
  };
}

const TASKS: Readonly<Record<string, Task>> = {
  ...Object.fromEntries(STRATEGIES.map((strategy) => [strategy, strategyTask(strategy)])),
  'langchain-recursive': async () => {
    const { RecursiveCharacterTextSplitter } = await import('@langchain/textsplitters');
    const splitter = new RecursiveCharacterTextSplitter({ chunkSize: CHARACTERS, chunkOverlap: 0 });
    return textTask((text) => splitter.splitText(text));
  },
  'langchain-token': async () => {
    const { TokenTextSplitter } = await import('@langchain/textsplitters');
    const { getEncoding } = await import('js-tiktoken');
    const splitter = new TokenTextSplitter({ chunkSize: BUDGET, chunkOverlap: 0, disallowedSpecial: [] });
    // The splitter would fetch the ranks of the same tokenizer from the network.
    Object.assign(splitter, { tokenizer: getEncoding('o200k_base') });
    return textTask((text) => splitter.splitText(text));
  },
  count: async () => {
    const counter = await loadCounter('o200k_base');
    return textTask(async (text) => {
      counter.count(text);
      return [];
    });
  },
};

async function logsOf(folder: string): Promise<Log[]> {
  const { about } = await loadCase(path.resolve(folder));
  return Promise.all(
    about.logs.map(async (log) => ({ role: log.role, bytes: await readLogBytes(folder, log) })),
  );
}

const [name = '', folder = '', ...warmUps] = process.argv.slice(2);
const task = TASKS[name];
if (task === undefined) throw new Error(`no task ${name}`);
const [logs, others] = [await logsOf(folder), await Promise.all(warmUps.map(logsOf))];
const start = performance.now();
const read = await task();
const loaded = performance.now();
while (others.length > 0 && performance.now() < loaded + 1000 * WARM_UP_SECONDS)
  for (const other of others) await (await read(other))();
const warm = performance.now();
const chunk = await read(logs);
const ready = performance.now();
const chunks = await chunk();
const end = performance.now();
const chunked: Chunked = {
  bytes: logs.reduce((sum, { bytes }) => sum + bytes.length, 0),
  reading: (ready - warm) / 1000,
  seconds: (end - ready) / 1000,
  loading: (loaded - start) / 1000,
  chunks,
};
console.log(JSON.stringify(chunked));
