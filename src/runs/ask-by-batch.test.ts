import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import {
  type BatchCourse,
  type BatchedAnswer,
  type BatchProvider,
  batchProvider,
  startBatchServer,
} from '../analysts/chat/test-batch-server.js';
import { temporaryFolder } from '../temporary-folder.fixture.js';
import { type CarryOutOptions, carryOut, type Outcome } from './carry-out.js';
import { readExperiment } from './experiment.js';
import { loadRun } from './load-run.js';
import { ONE_CASE } from './one-case.fixture.js';
import type { Progress } from './progress.js';
import type { ReplyLine } from './run-file.js';
import { KEY } from './test-sittings.js';

interface Trial {
  readonly outcome: Outcome;
  readonly replies: readonly ReplyLine[];
  readonly events: readonly Progress[];
}

/** One sitting by batch, over a connection of its own: the provider goes on however often it is spoken to. */
async function sitting(
  folder: Awaited<ReturnType<typeof temporaryFolder>>,
  provider: BatchProvider,
  more: Partial<CarryOutOptions> = {},
  yaml: { readonly head?: string; readonly contestant?: string } = {},
): Promise<Trial> {
  const { head = '', contestant = '{analyst: openai:gpt-4.1}' } = yaml;
  const file = await folder.write(
    'batch.yaml',
    `schema: 1\nname: batch\ncases: [dispatch-37-report]\n${head}\ncontestants: [${contestant}]\n`,
  );
  await using server = await startBatchServer(provider);
  const events: Progress[] = [];
  const outcome = await carryOut(await readExperiment(file), {
    datasets: ONE_CASE,
    runs: folder.path,
    environment: { OPENAI_API_KEY: KEY, OPENAI_BASE_URL: server.url },
    retry: { retries: 2, firstWaitMs: 1, longestWaitMs: 50 },
    batch: { pollMs: 1 },
    onProgress: (event) => events.push(event),
    ...more,
  });
  return { outcome, replies: (await loadRun(outcome.folder)).replies, events };
}

/** Batches that all go one way. */
const all = (answer: BatchCourse['answer'], more: Partial<BatchCourse> = {}) =>
  batchProvider(() => ({ answer, ...more }));

/** What was answered, the words first. */
const told = (replies: readonly ReplyLine[]) =>
  replies.map(({ stage, repeat, text, error }) => `${stage} ${repeat}: ${text ?? error?.kind}`);

test('a batch for each stage, each with what was answered before, at half the price', async () => {
  await using folder = await temporaryFolder();
  const provider = all(({ body }) => `YES:<351> ${body.messages?.length}`, { looks: 3 });
  const { outcome, replies, events } = await sitting(folder, provider, {}, { head: 'repeats: 2' });
  expect(outcome).toMatchObject({ questions: 6, answered: 6, kept: 0, errors: 0, unfinished: [] });
  expect(told(replies)).toEqual([
    'relationship 1: YES:<351> 1',
    'relationship 2: YES:<351> 1',
    'leak 1: YES:<351> 3',
    'leak 2: YES:<351> 3',
    'root-cause 1: YES:<351> 5',
    'root-cause 2: YES:<351> 5',
  ]);
  expect(provider.batches.map(({ requests }) => requests.length)).toEqual([2, 2, 2]);
  expect(provider.batches[1]?.requests[0]?.body).toMatchObject({
    model: 'gpt-4.1',
    messages: [{ role: 'user' }, { role: 'assistant', content: 'YES:<351> 1' }, { role: 'user' }],
  });
  // 100 tokens in and 10 out, at 2 and 8 US dollars for a million.
  expect(replies[0]).toMatchObject({ batch: 'batch_0', attempts: 1, cost: (100 * 2 + 10 * 8) / 1e6 / 2 });
  expect(replies[0]).toHaveProperty('quotes');
  const looks = events.filter((event) => event.kind === 'batch' && event.batch === 'batch_0');
  expect(looks).toMatchObject([
    { status: 'in_progress', done: 0, total: 2, pollMs: 1 },
    { status: 'in_progress' },
    { status: 'completed', done: 2, total: 2, pollMs: 0 },
  ]);
  expect(events.filter(({ kind }) => kind === 'answered')).toHaveLength(6);
  const names = await readdir(outcome.folder);
  expect(names.filter((name) => name.startsWith('outbox'))).toEqual([]);
  const written = await Promise.all(names.map((name) => readFile(path.join(outcome.folder, name), 'utf8')));
  expect(written.join('')).not.toContain(KEY);
});

