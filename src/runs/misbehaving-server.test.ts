import { afterEach, expect, test, vi } from 'vitest';
import type { Behaviour, SeenRequest } from '../analysts/chat/test-server.js';
import type { ReplyLine } from './run-file.js';
import { firstReply, KEY, sitting, sittings, type Trial } from './test-sittings.js';

afterEach(() => vi.restoreAllMocks());

const limited = (more: object = {}) => ({ status: 429, ...more });

test.each<[string, Behaviour, string]>([
  ['429', limited(), 'rate-limit: the server answered 429: error 429'],
  [
    '429 with Retry-After',
    limited({ headers: { 'retry-after': '0' } }),
    'rate-limit: the server answered 429: error 429',
  ],
  ['500', { status: 500 }, 'server: the server answered 500: error 500'],
  ['529', { status: 529 }, 'overloaded: the server answered 529: error 529'],
  [
    'an error page',
    { status: 502, body: '<html>bad\n gateway</html>' },
    'server: the server answered 502: <html>bad gateway</html>',
  ],
  ['a body that is cut', 'cut', 'connection: the connection failed: '],
  ['malformed JSON', { raw: '{"choices": [' }, 'malformed: the reply is not JSON: '],
  ['JSON of another kind', { raw: '{"hello": "world"}' }, 'empty: the reply holds no answer (no choices)'],
  ['no choices', { text: '', choices: 0 }, 'empty: the reply holds no answer (no choices)'],
  ['an empty answer', { text: '' }, 'empty: the reply holds no answer (finish reason stop)'],
])(
  '%s once: asked again, and the answer stored; for good: an error in the denominator',
  async (_, bad, error) => {
    const once = await firstReply((_, index) => (index === 0 ? bad : 'YES:<20>'));
    expect(once.line).toMatchObject({ text: 'YES:<20>', error: null, attempts: 2 });
    expect(once.events.filter(({ kind }) => kind === 'retry')).toMatchObject([
      {
        contestant: 'openai:test-model',
        reason: expect.stringContaining(error.slice(error.indexOf(': ') + 2)),
      },
    ]);

    const forGood = await firstReply(() => bad);
    expect(forGood.requests).toHaveLength(3);
    expect(forGood.outcome).toMatchObject({ answered: 1, errors: 1, unfinished: [] });
    expect(forGood.line).toMatchObject({ text: null, attempts: 3 });
    expect(`${forGood.line.error?.kind}: ${forGood.line.error?.message}`).toContain(error);
  },
);

const choice = (message: unknown) => ({ raw: JSON.stringify({ choices: [{ index: 0, message }] }) });

test.each<[string, Behaviour, string]>([
  ['null', { raw: 'null' }, 'empty: the reply holds no answer (no choices)'],
  ['an empty body', { raw: '' }, 'malformed: the reply is not JSON: Unexpected end of JSON input'],
  ['a page', { status: 200, body: '<html>log in</html>' }, 'empty: the reply holds no answer (no choices)'],
  [
    'choices that are none',
    { raw: '{"choices": {}}' },
    "malformed: the reply has not the form of the API's: object is not iterable",
  ],
  [
    'a choice that is none',
    { raw: '{"choices": [null]}' },
    "malformed: the reply has not the form of the API's: Cannot read properties of null",
  ],
  ['a message that is none', choice(null), 'empty: the reply holds no answer (finish reason none)'],
  ['a text that is none', choice({ role: 'assistant', content: 5 }), 'malformed: the reply holds no text'],
  [
    'a call that was not to be made',
    choice({ role: 'assistant', tool_calls: [{ id: '1', type: 'function', function: { name: 'rm' } }] }),
    'empty: the reply holds no answer (finish reason none)',
  ],
  ['an error that is no text', { status: 500, body: { error: { message: { a: 1 } } } }, '500: {"a":1}'],
  ['an error that is a number', { status: 500, body: { error: 4 } }, 'the server answered 500: 4'],
])('a reply of another form, %s, is asked for again and stored as an error', async (_, bad, error) => {
  const { line, outcome, requests } = await firstReply(() => bad);
  expect(requests).toHaveLength(3);
  expect(outcome).toMatchObject({ answered: 1, errors: 1, unfinished: [] });
  expect(`${line.error?.kind}: ${line.error?.message}`).toContain(error);
});

test('of a text in pieces the pieces that are text are taken', async () => {
  const content = [
    { type: 'text', text: 'YES:' },
    null,
    { type: 'image_url' },
    { type: 'text', text: '<20>' },
  ];
  const { line } = await firstReply(() => choice({ role: 'assistant', content }));
  expect(line).toMatchObject({ text: 'YES:<20>', error: null });
});

