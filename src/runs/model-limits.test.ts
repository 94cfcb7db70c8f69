import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { DEFAULT_RETRY } from '../analysts/chat/retry.js';
import { startTestServer } from '../analysts/chat/test-server.js';
import { temporaryFolder } from '../temporary-folder.fixture.js';
import { carryOut } from './carry-out.js';
import { readExperiment } from './experiment.js';
import { ONE_CASE } from './one-case.fixture.js';
import { KEY, sitting, sittings, type Trial } from './test-sittings.js';

test('a budget stops the run cleanly, and counts what earlier sittings used', async () => {
  const [first, second] = (await sittings([() => 'YES:<20>', () => 'YES:<20>'], {
    head: 'repeats: 5\nconcurrency: 1\nbudget: {requests: 4}',
  })) as [Trial, Trial];
  expect(first.requests).toHaveLength(4);
  expect(first.outcome.unfinished).toEqual(['the budget of 4 requests is used up']);
  expect(second.requests).toHaveLength(0);
});

test('a budget of tokens is not exceeded by what is under way', async () => {
  const usage = { prompt_tokens: 20_000, completion_tokens: 600, total_tokens: 20_600 };
  const { requests, outcome } = await sitting(() => ({ text: 'YES:<20>', usage }), {
    head: 'repeats: 5\nconcurrency: 5\nstages: [leak]\nbudget: {tokens: 2000}',
  });
  expect(requests).toHaveLength(1);
  expect(outcome.unfinished).toEqual(['the budget of 2000 tokens is used up']);
});

test('money is counted where the price is known, and a budget of money needs one', async () => {
  const contestant = '{analyst: openai:gpt-4.1-mini}';
  const head = 'repeats: 5\nconcurrency: 1\nstages: [leak]\nbudget: {usd: 0.0035}';
  const usage = { prompt_tokens: 1000, completion_tokens: 500, total_tokens: 1500 };
  const { replies, outcome } = await sitting(() => ({ text: 'YES:<20>', usage }), { head, contestant });
  expect(replies.map(({ cost }) => cost)).toEqual([0.0012, 0.0012]);
  expect(outcome.unfinished).toEqual([
    'the budget of 0.0035 US dollars has no room for another request (0.0024 used)',
  ]);
  await expect(sitting(() => 'never asked', { head })).rejects.toMatchObject({
    code: 'usage',
    message: 'a budget in US dollars needs the price of openai:test-model, which is unknown',
  });
});

test('what is allowed a minute counts for each model, and a stop ends the wait', async () => {
  const stop = new AbortController();
  const { requests, outcome } = await sitting(
    () => 'YES:<20>',
    { head: 'repeats: 3\nperMinute: {requests: 2}' },
    {
      stop: stop.signal,
      onProgress: (event) => {
        if (event.kind === 'answered' && event.line.repeat === 2) setTimeout(() => stop.abort(), 20);
      },
    },
  );
  expect(requests).toHaveLength(2);
  expect(outcome).toMatchObject({ answered: 2, unfinished: ['stopped'] });
});

test('a server that has no request left for now is left alone until it says, and a stop ends the wait', async () => {
  const stop = new AbortController();
  const { requests, outcome, events } = await sitting(
    (_, index) => ({
      text: 'YES:<20>',
      headers: {
        'x-ratelimit-remaining-requests': `${1 - index}`,
        'x-ratelimit-reset-requests': '1m0s',
      },
    }),
    { head: 'stages: [leak]\nrepeats: 5\nconcurrency: 1' },
    {
      stop: stop.signal,
      retry: DEFAULT_RETRY,
      onProgress: (event) => {
        if (event.kind === 'answered' && event.line.repeat === 2) setTimeout(() => stop.abort(), 20);
      },
    },
  );
  expect(requests).toHaveLength(2);
  expect(outcome).toMatchObject({ answered: 2, unfinished: ['stopped'] });
  expect(events.filter(({ kind }) => kind === 'limit')).toEqual([]);
});

test('no more requests at a time than the experiment says', async () => {
  await using folder = await temporaryFolder();
  const file = path.join(folder.path, 'model.yaml');
  await writeFile(
    file,
    'schema: 1\nname: m\ncases: [dispatch-37-report]\nrepeats: 12\nconcurrency: 3\ncontestants: [{analyst: [openai:a, openai:b]}]\n',
  );
  await using server = await startTestServer(async () => {
    await new Promise((resolve) => setTimeout(resolve, 5));
    return 'YES:<20>';
  });
  const environment = { OPENAI_API_KEY: KEY, OPENAI_BASE_URL: server.url };
  await carryOut(await readExperiment(file), { datasets: ONE_CASE, runs: folder.path, environment });
  expect(server.requests).toHaveLength(72);
  expect(server.peak).toBe(3);
});
