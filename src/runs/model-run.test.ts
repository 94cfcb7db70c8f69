import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { type Behaviour, type SeenRequest, startTestServer } from '../analysts/chat/test-server.js';
import { temporaryFolder } from '../temporary-folder.fixture.js';
import { carryOut } from './carry-out.js';
import { readExperiment } from './experiment.js';
import { loadRun } from './load-run.js';
import { ONE_CASE } from './one-case.fixture.js';
import { KEY, sitting, sittings, type Trial } from './test-sittings.js';

test('a conversation: three questions, each with all that was said before, each reply stored', async () => {
  const { replies, requests, outcome } = await sitting((_, index) => `YES:<351> (${index})`);
  expect(outcome).toMatchObject({ questions: 3, answered: 3, kept: 0, errors: 0, unfinished: [] });
  expect(replies.map(({ stage, text }) => [stage, text])).toEqual([
    ['relationship', 'YES:<351> (0)'],
    ['leak', 'YES:<351> (1)'],
    ['root-cause', 'YES:<351> (2)'],
  ]);
  expect(replies[0]).toMatchObject({
    error: null,
    usage: { inputTokens: 100, outputTokens: 10 },
    finishReason: 'stop',
    attempts: 1,
    cost: null,
  });
  expect(requests.map(({ body }) => body.messages?.map(({ role }) => role))).toEqual([
    ['user'],
    ['user', 'assistant', 'user'],
    ['user', 'assistant', 'user', 'assistant', 'user'],
  ]);
  expect(requests[2]?.body.messages?.slice(0, 4)).toEqual([
    ...(requests[1]?.body.messages ?? []),
    { role: 'assistant', content: 'YES:<351> (1)' },
  ]);
});

test('lines that a reply quotes are looked up in the log', async () => {
  const quoting =
    '> 9 bytes in 1 blocks are definitely lost in loss record 22 of 2,684\n> 5 bytes in 1 blocks are lost';
  const { replies } = await sitting(() => quoting, { head: 'stages: [leak]' });
  expect(replies[0]?.quotes).toEqual({ quoted: 2, found: 1 });
});

test('settings reach the server', async () => {
  const { requests } = await sitting(() => 'NO:<>', {
    contestant:
      '{analyst: openai:test-model, temperature: 0, topP: 0.5, seed: 7, maxOutput: 99, reasoningEffort: low}',
  });
  expect(requests[0]?.body).toMatchObject({
    model: 'test-model',
    temperature: 0,
    top_p: 0.5,
    seed: 7,
    max_tokens: 99,
    reasoning_effort: 'low',
  });
});

test('no answer is asked for twice, and no repeat gets the answer of another', async () => {
  const [first, again] = (await sittings([(_, index) => `YES:<20> (${index})`, () => 'never asked'], {
    head: 'repeats: 4',
  })) as [Trial, Trial];
  expect(first.requests).toHaveLength(12);
  expect(new Set(first.replies.map(({ text }) => text)).size).toBe(12);
  expect(again.requests).toHaveLength(0);
  expect(again.outcome).toMatchObject({ answered: 0, kept: 12, unfinished: [] });
  expect(again.replies).toEqual(first.replies);
});

test('what failed stays failed until it is asked for again', async () => {
  const [, kept, retried] = (await sittings(
    [(_, index) => (index === 1 ? { status: 400 } : 'YES:<20>'), () => 'NO:<>', () => 'NO:<>'],
    {},
    [{}, {}, { retryErrors: true }],
  )) as [Trial, Trial, Trial];
  expect(kept.requests).toHaveLength(0);
  expect(kept.replies.map(({ error }) => error?.kind ?? null)).toEqual([null, 'bad-request', 'upstream']);
  expect(kept.outcome).toMatchObject({ kept: 3, errors: 2 });
  expect(retried.requests).toHaveLength(2);
  expect(retried.replies.map(({ text }) => text)).toEqual(['YES:<20>', 'NO:<>', 'NO:<>']);
});

test('what was asked with other words is asked anew, and the last reply holds', async () => {
  await using folder = await temporaryFolder();
  const file = path.join(folder.path, 'model.yaml');
  await writeFile(
    file,
    'schema: 1\nname: m\ncases: [dispatch-37-report]\nstages: [leak]\ncontestants: [{analyst: openai:a}]\n',
  );
  await using server = await startTestServer((_, index) => `YES:<${index}>`);
  const options = {
    datasets: ONE_CASE,
    runs: folder.path,
    environment: { OPENAI_API_KEY: KEY, OPENAI_BASE_URL: server.url },
  };
  const { folder: run } = await carryOut(await readExperiment(file), options);
  const stored = path.join(run, 'replies.jsonl');
  const [reply] = (await loadRun(run)).replies;
  const other = (await readFile(stored, 'utf8')).replace(reply?.prompt as string, 'f'.repeat(64));
  await writeFile(stored, other);

  expect(await carryOut(await readExperiment(file), options)).toMatchObject({ answered: 1, kept: 0 });
  expect((await loadRun(run)).replies).toEqual([
    expect.objectContaining({ ...reply, text: 'YES:<1>', latencyMs: expect.any(Number) }),
  ]);
  expect((await readFile(stored, 'utf8')).split('\n')).toHaveLength(3);
});