test('an object of another schema than the one asked for is an answer like any other', async () => {
  const { line, events } = await firstReply(
    () => '{"colour": "green"}',
    '{analyst: openai:test-model, answers: schema}',
  );
  expect(line).toMatchObject({ text: '{"colour": "green"}', error: null, attempts: 1 });
  expect(events.filter(({ kind }) => kind === 'answered')).toMatchObject([{ right: false }]);
});

/** A stream of events, each JSON or as it is. */
function stream(...events: (object | string)[]): Behaviour {
  const told = events.map((one) => `data: ${typeof one === 'string' ? one : JSON.stringify(one)}\n\n`);
  return { status: 200, headers: { 'content-type': 'text/event-stream' }, body: told.join('') };
}

const delta = (said: object, more: object = {}) => ({ choices: [{ index: 0, delta: said, ...more }] });
const YES = delta({ role: 'assistant', content: 'YES:<20>' });
const END = delta({}, { finish_reason: 'stop' });

test.each<[string, Behaviour, Partial<ReplyLine>]>([
  [
    'a refusal',
    stream(delta({ role: 'assistant', refusal: 'I cannot ' }), delta({ refusal: 'help.' }), END),
    { text: 'I cannot help.', finishReason: 'refusal' },
  ],
  [
    'two answers at once',
    stream(YES, { choices: [{ index: 1, delta: { role: 'assistant', content: 'NO:<>' } }] }, END),
    { text: 'YES:<20>', finishReason: 'stop' },
  ],
  ['an end that is said twice', stream(YES, END, END, '[DONE]'), { text: 'YES:<20>', finishReason: 'stop' }],
  [
    'an answer cut at the output limit',
    stream(YES, delta({}, { finish_reason: 'length' })),
    { text: 'YES:<20>', finishReason: 'length' },
  ],
])('streaming: %s is stored as what it is', async (_, behaviour, expected) => {
  const { line } = await firstReply(() => behaviour, '{analyst: openai:test-model, streaming: true}');
  expect(line).toMatchObject({ error: null, attempts: 1, ...expected });
});

test.each<[string, Behaviour, string]>([
  [
    'says an error in the middle',
    stream(YES, { error: { message: 'over capacity', code: 5 } }),
    'server: the server broke off: over capacity',
  ],
  ['holds a line that is no JSON', stream(YES, `{"${KEY}`, END), 'malformed: the reply is not JSON: '],
  ['holds nothing', stream(), 'empty: the reply holds no answer (no choices)'],
  ['has no end', stream(YES), 'malformed: the reply ended before it was complete'],
])('a stream that %s is asked for again, and nothing of it is printed', async (_, bad, error) => {
  const printed = vi.spyOn(console, 'error');
  const { line, requests } = await firstReply(() => bad, '{analyst: openai:test-model, streaming: true}');
  expect(requests).toHaveLength(3);
  expect(`${line.error?.kind}: ${line.error?.message}`).toContain(error);
  expect(printed).not.toHaveBeenCalled();
});

test.each<[string, Behaviour, string]>([
  [
    'a bad request',
    { status: 400, body: { error: { message: 'temperature: no' } } },
    'bad-request: the server answered 400: temperature: no',
  ],
  [
    'a log that is too long',
    { status: 400, body: { error: { message: 'too long', code: 'context_length_exceeded' } } },
    'context-length: the server answered 400: too long',
  ],
  [
    'a filtered answer',
    { text: '', finishReason: 'content_filter' },
    'filtered: the provider filtered the answer (content_filter)',
  ],
])('%s is an error at once, and what builds on it is not sent', async (_, bad, error) => {
  const { replies, requests, outcome } = await sitting(() => bad);
  expect(requests).toHaveLength(1);
  expect(replies.map((line) => `${line.error?.kind}: ${line.error?.message}`)).toEqual([
    error,
    'upstream: the relationship question has no answer to go on from',
    'upstream: the relationship question has no answer to go on from',
  ]);
  expect(outcome).toMatchObject({ answered: 3, errors: 3, unfinished: [] });
});

