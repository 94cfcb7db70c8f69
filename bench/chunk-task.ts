/** One measured task in a process of its own: `chunk-task.js TASK CASE_FOLDER` prints what came out, as JSON. */
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
  readonly seconds: number;
  /** Seconds of these in which tokenizer and splitter were loaded. */
  readonly loading: number;
  readonly chunks: number;
}

const BUDGET = 4000;
/** Characters of a chunk where a splitter counts these: about as many as `BUDGET` tokens of prose. */
const CHARACTERS = 16_000;

type Log = { readonly role: string; readonly bytes: Buffer };
/** Loads what a task needs, and gives what makes the chunks. */
type Task = () => Promise<(logs: readonly Log[]) => Promise<number>>;

const textsOf = (logs: readonly Log[]) => logs.map(({ bytes }) => bytes.toString('utf8'));

function strategyTask(strategy: (typeof STRATEGIES)[number]): Task {
  return async () => {
    await loadCounter('o200k_base');
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
      return (await chunkMaterial(material, { strategy, budget })).length;
    };
  };
}

const TASKS: Readonly<Record<string, Task>> = {
  ...Object.fromEntries(STRATEGIES.map((strategy) => [strategy, strategyTask(strategy)])),
  'langchain-recursive': async () => {
    const { RecursiveCharacterTextSplitter } = await import('@langchain/textsplitters');
    const splitter = new RecursiveCharacterTextSplitter({ chunkSize: CHARACTERS, chunkOverlap: 0 });
    return async (logs) =>
      (await Promise.all(textsOf(logs).map((text) => splitter.splitText(text)))).flat().length;
  },
  'langchain-token': async () => {
    const { TokenTextSplitter } = await import('@langchain/textsplitters');
    const { getEncoding } = await import('js-tiktoken');
    const splitter = new TokenTextSplitter({ chunkSize: BUDGET, chunkOverlap: 0, disallowedSpecial: [] });
    // The splitter would fetch the ranks of the same tokenizer from the network.
    Object.assign(splitter, { tokenizer: getEncoding('o200k_base') });
    return async (logs) =>
      (await Promise.all(textsOf(logs).map((text) => splitter.splitText(text)))).flat().length;
  },
  count: async () => {
    const counter = await loadCounter('o200k_base');
    return async (logs) => {
      for (const text of textsOf(logs)) counter.count(text);
      return 0;
    };
  },
};

const [name = '', folder = ''] = process.argv.slice(2);
const task = TASKS[name];
if (task === undefined) throw new Error(`no task ${name}`);
const { about } = await loadCase(path.resolve(folder));
const logs = await Promise.all(
  about.logs.map(async (log) => ({ role: log.role, bytes: await readLogBytes(folder, log) })),
);
const start = performance.now();
const work = await task();
const loaded = performance.now();
const chunks = await work(logs);
const end = performance.now();
const chunked: Chunked = {
  bytes: logs.reduce((sum, { bytes }) => sum + bytes.length, 0),
  seconds: (end - start) / 1000,
  loading: (loaded - start) / 1000,
  chunks,
};
console.log(JSON.stringify(chunked));
