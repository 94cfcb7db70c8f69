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
 * the same conversations, its memory at a tenth of the requests and at all of them, and the size of its store.
 */
const CONCURRENCY = 16;
const SITTINGS = [334, 3334];
const ROUNDS = 3;

interface Measurement {
  readonly milliseconds: number;
  readonly peakKiB: number;
}

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

async function measure(client: 'runner' | 'bare', sittings: number): Promise<Measurement> {
  const file = path.join(folder, 'perf.yaml');
  await writeFile(
    file,
    `schema: 1\nname: perf\nrepeats: ${sittings}\nconcurrency: ${CONCURRENCY}\ncontestants: [{analyst: openai:test-model}]\n`,
  );
  await rm(path.join(folder, 'perf'), { recursive: true, force: true });
  const script = path.join(here, 'runner-client.js');
  const args = [client, file, datasets, folder, JSON.stringify(asked)];
  const child = fork(script, args, { env: { ...process.env, ...environment } });
  const [measurement] = (await once(child, 'message')) as [Measurement];
  await once(child, 'exit');
  return measurement;
}

async function storeBytes(): Promise<number> {
  const names = await readdir(path.join(folder, 'perf'));
  const sizes = await Promise.all(
    names.map(async (name) => (await stat(path.join(folder, 'perf', name))).size),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1] as number;

const asked = await questions();
const peaks: number[] = [];
for (const sittings of SITTINGS) {
  const requests = sittings * asked.length;
  const ratios: number[] = [];
  const runs: { runner: Measurement; bare: Measurement }[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    // Side by side in turns, so that whatever else the machine does falls on both.
    const bare = await measure('bare', sittings);
    const runner = await measure('runner', sittings);
    runs.push({ runner, bare });
    ratios.push(runner.milliseconds / bare.milliseconds);
  }
  const time = (client: 'runner' | 'bare') => median(runs.map((run) => run[client].milliseconds));
  const peak = (client: 'runner' | 'bare') => median(runs.map((run) => run[client].peakKiB)) / 1024;
  peaks.push(peak('runner'));
  console.log(`${requests} requests, ${CONCURRENCY} at a time, median of ${ROUNDS} rounds`);
  console.log(`  bare openai client   ${time('bare').toFixed(0)} ms, peak ${peak('bare').toFixed(0)} MiB`);
  console.log(
    `  leaktrail            ${time('runner').toFixed(0)} ms, peak ${peak('runner').toFixed(0)} MiB`,
  );
  console.log(
    `  ratio                ${median(ratios).toFixed(2)} (${ratios.map((r) => r.toFixed(2)).join(', ')})`,
  );
  console.log(
    `  overhead a request   ${(((time('runner') - time('bare')) * 1000) / requests).toFixed(0)} µs of ${((time('runner') * 1000) / requests).toFixed(0)} µs`,
  );
  console.log(`  store                ${((await storeBytes()) / requests).toFixed(0)} bytes a request`);
}
const [few = 0, many = 0] = peaks;
console.log(`memory at ten times the requests: ${(many / few).toFixed(2)} times`);
server.kill();
await rm(folder, { recursive: true });
