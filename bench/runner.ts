import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { chatAnalyst } from '../src/analysts/chat.js';
import { loadCase } from '../src/cases/load-case.js';
import { STAGES } from '../src/cases/truth.js';
import { materialOf } from '../src/evidence/material-of.js';
import { packageRoot } from '../src/package-root.js';

/*
 * What the runner adds to requests that take no time: its time beside the bare openai client's on the same server with
 * the same conversations, the memory it holds at a tenth of the requests and at all of them, and the size of its store.
 */
const CONCURRENCY = 16;
const SITTINGS = 3334;
const ROUNDS = 3;

const here = path.dirname(fileURLToPath(import.meta.url));
const datasets = path.join(packageRoot, 'datasets/dispatch-37-report');
const folder = await mkdtemp(path.join(tmpdir(), 'leaktrail-perf-'));
const server = fork(path.join(here, 'runner-server.js'));
const [url] = (await once(server, 'message')) as [string];
const environment = { OPENAI_API_KEY: 'bench', OPENAI_BASE_URL: url };

async function questions(): Promise<string[]> {
  const analyst = await chatAnalyst('openai:test-model', {}, { environment });
  const asked: string[] = [];
  const session = await analyst.open(await materialOf(await loadCase(datasets)), async ({ messages }) => {
    asked.push(messages.at(-1)?.text ?? '');
    return { text: 'YES:<20>', attempts: 1, latencyMs: 0 };
  });
  for (const stage of STAGES) await session.ask(stage);
  return asked;
}

async function measure<T>(client: 'runner' | 'bare' | 'memory'): Promise<T> {
  await rm(path.join(folder, 'perf'), { recursive: true, force: true });
  const args = [client, experiment, datasets, folder, JSON.stringify(asked)];
  const child = fork(path.join(here, 'runner-client.js'), args, {
    env: { ...process.env, ...environment },
    execArgv: client === 'memory' ? ['--expose-gc'] : [],
  });
  const [measured] = (await once(child, 'message')) as [T];
  await once(child, 'exit');
  return measured;
}

async function storeBytes(): Promise<number> {
  const names = await readdir(path.join(folder, 'perf'));
  const sizes = await Promise.all(
    names.map(async (name) => (await stat(path.join(folder, 'perf', name))).size),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1] as number;

const experiment = path.join(folder, 'perf.yaml');
await writeFile(
  experiment,
  `schema: 1\nname: perf\nrepeats: ${SITTINGS}\nconcurrency: ${CONCURRENCY}\ncontestants: [{analyst: openai:test-model}]\n`,
);
const asked = await questions();
const requests = SITTINGS * asked.length;
const rounds: { bare: number; runner: number }[] = [];
for (let round = 0; round < ROUNDS; round++) {
  // Side by side in turns, so that whatever else the machine does falls on both.
  rounds.push({ bare: await measure<number>('bare'), runner: await measure<number>('runner') });
}
const bytes = await storeBytes();
const [tenth = 0, all = 0] = await measure<number[]>('memory');
server.kill();
await rm(folder, { recursive: true });

const bare = median(rounds.map((round) => round.bare));
const runner = median(rounds.map((round) => round.runner));
const ratios = rounds.map((round) => round.runner / round.bare);
const mebibytes = (amount: number) => (amount / 2 ** 20).toFixed(1);
console.log(`${requests} requests, ${CONCURRENCY} at a time, median of ${ROUNDS} rounds`);
console.log(`bare openai client   ${bare.toFixed(0)} ms`);
console.log(`leaktrail            ${runner.toFixed(0)} ms`);
console.log(
  `ratio                ${median(ratios).toFixed(2)} (${ratios.map((r) => r.toFixed(2)).join(', ')})`,
);
console.log(`overhead a request   ${(((runner - bare) * 1000) / requests).toFixed(0)} µs`);
console.log(
  `heap in use          ${mebibytes(tenth)} MiB at a tenth, ${mebibytes(all)} MiB at the last request`,
);
console.log(`store                ${(bytes / requests).toFixed(0)} bytes a request`);