test('stopped, nothing new is asked, what is under way is stored, and the rest comes next time', async () => {
  const stop = new AbortController();
  const [first, second] = (await sittings(
    [
      () => {
        stop.abort();
        return 'YES:<20>';
      },
      () => 'YES:<22>',
    ],
    { head: 'repeats: 2\nconcurrency: 1' },
    [{ stop: stop.signal }, {}],
  )) as [Trial, Trial];
  expect(first.outcome).toMatchObject({ answered: 1, unfinished: ['stopped'] });
  expect(first.replies.map(({ text }) => text)).toEqual(['YES:<20>']);
  expect(second.outcome).toMatchObject({ answered: 5, kept: 1, unfinished: [] });
});

test('stopped while waiting to ask again, the question stays open', async () => {
  const stop = new AbortController();
  const { outcome, replies } = await sitting(
    () => ({ status: 429 }),
    {},
    {
      stop: stop.signal,
      retry: { retries: 5, firstWaitMs: 60_000, longestWaitMs: 60_000 },
      onProgress: (event) => {
        if (event.kind === 'retry') stop.abort();
      },
    },
  );
  expect(outcome.unfinished).toEqual(['stopped']);
  expect(replies).toEqual([]);
});

test('given up, a request under way leaves its question open', async () => {
  const [stop, abort] = [new AbortController(), new AbortController()];
  const { outcome, replies } = await sitting(
    () => {
      stop.abort();
      abort.abort();
      return 'hang';
    },
    {},
    { stop: stop.signal, abort: abort.signal },
  );
  expect(outcome).toMatchObject({ answered: 0, unfinished: ['stopped'] });
  expect(replies).toEqual([]);
});

