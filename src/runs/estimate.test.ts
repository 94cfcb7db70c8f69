import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { startTestServer } from '../analysts/chat/test-server.js';
import { loadCounter } from '../context/tokens.js';
import { packageRoot } from '../package-root.js';
import { temporaryFolder } from '../temporary-folder.fixture.js';
import { carryOut } from './carry-out.js';
import { estimate } from './estimate.js';
import { type Experiment, readExperiment } from './experiment.js';
import { ONE_CASE } from './one-case.fixture.js';

async function experiment(
  folder: string,
  contestants: string,
  id = 'dispatch-37-report',
): Promise<Experiment> {
  const file = path.join(folder, 'e.yaml');
  await writeFile(file, `schema: 1\nname: e\ncases: [${id}]\nrepeats: 2\ncontestants: [${contestants}]\n`);
  return readExperiment(file);
}

test('what is counted beforehand is what is sent', async () => {
  await using folder = await temporaryFolder();
  await using server = await startTestServer(() => ' leak'.repeat(600));
  const environment = { OPENAI_API_KEY: 'test', OPENAI_BASE_URL: server.url };
  const options = { datasets: ONE_CASE, runs: folder.path, environment };
  const plan = await experiment(folder.path, '{analyst: [rules, "openai:gpt-4.1"]}');
  const [told, ...rest] = await estimate(plan, options);
  expect(rest).toEqual([]);
  expect(server.requests).toHaveLength(0);

  await carryOut(plan, options);
  const { count } = await loadCounter('o200k_base');
  const sent = server.requests.flatMap(({ body }) => body.messages ?? []);
  const tokens = sent.reduce((sum, { content }) => sum + count(content) + 4, 0);
  expect(told).toMatchObject({ contestant: 'openai:gpt-4.1', requests: 6, outputTokens: 3600 });
  expect(told?.inputTokens).toBe(tokens);
  expect(told?.cost).toBeCloseTo((tokens * 2 + 3600 * 8) / 1e6);
  expect(told?.priceAsOf).toMatch(/^\d{4}-\d\d-\d\d$/);

  expect(await estimate(plan, options)).toMatchObject([{ requests: 0, inputTokens: 0, cost: 0 }]);
  expect(await estimate(plan, { ...options, fresh: true })).toMatchObject([{ requests: 6 }]);
});

test('with tools the least is told, and that it is the least', async () => {
  await using folder = await temporaryFolder();
  const plan = await experiment(folder.path, '{analyst: openai:gpt-4.1, protocol: [tools, conversation]}');
  const told = await estimate(plan, {
    datasets: ONE_CASE,
    runs: folder.path,
    environment: { OPENAI_API_KEY: 'test' },
  });
  expect(told).toMatchObject([
    { requests: 6, atLeast: true },
    { requests: 6, atLeast: false },
  ]);
});

test('an unknown price is no price', async () => {
  await using folder = await temporaryFolder();
  const plan = await experiment(folder.path, '{analyst: openai:unheard-of}');
  const told = await estimate(plan, {
    datasets: ONE_CASE,
    runs: folder.path,
    environment: { OPENAI_API_KEY: 'test' },
  });
  expect(told).toMatchObject([{ requests: 6, cost: null, priceAsOf: null, impossible: [] }]);
});

test('what cannot be put to the model is told beforehand', async () => {
  await using folder = await temporaryFolder();
  const plan = await experiment(folder.path, '{analyst: openai:gpt-4.1, chunkTokens: 256}', 'dispatch-37');
  const told = await estimate(plan, {
    datasets: path.join(packageRoot, 'datasets/dispatch-37'),
    runs: folder.path,
    environment: { OPENAI_API_KEY: 'test' },
  });
  expect(told).toMatchObject([
    { requests: 0, cost: 0, impossible: [{ case: 'dispatch-37', reason: expect.stringContaining('256') }] },
  ]);
});

test('what failed and stays failed is not counted, what is asked again is', async () => {
  await using folder = await temporaryFolder();
  await using server = await startTestServer(() => ({ status: 400 }));
  const options = {
    datasets: ONE_CASE,
    runs: folder.path,
    environment: { OPENAI_API_KEY: 'test', OPENAI_BASE_URL: server.url },
  };
  const plan = await experiment(folder.path, '{analyst: openai:gpt-4.1}');
  await carryOut(plan, options);
  expect(await estimate(plan, options)).toMatchObject([{ requests: 0 }]);
  expect(await estimate(plan, { ...options, retryErrors: true })).toMatchObject([{ requests: 6 }]);
});
