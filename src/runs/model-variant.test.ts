import { expect, test } from 'vitest';
import { startTestServer } from '../analysts/chat/test-server.js';
import { temporaryFolder } from '../temporary-folder.fixture.js';
import { carryOut } from './carry-out.js';
import { estimate } from './estimate.js';
import { readExperiment } from './experiment.js';
import { loadRun } from './load-run.js';
import { ONE_CASE } from './one-case.fixture.js';

test('a model reads the variant, and goes on from its truth', async () => {
  await using folder = await temporaryFolder();
  await using server = await startTestServer(() => 'NO:<>');
  const file = await folder.write(
    'varied.yaml',
    `schema: 1
name: varied
stages: [root-cause]
cases: [{case: dispatch-37-report, vary: {renumber: true, seed: 4}}]
contestants: [{analyst: openai:gpt-4.1, strategy: whole, upstream: truth}]
`,
  );
  const experiment = await readExperiment(file);
  const environment = { OPENAI_API_KEY: 'test', OPENAI_BASE_URL: server.url };
  const options = { datasets: ONE_CASE, runs: folder.path, environment };
  expect(await estimate(experiment, options)).toMatchObject([{ requests: 1, impossible: [] }]);

  const { folder: made } = await carryOut(experiment, options);
  const { keys, replies } = await loadRun(made);
  expect(replies.map(({ case: id, text }) => [id, text])).toEqual([
    ['dispatch-37-report.renumber.seed-4', 'NO:<>'],
  ]);
  const [{ records, truth }] = keys as [(typeof keys)[number]];
  expect(truth.leak.records).not.toContain('351');
  const messages = server.requests[0]?.body.messages ?? [];
  for (const { number } of records) {
    expect(messages[0]?.content).toContain(`loss record ${number.toLocaleString('en-US')} of`);
  }
  const assumed = messages.filter(({ role }) => role === 'assistant').map(({ content }) => content);
  expect(assumed.at(-1)).toBe(`YES:<${truth.leak.records.join(',')}>`);
});
