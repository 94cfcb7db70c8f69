import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startTestServer } from '../src/analysts/chat/test-server.js';
import { packageRoot } from '../src/package-root.js';
import { readJsonLines } from '../src/runs/json-lines.js';
import { keyOf, loadRun } from '../src/runs/load-run.js';
import { replyLineSchema } from '../src/runs/run-file.js';

/*
 * Kills a run of 200 requests with SIGKILL at 50 random moments, continues it each time, and checks that every answer
 * is there once and that a kill costs at most the requests that were under way.
 */
const KILLS = 50;
const REQUESTS = 200;
const CONCURRENCY = 4;

const folder = await mkdtemp(path.join(tmpdir(), 'leaktrail-resume-'));
const experiment = path.join(folder, 'resume.yaml');
await writeFile(
  experiment,
  `schema: 1
name: resume
stages: [leak, root-cause]
repeats: ${REQUESTS / 2}
concurrency: ${CONCURRENCY}
contestants:
  - analyst: openai:test-model
`,
);
const replies = path.join(folder, 'resume/replies.jsonl');
let received = 0;
const server = await startTestServer(async () => {
  const number = ++received;
  await delay(Math.random() * 30);
  return `YES:<20> (${number})`;
});

function sitting(): ChildProcess {
  const script = path.join(path.dirname(fileURLToPath(import.meta.url)), 'resume-sitting.js');
  const datasets = path.join(packageRoot, 'datasets/dispatch-37-report');
  return spawn(process.execPath, [script, experiment, datasets, folder], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, OPENAI_API_KEY: 'bench', OPENAI_BASE_URL: server.url },
  });
}

/** Whole lines on the disk, also while somebody writes. */
async function storedLines(): Promise<number> {
  if (!existsSync(replies)) return 0;
  return (await readFile(replies, 'utf8')).split('\n').length - 1;
}

const lost: number[] = [];
let torn = 0;
for (let kill = 1; kill <= KILLS; kill++) {
  const [before, storedBefore] = [received, await storedLines()];
  const child = sitting();
  const exited = once(child, 'exit');
  // Somewhere within the next few requests, so that 50 kills fit into the 200.
  const after = before + Math.floor(Math.random() * 9);
  while (received < after && child.exitCode === null) await delay(1);
  await delay(Math.random() * 20);
  child.kill('SIGKILL');
  await exited;
  if (existsSync(replies) && !(await readFile(replies, 'utf8')).endsWith('\n')) torn++;
  lost.push(received - before - ((await storedLines()) - storedBefore));
  process.stderr.write(`\r${kill} of ${KILLS} kills, ${await storedLines()} answers`);
}
process.stderr.write('\n');
const storedAtLastKill = await storedLines();
const [code] = await once(sitting(), 'exit');

const lines = await readJsonLines(replies, replyLineSchema);
const { replies: loaded } = await loadRun(path.dirname(replies));
const keys = new Set(lines.map(keyOf));
const repeated = received - REQUESTS;
const worst = Math.max(...lost);
console.log(`kills                              ${KILLS} (${storedAtLastKill} answers stored at the last)`);
console.log(`answers planned                    ${REQUESTS}`);
console.log(`answers stored, each once          ${keys.size} of ${lines.length} lines`);
console.log(`answers with an error              ${loaded.filter(({ error }) => error !== null).length}`);
console.log(`requests received                  ${received}`);
console.log(`requests repeated                  ${repeated} in all, at most ${worst} for a kill`);
console.log(`requests under way at a time       ${CONCURRENCY}`);
console.log(`torn last lines recovered          ${torn}`);

await server[Symbol.asyncDispose]();
await rm(folder, { recursive: true });
const good =
  code === 0 && keys.size === REQUESTS && lines.length === REQUESTS && worst <= CONCURRENCY && repeated >= 0;
console.log(good ? 'nothing lost, nothing twice' : 'FAILED');
process.exitCode = good ? 0 : 1;
