/**
 * How fast logs become chunks: every strategy, and LangChain's splitters on the same logs, each in a process of its
 * own that has chunked another case before, best of several runs in turn. Then whether tiktoken, OpenAI's own tokenizer,
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
const WARM_UP = 'dispatch-41';
const DATASETS = path.join(packageRoot, 'datasets');

const NAMES: Readonly<Record<string, string>> = {
  'langchain-recursive': 'LangChain RecursiveCharacterTextSplitter, 16,000 characters',
  'langchain-token': 'LangChain TokenTextSplitter, 4,000 tokens',
  count: 'counting the tokens of the whole log',
};
const TASKS = [...STRATEGIES, ...Object.keys(NAMES)];

function measure(task: string, id: string): Chunked {
  const script = fileURLToPath(new URL('./chunk-task.js', import.meta.url));
  const folders = [id, WARM_UP].map((name) => path.join(DATASETS, name));
  const { stdout, stderr, status } = spawnSync(process.execPath, [script, task, ...folders], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`${task} failed: ${stderr}`);
  return JSON.parse(stdout) as Chunked;
}

function compareSpeed(id: string): void {
  const best = new Map<string, Chunked>();
  for (let run = 0; run < RUNS; run++) {
    for (const task of TASKS) {
      const measured = measure(task, id);
      if (measured.seconds < (best.get(task)?.seconds ?? Number.POSITIVE_INFINITY)) best.set(task, measured);
    }
  }
  const speed = (task: string) => {
    const { bytes, seconds } = best.get(task) as Chunked;
    return bytes / 1e6 / seconds;
  };
  const table = new Table({
    head: ['', 'MB/s', 'seconds', 'reading', 'loading', 'chunks'],
    style: { head: [], border: [] },
    colAligns: ['left', 'right', 'right', 'right', 'right', 'right'],
  });
  for (const [task, { seconds, reading, loading, chunks }] of best) {
    table.push([
      NAMES[task] ?? task,
      speed(task).toFixed(1),
      seconds.toFixed(3),
      reading.toFixed(3),
      loading.toFixed(3),
      chunks,
    ]);
  }
  console.log(
    `${id}: from read logs to chunks, tokenizing included; seconds for reading and loading come on top\n${table.toString()}`,
  );
  const ratio = speed('records') / speed('langchain-token');
  console.log(`records runs ${ratio.toFixed(1)} times as fast as LangChain's token splitter.\n`);
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
