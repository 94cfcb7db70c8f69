import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { batchProvider, startBatchServer } from '../analysts/chat/test-batch-server.js';
import { type Behaviour, type SeenRequest, startTestServer } from '../analysts/chat/test-server.js';
import { temporaryFolder } from '../temporary-folder.fixture.js';
import { type CarryOutOptions, carryOut } from './carry-out.js';
import { estimate } from './estimate.js';
import { readExperiment } from './experiment.js';
import { readJsonLines } from './json-lines.js';
import { loadRun } from './load-run.js';
import { otlpReceiver } from './otlp-receiver.fixture.js';
import type { Progress } from './progress.js';
import { replyLineSchema } from './run-file.js';
import { LOG_SECRETS, secretiveCase } from './secretive-case.fixture.js';
import { KEY } from './test-sittings.js';
import { openTrace } from './trace.js';

afterEach(() => vi.unstubAllEnvs());

const TOKEN = 'sk-abcdefghijklmnop1234';
const KEYS = [KEY, TOKEN];
/** All secrets, as a server that knows them all would say them. */
const ALL = [...LOG_SECRETS, ...KEYS, `Bearer ${KEY}`].join(' ');
/** The same where a message is cut short: each secret once at each place around the cut. */
const LONG = Array.from({ length: 40 }, (_, index) => `${'.'.repeat(index)}${ALL}`).join(' ');

/** A record as the server was told to call it: the roles are hosts, and come to it as names. */
const named = ({ body }: SeenRequest) => /<HOST-\d+>/.exec(JSON.stringify(body.messages))?.[0] ?? '';

/** Says back what it got, beside all secrets. */
function echo(request: SeenRequest, more: object = {}): Behaviour {
  // Not all of it: what is said back comes again with the next question, and would double with each.
  const got = JSON.stringify(request.body.messages?.at(-1));
  const said = `${got} ${JSON.stringify(request.headers)} ${ALL}`;
  const text =
    request.body.response_format === undefined
      ? `${said}\nYES:<${named(request)}:351>`
      : JSON.stringify({ verdict: 'YES', records: [`${named(request)}:351`], explanation: said });
  const headers = { 'x-request-id': ALL, 'openai-organization': ALL };
  return { text, finishReason: `stop ${ALL}`, headers, ...more };
}

/** Says everything back in every way in which a server can say something. */
function hostile(request: SeenRequest, index: number): Behaviour {
  const error = { message: LONG, code: ALL, type: ALL, param: ALL };
  const headers = { 'x-request-id': ALL, 'retry-after': '0' };
  switch (index % 12) {
    case 0:
      return { status: 500, headers, body: { error } };
    case 1:
      return { raw: `${ALL} {"choices": ${ALL}` };
    case 3:
      return { status: 502, headers, body: `<html>${LONG}</html>` };
    case 4:
      return { text: '', finishReason: ALL };
    case 6:
      return { text: null, refusal: ALL };
    case 8:
      return { status: 400, headers, body: { error } };
    case 10:
      return { status: 429, headers, body: { error } };
    default:
      return echo(request);
  }
}

/** The same with look-ups before each answer. */
function hostileWithTools(request: SeenRequest, index: number): Behaviour {
  const seen = (request.body.messages ?? []).filter(({ role }) => role === 'tool').length;
  const calls = [
    { name: 'search', args: { text: 'hunter2' } },
    { name: 'search', args: { text: named(request) } },
    { name: ALL, args: { [ALL]: ALL } },
    { name: 'lines', args: `${ALL} is no JSON` },
    { name: 'record', args: { id: `${named(request)}:351` } },
  ];
  if (index % 4 !== 0 && seen < calls.length) return echo(request, { calls: calls.slice(seen, seen + 1) });
  return hostile(request, index);
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => path.join(parentPath, name));
}

interface Written {
  readonly folder: string;
  /** Everything below the run's folder, by file. */
  readonly files: ReadonlyMap<string, string>;
  readonly events: readonly Progress[];
}

/** Carries an experiment out twice: the second sitting asks again what failed in the first. */
async function written(
  folder: string,
  contestant: string,
  baseUrl: string,
  more: Partial<CarryOutOptions> = {},
): Promise<Written> {
  const datasets = await secretiveCase(folder);
  const file = path.join(folder, 'redacted.yaml');
  await writeFile(
    file,
    `schema: 1\nname: redacted\nrepeats: 3\ncontestants: [{analyst: [rules, baselines]}, ${contestant}]\n`,
  );
  const experiment = await readExperiment(file);
  const events: Progress[] = [];
  const options: CarryOutOptions = {
    datasets,
    runs: path.join(folder, 'runs'),
    environment: { OPENAI_API_KEY: KEY, OPENAI_BASE_URL: baseUrl },
    retry: { retries: 1, firstWaitMs: 1, longestWaitMs: 1 },
    onProgress: (event) => events.push(event),
    ...more,
  };
  await carryOut(experiment, options);
  const outcome = await carryOut(experiment, { ...options, retryErrors: true });
  const files = new Map<string, string>();
  for (const name of await filesBelow(options.runs)) files.set(name, await readFile(name, 'utf8'));
  return { folder: outcome.folder, files, events };
}

function expectNoSecret(what: string, text: string): void {
  for (const secret of [...LOG_SECRETS, ...KEYS]) {
    const at = text.indexOf(secret);
    const around = at === -1 ? '' : text.slice(Math.max(0, at - 80), at + 80);
    expect(around, `${secret} in ${what}`).toBe('');
  }
}