test('a server that is not there stops the contestant, and its questions stay open', async () => {
  await using gone = await startTestServer(() => 'never asked');
  const baseUrl = gone.url;
  await gone[Symbol.asyncDispose]();
  const { replies, outcome, events } = await sitting(() => 'never asked', {
    head: 'repeats: 10\nconcurrency: 1',
    contestant: `{analyst: openai:test-model, baseUrl: "${baseUrl}"}`,
  });
  expect(replies).toEqual([]);
  expect(events.filter(({ kind }) => kind === 'retry')).toHaveLength(2);
  expect(outcome.unfinished).toEqual([
    expect.stringMatching(/: the server cannot be reached: connect ECONNREFUSED .* \(check the network/),
  ]);
});

test('what goes wrong beyond a question stops all others before it is told', async () => {
  let answered = 0;
  const requests: SeenRequest[] = [];
  const broken = sitting(
    (request) => {
      requests.push(request);
      return 'YES:<20>';
    },
    { head: 'repeats: 50\nconcurrency: 2', contestant: '{analyst: [openai:a, openai:b]}' },
    {
      onProgress: (event) => {
        if (event.kind === 'answered' && ++answered === 3) throw new Error('the display broke');
      },
    },
  );
  await expect(broken).rejects.toThrow('the display broke');
  expect(requests.length).toBeLessThan(12);
});

test('with the truth upstream, each stage goes on from the right answers', async () => {
  const { requests, replies } = await sitting((_, index) => (index === 0 ? { status: 400 } : 'NO:<>'), {
    contestant: '{analyst: openai:test-model, upstream: truth}',
    head: 'stages: [leak, root-cause]',
  });
  expect(replies.map(({ error }) => error?.kind ?? null)).toEqual(['bad-request', null]);
  const said = requests[1]?.body.messages
    ?.filter(({ role }) => role === 'assistant')
    .map(({ content }) => content);
  expect(said).toEqual([expect.stringMatching(/^YES:<QDR/), expect.stringMatching(/^YES:<[\d,]+>$/)]);
});

test('answers: schema asks for the JSON object of the stage', async () => {
  const { requests, replies } = await sitting(() => '{"verdict":"YES"}', {
    contestant: '{analyst: openai:test-model, answers: schema}',
  });
  expect(requests.map(({ body }) => body.response_format)).toMatchObject([
    { type: 'json_schema', json_schema: { name: 'relationship', strict: true } },
    { json_schema: { name: 'leak', schema: { required: ['explanation', 'verdict', 'records'] } } },
    { json_schema: { name: 'root_cause' } },
  ]);
  expect(replies[0]?.text).toBe('{"verdict":"YES"}');
});

test('map-reduce: each chunk is a question of its own that is kept, and an error of one is told', async () => {
  const yaml = {
    contestant: '{analyst: openai:test-model, protocol: map-reduce, chunkTokens: 400}',
    head: 'stages: [leak]',
  };
  const [first, again, retried] = (await sittings(
    [
      (_, index) => (index === 1 ? { status: 400 } : `YES:<20> ${index}`),
      () => 'never asked',
      () => 'YES:<22>',
    ],
    yaml,
    [{}, {}, { retryErrors: true }],
  )) as [Trial, Trial, Trial];
  const chunks = first.requests.length;
  expect(chunks).toBeGreaterThan(1);
  expect(first.outcome).toMatchObject({ questions: 1, answered: 1, errors: 1, unfinished: [] });
  expect(first.replies.map(({ chunk }) => chunk)).toEqual(
    Array.from({ length: chunks + 1 }, (_, chunk) => chunk),
  );
  expect(first.replies[0]?.error).toEqual({
    kind: 'upstream',
    message: expect.stringMatching(/^chunk \d has no answer: the server answered 400/),
  });
  expect(again.requests).toHaveLength(0);
  expect(again.outcome).toMatchObject({ kept: 1, answered: 0, errors: 1 });
  expect(retried.requests).toHaveLength(2);
  expect(retried.replies[0]).toMatchObject({ chunk: 0, text: 'YES:<22>', error: null });
});

test('tools: the model looks things up, each step is kept, and the reply without a call answers', async () => {
  const lookups: Behaviour[] = [
    { text: null, calls: [{ name: 'groups', args: {} }] },
    {
      text: 'Let me see.',
      calls: [
        { name: 'record', args: { id: '351' } },
        { name: 'lines', args: '{"log": ' },
      ],
    },
    'YES:<351>',
  ];
  const yaml = { contestant: '{analyst: openai:test-model, protocol: tools}', head: 'stages: [leak]' };
  const [first, again] = (await sittings(
    [(_, index) => lookups[index] as Behaviour, () => 'never asked'],
    yaml,
  )) as [Trial, Trial];
  expect(first.outcome).toMatchObject({ questions: 1, answered: 1, errors: 0, unfinished: [] });
  expect(first.requests[0]?.body.tools).toMatchObject([
    { function: { name: 'search' } },
    { function: { name: 'lines' } },
    { function: { name: 'groups' } },
    { function: { name: 'record' } },
  ]);
  const [, , third] = first.requests;
  expect(third?.body.messages?.map(({ role }) => role)).toEqual([
    'user',
    'assistant',
    'tool',
    'assistant',
    'tool',
    'tool',
  ]);
  const results = third?.body.messages?.filter(({ role }) => role === 'tool').map(({ content }) => content);
  expect(results).toEqual([
    expect.stringMatching(/^4 groups:/),
    expect.stringContaining('definitely lost in loss record 351'),
    expect.stringMatching(/^error: /),
  ]);
  expect(first.replies.map(({ chunk, text, calls }) => [chunk, text, calls?.length])).toEqual([
    [0, 'YES:<351>', undefined],
    [1, '', 1],
    [2, 'Let me see.', 2],
  ]);
  expect(again.requests).toHaveLength(0);
  expect(again.outcome).toMatchObject({ kept: 1, answered: 0 });
});

test('tools work with streaming as well', async () => {
  const { replies, requests } = await sitting(
    (_, index) =>
      index === 0 ? { text: 'Wait.', calls: [{ name: 'record', args: { id: '20' } }] } : 'YES:<20>',
    { contestant: '{analyst: openai:test-model, protocol: tools, streaming: true}', head: 'stages: [leak]' },
  );
  expect(requests[1]?.body.messages?.at(-1)?.content).toContain('possibly lost in loss record 20');
  expect(replies.map(({ chunk, text, calls }) => [chunk, text, calls?.[0]?.args])).toEqual([
    [0, 'YES:<20>', undefined],
    [1, 'Wait.', { id: '20' }],
  ]);
});

test('tools: look-ups without end are ended, and a failed step is the error of the question', async () => {
  const contestant = '{analyst: openai:test-model, protocol: tools}';
  const endless = await sitting(
    ({ body }) =>
      body.tool_choice === 'none' ? 'UNSURE' : { text: null, calls: [{ name: 'groups', args: {} }] },
    { contestant, head: 'stages: [leak]' },
  );
  expect(endless.requests).toHaveLength(20);
  expect(endless.replies[0]).toMatchObject({ chunk: 0, text: 'UNSURE' });

  const narrow = await sitting(
    ({ body }) =>
      body.tool_choice === 'none' ? 'UNSURE' : { text: null, calls: [{ name: 'groups', args: {} }] },
    { contestant: '{analyst: openai:test-model, protocol: tools, chunkTokens: 256}', head: 'stages: [leak]' },
  );
  expect(narrow.requests.length).toBeLessThan(6);

  const [failed, kept, retried] = (await sittings(
    [
      (_, index) => (index === 0 ? { text: null, calls: [{ name: 'groups', args: {} }] } : { status: 400 }),
      () => 'never asked',
      () => 'YES:<20>',
    ],
    { contestant, head: 'stages: [leak]' },
    [{}, {}, { retryErrors: true }],
  )) as [Trial, Trial, Trial];
  expect(failed.outcome).toMatchObject({ answered: 1, errors: 1 });
  expect(failed.replies[0]).toMatchObject({ chunk: 0, error: { kind: 'bad-request' } });
  expect(kept.requests).toHaveLength(0);
  expect(retried.requests).toHaveLength(1);
  expect(retried.replies[0]).toMatchObject({ chunk: 0, text: 'YES:<20>', error: null });
});