test('what is asked is what would be asked without a batch', async () => {
  await using folder = await temporaryFolder();
  const contestant =
    '{analyst: openai:gpt-4.1, temperature: 0, seed: 7, maxOutput: 99, answers: schema, streaming: true}';
  const provider = all(() => '{"verdict":"NO"}');
  await sitting(folder, provider, {}, { head: 'stages: [leak]', contestant });
  const [request] = provider.batches[0]?.requests ?? [];
  expect(request).toMatchObject({
    url: '/v1/chat/completions',
    body: { temperature: 0, seed: 7, max_tokens: 99, response_format: { json_schema: { name: 'leak' } } },
  });
  expect(request?.body.stream).not.toBe(true);
});

test('stopped while it waits, the next sitting fetches the same batch and sends nothing twice', async () => {
  await using folder = await temporaryFolder();
  const stop = new AbortController();
  const provider = all(() => 'YES:<20>', { looks: 3 });
  const yaml = { head: 'stages: [leak]\nrepeats: 2' };
  const first = await sitting(
    folder,
    provider,
    { stop: stop.signal, onProgress: ({ kind }) => kind === 'batch' && stop.abort() },
    yaml,
  );
  expect(first.outcome.unfinished).toEqual(['stopped; the batches that were sent go on at the provider']);
  expect(first.replies).toEqual([]);
  await expect(sitting(folder, provider, { batch: undefined } as object, yaml)).rejects.toMatchObject({
    code: 'usage',
    message: 'answers of this run are still to be fetched from the provider',
  });
  const second = await sitting(folder, provider, {}, yaml);
  expect(second.outcome).toMatchObject({ answered: 2, kept: 0, unfinished: [] });
  expect(provider.batches).toHaveLength(1);
  const third = await sitting(folder, provider, {}, yaml);
  expect(third.outcome).toMatchObject({ answered: 0, kept: 2 });
  expect(provider.calls.filter((call) => call.startsWith('POST'))).toHaveLength(2);
});

test.each([0, 2])(
  'a batch whose id did not come back is found again by its tag (%i retries)',
  async (retries) => {
    await using folder = await temporaryFolder();
    let disturbed = false;
    const provider = batchProvider(
      () => ({ answer: () => 'YES:<20>' }),
      (call) => {
        if (disturbed || call !== 'POST /v1/batches') return null;
        disturbed = true;
        return 'hang up after';
      },
    );
    const yaml = { head: 'stages: [leak]' };
    const retry = { retries, firstWaitMs: 1, longestWaitMs: 1 };
    const first = await sitting(folder, provider, { retry }, yaml);
    expect(first.outcome.unfinished).toHaveLength(retries === 0 ? 1 : 0);
    const second = await sitting(folder, provider, {}, yaml);
    expect(told(second.replies)).toEqual(['leak 1: YES:<20>']);
    expect(provider.batches).toHaveLength(1);
  },
);