test.each([
  'strategy: whole',
  'strategy: digest, upstream: truth',
  'strategy: whole, streaming: true',
  'strategy: whole, answers: schema',
  'protocol: map-reduce, chunkTokens: 400',
  'protocol: map-reduce, chunkTokens: 400, answers: schema',
  'protocol: tools',
  'protocol: tools, answers: schema',
])('a server that says every secret back, asked with %s: none is sent to it or written', async (settings) => {
  await using endpoint = await otlpReceiver();
  vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', endpoint.url);
  const trace = await openTrace();
  await using folder = await temporaryFolder();
  await using server = await startTestServer(settings.includes('tools') ? hostileWithTools : hostile);
  const contestant = `{analyst: openai:test-model, redact: true, ${settings}}`;
  const { folder: run, files, events } = await written(folder.path, contestant, server.url, { trace });
  expect(await trace.close()).toBe(0);

  expect(server.requests.length).toBeGreaterThan(10);
  for (const { body } of server.requests) expectNoSecret('a request', JSON.stringify(body));
  expect([...files.keys()].map((name) => path.basename(name))).toEqual(
    expect.arrayContaining(['run.json', 'cases.jsonl', 'replies.jsonl', 'prompts.jsonl', 'texts.jsonl']),
  );
  for (const [name, text] of files) expectNoSecret(path.basename(name), text);
  expectNoSecret('what is told meanwhile', JSON.stringify(events));
  expectNoSecret('a trace', endpoint.bodies.join(''));
  expect(endpoint.bodies.join('')).toContain('<HOST-');

  // Nothing is found there, and not because nothing was said.
  const lines = await readJsonLines(path.join(run, 'replies.jsonl'), replyLineSchema);
  expect(lines.some(({ text }) => text !== null && /<HOST-\d+>.*\[redacted\]/s.test(text))).toBe(true);
  expect(lines.some(({ error }) => error?.message.includes('<HOST-'))).toBe(true);
  expect(lines.some(({ finishReason }) => finishReason?.includes('<HOST-'))).toBe(true);
  expect((await loadRun(run)).keys[0]?.truth.leak.records[0]).toMatch(/^<HOST-\d+>:20$/);
});

test('asked in batches: the same', async () => {
  await using folder = await temporaryFolder();
  const provider = batchProvider((round) => ({
    answer: ({ body }, index) => {
      const request = { path: '', headers: {}, body };
      if (index === 1) return { status: 400, body: { error: { message: LONG, code: ALL } } };
      return index === 2 && round === 0
        ? { text: '', finishReason: ALL }
        : (echo(request) as { text: string });
    },
    damage: (lines) =>
      round === 1
        ? lines.map((line) => {
            const { custom_id } = JSON.parse(line);
            return JSON.stringify({ custom_id, response: null, error: { code: ALL, message: ALL } });
          })
        : lines,
  }));
  await using server = await startBatchServer(provider);
  const contestant = '{analyst: openai:gpt-4.1, redact: true}';
  const { files, events } = await written(folder.path, contestant, server.url, { batch: { pollMs: 1 } });
  expect(provider.batches.length).toBeGreaterThan(3);
  expectNoSecret('a batch', JSON.stringify(provider.batches.map(({ requests }) => requests)));
  for (const [name, text] of files) expectNoSecret(path.basename(name), text);
  expectNoSecret('what is told meanwhile', JSON.stringify(events));
});

test('what is stored is not asked again, and is foreseen as such', async () => {
  await using folder = await temporaryFolder();
  await using server = await startTestServer((request) => echo(request));
  const options = {
    datasets: await secretiveCase(folder.path),
    runs: path.join(folder.path, 'runs'),
    environment: { OPENAI_API_KEY: KEY, OPENAI_BASE_URL: server.url },
  };
  for (const settings of ['strategy: digest', 'protocol: tools', 'answers: schema, upstream: truth']) {
    const file = await folder.write(
      'again.yaml',
      `schema: 1\nname: again\ncontestants: [{analyst: openai:test-model, redact: true, ${settings}}]\n`,
    );
    const experiment = await readExperiment(file);
    expect(await carryOut(experiment, options)).toMatchObject({ answered: 3, errors: 0, unfinished: [] });
    expect(await carryOut(experiment, options)).toMatchObject({ answered: 0, kept: 3, unfinished: [] });
    expect(await estimate(experiment, options)).toMatchObject([{ requests: 0 }]);
  }
  expect(server.requests).toHaveLength(9);
});

test('a run that was made without redaction is not gone on with: its secrets would stay', async () => {
  await using folder = await temporaryFolder();
  await using server = await startTestServer(() => 'NO:<>');
  const sitting = async (settings: string, fresh = false) => {
    const file = await folder.write(
      'mixed.yaml',
      `schema: 1\nname: mixed\ncontestants: [{analyst: openai:test-model${settings}}]\n`,
    );
    return carryOut(await readExperiment(file), {
      datasets: await secretiveCase(folder.path),
      runs: path.join(folder.path, 'runs'),
      environment: { OPENAI_API_KEY: KEY, OPENAI_BASE_URL: server.url },
      fresh,
    });
  };
  await sitting('');
  await expect(sitting(', redact: true')).rejects.toMatchObject({
    code: 'usage',
    message: 'this run was made without redaction',
  });
  expect(await sitting(', redact: true', true)).toMatchObject({ answered: 3 });
  await expect(sitting('')).rejects.toMatchObject({ message: 'this run was made with redaction' });
});