test.each<[string, Behaviour, Partial<ReplyLine>]>([
  [
    'a refusal',
    { text: null, refusal: 'I cannot help.' },
    { text: 'I cannot help.', finishReason: 'refusal' },
  ],
  [
    'an answer cut at the output limit',
    { text: 'YES:<35', finishReason: 'length' },
    { text: 'YES:<35', finishReason: 'length' },
  ],
  [
    'nothing but reasoning up to the limit',
    { text: '', finishReason: 'length' },
    { text: '', finishReason: 'length' },
  ],
  ['two answers at once', { text: 'YES:<20>', choices: 2 }, { text: 'YES:<20>', finishReason: 'stop' }],
])('%s is stored as what it is', async (_, behaviour, expected) => {
  const { line, requests } = await firstReply(() => behaviour);
  expect(requests).toHaveLength(1);
  expect(line).toMatchObject({ error: null, ...expected });
});

test.each([
  [null],
  [{}],
  [{ prompt_tokens: -5, completion_tokens: 2 }],
  [{ prompt_tokens: '12', completion_tokens: 2 }],
])('usage that cannot be is left out: %j', async (usage) => {
  const { line } = await firstReply(() => ({ text: 'NO:<>', usage }));
  expect(line.text).toBe('NO:<>');
  expect(line).not.toHaveProperty('usage');
});

test.each<[string, Behaviour, string]>([
  [
    '401',
    { status: 401, body: { error: { message: `Incorrect API key provided: ${KEY}` } } },
    'the server answered 401: Incorrect API key provided: [redacted] (check the key',
  ],
  [
    'no credit',
    { status: 429, body: { error: { message: 'You exceeded your quota', code: 'insufficient_quota' } } },
    'the server answered 429: You exceeded your quota (the account',
  ],
  [
    'a model that is not there',
    { status: 404, body: { error: { message: 'no such model' } } },
    'the server answered 404: no such model (check the name',
  ],
])(
  '%s stops the contestant with one message, and the same command goes on once it is mended',
  async (_, bad, message) => {
    const [first, second] = (await sittings([() => bad, () => 'YES:<20>'], {
      head: 'repeats: 3\nconcurrency: 1',
    })) as [Trial, Trial];
    expect(first.requests).toHaveLength(1);
    expect(first.events.filter(({ kind }) => kind === 'stopped')).toHaveLength(1);
    expect(first.replies).toEqual([]);
    expect(first.outcome.unfinished).toEqual([expect.stringContaining(`openai:test-model: ${message}`)]);
    expect(second.outcome).toMatchObject({ answered: 9, kept: 0, errors: 0, unfinished: [] });
  },
);

test('nothing of a key is written when the server sends it back', async () => {
  const echo = (request: SeenRequest, index: number): Behaviour => {
    const said = `${request.headers.authorization} key=${KEY} sk-abcdefghijklmnop1234`;
    return index % 2 === 0
      ? { text: said, refusal: said }
      : { status: 400, body: { error: { message: said } } };
  };
  const { written, requests, replies, events } = await sitting(echo, { head: 'repeats: 3' });
  expect(requests[0]?.headers.authorization).toBe(`Bearer ${KEY}`);
  expect(replies.some(({ text }) => text?.includes('[redacted]'))).toBe(true);
  for (const secret of [KEY, 'sk-abcdefghijklmnop1234']) {
    expect(written).not.toContain(secret);
    expect(JSON.stringify(events)).not.toContain(secret);
  }
});

test.concurrent.each<[Behaviour, boolean]>([
  ['hang', false],
  ['hang', true],
  ['drip', false],
  ['drip', true],
])(
  'a server that does not come to an end (%s, streaming: %j) is given up in time',
  async (bad, streaming) => {
    const contestant = (timeout: number) =>
      `{analyst: openai:test-model, timeout: ${timeout}, streaming: ${streaming}}`;
    const [once, forGood] = await Promise.all([
      firstReply((_, index) => (index === 0 ? bad : 'YES:<20>'), contestant(0.5)),
      firstReply(() => bad, contestant(0.05)),
    ]);
    expect(once.requests).toHaveLength(2);
    expect(once.line).toMatchObject({ text: 'YES:<20>', error: null, attempts: 2 });
    expect(forGood.line).toMatchObject({
      error: { kind: 'timeout', message: 'no complete reply within 0.05 s' },
      attempts: 3,
    });
  },
);

test('streaming: the same answer, and a stream that breaks off is asked for again', async () => {
  const { line, requests } = await firstReply(
    (_, index) => (index === 0 ? 'cut' : 'YES:<20> and more words'),
    '{analyst: openai:test-model, streaming: true}',
  );
  expect(requests.map(({ body }) => body.stream)).toEqual([true, true]);
  expect(line).toMatchObject({
    text: 'YES:<20> and more words',
    finishReason: 'stop',
    usage: { inputTokens: 100, outputTokens: 10 },
    attempts: 2,
  });
});