test('a batch that was never made is sent again', async () => {
  await using folder = await temporaryFolder();
  let refusals = 3;
  const provider = batchProvider(
    () => ({ answer: () => 'YES:<20>' }),
    (call) => (call === 'POST /v1/batches' && refusals-- > 0 ? { status: 500 } : null),
  );
  const yaml = { head: 'stages: [leak]' };
  const first = await sitting(folder, provider, {}, yaml);
  expect(first.events.filter(({ kind }) => kind === 'retry')).toHaveLength(2);
  expect(first.outcome.unfinished).toEqual(['openai:gpt-4.1: the server answered 500: error 500']);
  const second = await sitting(folder, provider, {}, yaml);
  expect(second.outcome).toMatchObject({ answered: 1, unfinished: [] });
  expect(provider.batches).toHaveLength(1);
});

test('errors of single requests are errors of their questions, and what is worth it is sent again', async () => {
  await using folder = await temporaryFolder();
  const courses: BatchedAnswer[][] = [
    [
      { status: 400, body: { error: { message: 'too long', code: 'context_length_exceeded' } } },
      { status: 500 },
      'A',
    ],
    [{ status: 500 }],
    ['B'],
  ];
  const provider = batchProvider((batch) => ({
    answer: (_, index) => courses[batch]?.[index] as BatchedAnswer,
  }));
  const { replies, outcome } = await sitting(folder, provider, {}, { head: 'stages: [leak]\nrepeats: 3' });
  expect(told(replies)).toEqual(['leak 1: context-length', 'leak 2: B', 'leak 3: A']);
  expect(replies.map(({ attempts }) => attempts)).toEqual([1, 3, 1]);
  expect(outcome).toMatchObject({ answered: 3, errors: 1, unfinished: [] });
});

test('an expired batch: what was answered is kept, the rest is sent again, three times at most', async () => {
  await using folder = await temporaryFolder();
  const provider = batchProvider((batch) => ({
    status: 'expired',
    answer: (_, index) => (batch === 0 && index === 0 ? 'YES:<20>' : 'expired'),
  }));
  const { replies } = await sitting(folder, provider, {}, { head: 'stages: [leak]\nrepeats: 2' });
  expect(provider.batches.map(({ requests }) => requests.length)).toEqual([2, 1, 1]);
  expect(told(replies)).toEqual(['leak 1: YES:<20>', 'leak 2: timeout']);
  expect(replies[1]?.error?.message).toBe('the batch expired: not in time');
});

test('lines that are torn, strange or missing are asked for again, and an answer counts once', async () => {
  await using folder = await temporaryFolder();
  const damage = (lines: string[]) => {
    const [first = '', second = ''] = lines;
    return [first, first.replace('YES', 'NO'), second.slice(0, 60), '{"custom_id": 7}', 'null', ''];
  };
  const provider = batchProvider((batch) => ({
    answer: (_, index) => `YES:<${batch}${index}>`,
    ...(batch === 0 && { damage }),
  }));
  const { replies, outcome } = await sitting(folder, provider, {}, { head: 'stages: [leak]\nrepeats: 3' });
  expect(told(replies)).toEqual(['leak 1: YES:<00>', 'leak 2: YES:<10>', 'leak 3: YES:<11>']);
  expect(outcome.unfinished).toEqual([]);

  await using other = await temporaryFolder();
  const mute = batchProvider(() => ({ answer: () => 'YES:<20>', damage: () => [] }));
  const silent = await sitting(other, mute, {}, { head: 'stages: [leak]' });
  expect(mute.batches).toHaveLength(3);
  expect(silent.replies).toMatchObject([
    { error: { kind: 'server', message: 'the batch ended without a line for the question' }, attempts: 3 },
  ]);
});

