import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { batchProvider, startBatchServer } from '../analysts/chat/test-batch-server.js';
import { type Behaviour, type SeenRequest, startTestServer } from '../analysts/chat/test-server.js';
import { packageRoot } from '../package-root.js';
import { diagnosisSchema } from '../report/diagnosis-schema.js';
import { temporaryFolder } from '../temporary-folder.fixture.js';
import { runCli } from './run-cli.fixture.js';

const LOG = path.join(packageRoot, 'datasets/dispatch-37-report/logs/router-a.log');
const KEY = 'key-that-must-stay-secret-91c2';
const ANSWERS = [
  'YES:<QDR.01 <-> QDR.02>',
  'Seen in the log.\nYES:<351,20,9999>',
  'Function: qd_hash_free\nMechanism: nested object not freed\nYES:<20>',
];

/** The n-th question of a conversation gets the n-th answer. */
function answerInTurn({ body }: SeenRequest): Behaviour {
  const asked = (body.messages ?? []).filter(({ role }) => role === 'assistant').length;
  return ANSWERS[asked] ?? 'UNSURE';
}

test('diagnose asks a model over HTTP, in one conversation, and checks what it cites', async () => {
  await using server = await startTestServer(answerInTurn);
  const { stdout, stderr, code } = await runCli(
    ['diagnose', LOG, '--model', 'openai:test-model', '--strategy', 'records', '--format', 'json'],
    { env: { OPENAI_API_KEY: KEY, OPENAI_BASE_URL: server.url } },
  );
  expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
  const diagnosis = diagnosisSchema.parse(JSON.parse(stdout));
  expect(diagnosis.stages['root-cause']).toMatchObject({
    verdict: 'YES',
    functions: ['qd_hash_free'],
    mechanism: 'nested object not freed',
  });
  expect(diagnosis.citations.map(({ id, exists }) => [id, exists])).toEqual([
    ['351', true],
    ['20', true],
    ['9999', false],
  ]);
  expect(server.requests).toHaveLength(3);
  expect(server.requests[0]?.headers.authorization).toBe(`Bearer ${KEY}`);
  const last = server.requests[2]?.body.messages ?? [];
  expect(last.map(({ content }) => content)).toEqual(expect.arrayContaining([ANSWERS[0], ANSWERS[1]]));
  expect(JSON.stringify(last)).toContain('in loss record 351 of 2,684');
});

test('a refused key stops a diagnosis with one line', async () => {
  await using server = await startTestServer(() => ({
    status: 401,
    body: { error: { message: `Incorrect API key provided: ${KEY}`, code: 'invalid_api_key' } },
  }));
  const { stdout, stderr, code } = await runCli(['diagnose', LOG, '--model', 'openai:test-model'], {
    env: { OPENAI_API_KEY: KEY, OPENAI_BASE_URL: server.url },
  });
  expect(stderr).toMatch(/^leaktrail: .*key/i);
  expect(stdout + stderr).not.toContain(KEY);
  expect(stderr).not.toMatch(/\n\s+at /);
  expect(code).toBe(2);
});

test('bench runs an experiment, keeps its replies, and asks nothing twice', async () => {
  await using server = await startTestServer(answerInTurn);
  await using folder = await temporaryFolder();
  await folder.write(
    'mine.yaml',
    'schema: 1\nname: mine\ncases: [dispatch-37-report]\ncontestants:\n  - analyst: [always-yes, openai:test-model]\n',
  );
  const settings = { cwd: folder.path, env: { OPENAI_API_KEY: KEY, OPENAI_BASE_URL: server.url } };

  const unasked = await runCli(['bench', 'mine.yaml'], settings);
  expect(unasked.stderr).toContain('3 requests, cost unknown');
  expect([unasked.code, server.requests.length]).toEqual([2, 0]);

  const first = await runCli(['bench', 'mine.yaml', '--yes'], settings);
  expect(first.code).toBe(0);
  expect(first.stdout).toMatch(/openai:test-\S* +1\/1 +1\/1 +1\/1/);
  expect(server.requests).toHaveLength(3);

  const again = await runCli(['bench', 'mine.yaml', '--yes'], settings);
  expect(again.stdout).toBe(first.stdout);
  expect(again.stderr).toContain('3 kept from before');
  expect(server.requests).toHaveLength(3);

  const written = readdirSync(path.join(folder.path, 'results'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(path.join(entry.parentPath, entry.name), 'utf8'));
  expect(written.length).toBeGreaterThan(5);
  expect(written.join('\n')).not.toContain(KEY);
});

test('bench --batch asks stage by stage in batches, and plans with half the price', async () => {
  const provider = batchProvider(() => ({
    answer: ({ body }) => ANSWERS[((body.messages?.length ?? 1) - 1) / 2] ?? 'UNSURE',
  }));
  await using server = await startBatchServer(provider);
  await using folder = await temporaryFolder();
  await folder.write(
    'mine.yaml',
    'schema: 1\nname: mine\ncases: [dispatch-37-report]\ncontestants: [{analyst: openai:gpt-4.1}]\n',
  );
  const settings = { cwd: folder.path, env: { OPENAI_API_KEY: KEY, OPENAI_BASE_URL: server.url } };
  const plan = async (...more: string[]) => {
    const { stdout } = await runCli(['bench', 'mine.yaml', '--plan', '--json', ...more], settings);
    return JSON.parse(stdout)[0].cost as number;
  };
  expect(await plan('--batch')).toBeCloseTo((await plan()) / 2);
  expect(provider.calls).toEqual([]);

  const { stdout, stderr, code } = await runCli(['bench', 'mine.yaml', '--yes', '--batch'], settings);
  expect(stdout).toMatch(/openai:gpt-\S* +1\/1 +1\/1 +1\/1/);
  expect(stderr).toContain('batch batch_0 completed, 1 of 1 done');
  expect(code).toBe(0);
  expect(provider.batches).toHaveLength(3);
});

test('a server that fails is an error in the table, and the run says what to do', async () => {
  await using server = await startTestServer(() => ({
    status: 400,
    body: { error: { message: 'no such model' } },
  }));
  await using folder = await temporaryFolder();
  await folder.write(
    'bad.yaml',
    'schema: 1\nname: bad\ncases: [dispatch-37-report]\ncontestants: [{analyst: openai:test-model}]\n',
  );
  const { stdout, stderr } = await runCli(['bench', 'bad.yaml', '--yes'], {
    cwd: folder.path,
    env: { OPENAI_API_KEY: KEY, OPENAI_BASE_URL: server.url },
  });
  expect(stdout).toMatch(/openai:test-\S* .* 3\n?$/);
  expect(stderr).toContain('--retry-errors asks them again');
});

test('an experiment with a wrong field names the line', async () => {
  await using folder = await temporaryFolder();
  const file = await folder.write(
    'wrong.yaml',
    'schema: 1\nname: wrong\ncases: ["*"]\ncontestants:\n  - analyst: rules\n    temprature: 1\n',
  );
  const { stderr, code } = await runCli(['bench', file]);
  expect(stderr).toMatch(/^leaktrail: .*wrong\.yaml:[56]: /);
  expect([stderr.includes('temprature'), code]).toEqual([true, 1]);
});
