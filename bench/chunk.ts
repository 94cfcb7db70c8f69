/**
 * How fast logs become chunks: every strategy, and LangChain's splitters on the same logs, each in a process of its own,
 * best of several runs in turn. Cold is the first thing that a process does, as when a command chunks one log. Warm
 * comes after some seconds, the same for each, with logs of other programs, so that the code is compiled, but no line of
 * the log is remembered: logs of the same program share their stacks. Then whether tiktoken, OpenAI's own tokenizer,
 * counts the same tokens.
 *
 *     npm run bench:perf -- chunk [CASE...]
 */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import Table from 'cli-table3';
import { findCases } from '../src/cases/find-cases.js';
import { STRATEGIES } from '../src/context/chunk.js';
import { loadCounter } from '../src/context/tokens.js';
import { materialOf } from '../src/evidence/material-of.js';
import { packageRoot } from '../src/package-root.js';
import type { Chunked } from './chunk-task.js';

const RUNS = 3;
const CASES = ['dispatch-37', 'dispatch-582'];
const WARM_UP = ['lighttpd-2894', 'mosquitto-00b24e0e', 'redis-beb94c901', 'dispatch-41'];
const DATASETS = path.join(packageRoot, 'datasets');

const NAMES: Readonly<Record<string, string>> = {
  'langchain-recursive': 'LangChain RecursiveCharacterTextSplitter, 16,000 characters',
  'langchain-token': 'LangChain TokenTextSplitter, 4,000 tokens',
  count: 'counting the tokens of the whole log',
};
const TASKS = [...STRATEGIES, ...Object.keys(NAMES)];

function measure(task: string, id: string, warmUps: readonly string[]): Chunked {
  const script = fileURLToPath(new URL('./chunk-task.js', import.meta.url));
  const folders = [id, ...warmUps].map((name) => path.join(DATASETS, name));
  const { stdout, stderr, status } = spawnSync(process.execPath, [script, task, ...folders], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`${task} failed: ${stderr}`);
  return JSON.parse(stdout) as Chunked;
}

/** The best of several runs, each task's in turn. */
function bestRuns(id: string, warmUps: readonly string[]): Map<string, Chunked> {
  const best = new Map<string, Chunked>();
  for (let run = 0; run < RUNS; run++) {
    for (const task of TASKS) {
      const measured = measure(task, id, warmUps);
      if (measured.seconds < (best.get(task)?.seconds ?? Number.POSITIVE_INFINITY)) best.set(task, measured);
    }
  }
  return best;
}

function compareSpeed(id: string): void {
  const programOf = (name: string) => name.split('-')[0];
  const cold = bestRuns(id, []);
  const warm = bestRuns(
    id,
    WARM_UP.filter((name) => programOf(name) !== programOf(id)),
  );
  const table = new Table({
    head: ['', 'MB/s warm', 'MB/s cold', 'seconds cold', 'reading', 'loading', 'chunks'],
    style: { head: [], border: [] },
    colAligns: ['left', 'right', 'right', 'right', 'right', 'right', 'right'],
  });
  const speed = ({ bytes, seconds }: Chunked) => bytes / 1e6 / seconds;
  for (const [task, first] of cold) {
    table.push([
      NAMES[task] ?? task,
      speed(warm.get(task) as Chunked).toFixed(1),
      speed(first).toFixed(1),
      first.seconds.toFixed(3),
      first.reading.toFixed(3),
      first.loading.toFixed(3),
      first.chunks,
    ]);
  }
  console.log(
    `${id}: from read logs to chunks, tokenizing included; seconds for reading and loading come on top\n${table.toString()}`,
  );
  const times = (runs: Map<string, Chunked>, seconds: (run: Chunked) => number) => {
    const [ours, theirs] = ['records', 'langchain-token'].map((task) => seconds(runs.get(task) as Chunked));
    return ((theirs as number) / (ours as number)).toFixed(1);
  };
  const chunking = (run: Chunked) => run.seconds;
  const all = (run: Chunked) => run.loading + run.reading + run.seconds;
  console.log(
    `records runs ${times(warm, chunking)} times as fast as LangChain's token splitter, cold ${times(cold, chunking)} times, with reading and loading ${times(cold, all)} times.\n`,
  );
}

async function compareCounts(): Promise<void> {
  const { get_encoding: getEncoding } = await import('tiktoken');
  for (const encoding of ['o200k_base', 'cl100k_base'] as const) {
    const counter = await loadCounter(encoding);
    const tiktoken = getEncoding(encoding);
    let tokens = 0;
    let logs = 0;
    for (const one of await findCases(DATASETS)) {
      for (const { document, text } of (await materialOf(one)).logs) {
        const ours = counter.count(text.whole());
        const theirs = tiktoken.encode(text.whole(), [], []).length;
        if (ours !== theirs)
          throw new Error(`${one.id} ${document.role}: ${ours} tokens, tiktoken ${theirs}`);
        tokens += ours;
        logs++;
      }
    }
    tiktoken.free();
    console.log(
      `${encoding}: ${tokens.toLocaleString('en')} tokens in ${logs} logs, as tiktoken counts them`,
    );
  }
}

for (const id of process.argv[2] === undefined ? CASES : process.argv.slice(2)) compareSpeed(id);
await compareCounts();