test('a refused batch and a cancelled one stop the contestant; the same command sends what is left', async () => {
  await using folder = await temporaryFolder();
  const courses: BatchCourse[] = [
    { status: 'failed', answer: () => 'never asked' },
    { status: 'cancelled', answer: (_, index) => (index === 0 ? 'A' : 'expired') },
    { answer: () => 'B' },
  ];
  const provider = batchProvider((batch) => courses[batch] as BatchCourse);
  const yaml = { head: 'stages: [leak]\nrepeats: 2' };
  const failed = await sitting(folder, provider, {}, yaml);
  expect(failed.outcome.unfinished).toEqual([
    'openai:gpt-4.1: the provider refused batch batch_0: line 1 is no request',
  ]);
  const cancelled = await sitting(folder, provider, {}, yaml);
  expect(cancelled.outcome.unfinished).toEqual([
    'openai:gpt-4.1: batch batch_1 was cancelled; the same command sends what it left',
  ]);
  expect(told(cancelled.replies)).toEqual(['leak 1: A']);
  const rest = await sitting(folder, provider, {}, yaml);
  expect(told(rest.replies)).toEqual(['leak 1: A', 'leak 2: B']);
  expect(provider.batches.map(({ requests }) => requests.length)).toEqual([2, 2, 1]);
});

test('a refused key stops the contestant with one message', async () => {
  await using folder = await temporaryFolder();
  const provider = batchProvider(
    () => ({ answer: () => 'never asked' }),
    () => ({ status: 401 }),
  );
  const { outcome, events } = await sitting(folder, provider);
  expect(outcome.unfinished).toEqual([
    expect.stringContaining('the server answered 401: error 401 (check the key'),
  ]);
  expect(events.filter(({ kind }) => kind === 'stopped')).toHaveLength(1);
});

test('errors are asked again on request, and only once', async () => {
  await using folder = await temporaryFolder();
  const provider = all(() => ({ status: 400 }));
  const yaml = { head: 'stages: [leak]' };
  await sitting(folder, provider, {}, yaml);
  const again = await sitting(folder, provider, { retryErrors: true }, yaml);
  expect(again.outcome).toMatchObject({ answered: 1, errors: 1, unfinished: [] });
  expect(provider.batches).toHaveLength(2);
});

test('large batches are cut, and all parts are waited for', async () => {
  await using folder = await temporaryFolder();
  const provider = all(() => 'NO:<>', { looks: 2 });
  const size = { requests: 2, bytes: 1e6 };
  const { outcome } = await sitting(
    folder,
    provider,
    { batch: { pollMs: 1, size } },
    { head: 'stages: [leak]\nrepeats: 5' },
  );
  expect(provider.batches.map(({ requests }) => requests.length)).toEqual([2, 2, 1]);
  expect(outcome).toMatchObject({ answered: 5, unfinished: [] });
});

test('a budget cuts the batch, and what was answered is stored whatever is left of it', async () => {
  await using folder = await temporaryFolder();
  const provider = all(() => 'NO:<>');
  const { outcome, replies } = await sitting(
    folder,
    provider,
    {},
    { head: 'repeats: 5\nbudget: {requests: 7}' },
  );
  expect(provider.batches.map(({ requests }) => requests.length)).toEqual([5, 2]);
  expect(replies).toHaveLength(7);
  expect(outcome.unfinished).toEqual(['the budget of 7 requests is used up']);
});

test('map-reduce: all chunks of a stage in one batch, then what was found in them', async () => {
  await using folder = await temporaryFolder();
  const provider = all(() => 'YES:<20>');
  const contestant = '{analyst: openai:gpt-4.1, protocol: map-reduce, chunkTokens: 256}';
  const { outcome } = await sitting(folder, provider, {}, { head: 'stages: [leak]', contestant });
  expect(outcome).toMatchObject({ answered: 1, unfinished: [] });
  expect(provider.batches).toHaveLength(2);
  expect(provider.batches[0]?.requests.length).toBeGreaterThan(1);
  expect(provider.batches[1]?.requests).toHaveLength(1);
});

test('what cannot be asked by batch is refused before anything is sent', async () => {
  await using folder = await temporaryFolder();
  const provider = all(() => 'never asked');
  await expect(
    sitting(folder, provider, {}, { contestant: '{analyst: openai:gpt-4.1, protocol: tools}' }),
  ).rejects.toMatchObject({ code: 'usage' });
  expect(provider.calls).toEqual([]);
});
