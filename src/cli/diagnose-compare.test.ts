import path from 'node:path';
import { expect, test } from 'vitest';
import { type Behaviour, type SeenRequest, startTestServer } from '../analysts/chat/test-server.js';
import { packageRoot } from '../package-root.js';
import { diagnosesSchema } from '../report/diagnoses-schema.js';
import { temporaryFolder } from '../temporary-folder.fixture.js';
import { runCli } from './run-cli.fixture.js';

const LOG = path.join(packageRoot, 'datasets/dispatch-37-report/logs/router-a.log');
const MODEL = 'openai:gpt-4.1';
const COMPARE = ['diagnose', LOG, '--model', MODEL, '--compare', '--strategy', 'records'];
const ANSWERS = [
  'YES:<QDR.01 <-> QDR.02>',
  'YES:<351,20,9999>',
  'Function: qd_hash_free\nMechanism: nested object not freed\nYES:<20>',
];

/** The n-th question of a conversation gets the n-th answer. */
function answerInTurn({ body }: SeenRequest): Behaviour {
  return ANSWERS[(body.messages ?? []).filter(({ role }) => role === 'assistant').length] ?? 'UNSURE';
}

/** Asks as a user would, of a server that stands in for the provider. */
function ask(words: readonly string[], url: string) {
  return runCli(words, { env: { OPENAI_API_KEY: 'a-key', OPENAI_BASE_URL: url } });
}

test('--compare sets the rules beside a model: who cites what, what is not in the log, what it cost', async () => {
  await using server = await startTestServer(answerInTurn);
  const { stdout, stderr, code } = await ask([...COMPARE, '--json'], server.url);
  expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
  const { comparison, diagnoses } = diagnosesSchema.strict().parse(JSON.parse(stdout));
  const [rules, model] = diagnoses;
  expect([rules?.analyst, model?.analyst]).toEqual(['rules', MODEL]);

  expect(comparison.leak.agree).toBe(true);
  const [both, ...others] = comparison.leak.records;
  expect(both?.analysts).toEqual(['rules', MODEL]);
  expect([...(both?.items ?? [])].sort()).toEqual(['20', '351']);
  expect(others).toContainEqual({ analysts: [MODEL], items: ['9999'] });
  const byRules = others.find(({ analysts }) => analysts.join() === 'rules')?.items ?? [];
  const cited = rules?.stages.leak.records ?? [];
  expect([...byRules, ...(both?.items ?? [])].sort()).toEqual([...cited].sort());

  expect(comparison['root-cause'].functions.flatMap(({ items }) => items)).toContain('qd_hash_free');
  expect(model?.citations.find(({ id }) => id === '9999')).toMatchObject({ exists: false, shown: false });
  expect(rules).toMatchObject({ usage: null, cost: null });
  expect(model?.usage).toEqual({ inputTokens: 300, outputTokens: 30 });
  expect(model?.cost).toBeCloseTo((300 * 2 + 30 * 8) / 1e6);
  expect(server.requests).toHaveLength(3);
});

test('side by side for people: columns, and the records that both and only one cite', async () => {
  await using server = await startTestServer(answerInTurn);
  const text = (await ask(COMPARE, server.url)).stdout;
  expect(text).toMatch(/^ +rules +openai:gpt-4\.1\n/);
  expect(text).toMatch(/Is memory leaked\?\n {2}verdict +YES +YES\n {2}records +\d+ +3\n/);
  expect(text).toMatch(/ {2}not in the logs +– +9999\n/);
  expect(text).toMatch(/ {2}both: 2 records\n {4}20 351\n/);
  expect(text).toMatch(/ {2}tokens +– +300 in, 30 out\n {2}cost +– +\$0\.0008\n/);
  expect(text).toContain(`${MODEL} says`);
});

test.each([
  {
    what: 'fails',
    behaviour: { status: 400, body: { error: { message: 'no' } } },
    code: 1,
    says: /openai:gpt-4\.1: .*no/,
  },
  {
    what: 'refuses the key',
    behaviour: { status: 401, body: { error: { message: 'Incorrect API key', code: 'invalid_api_key' } } },
    code: 2,
    says: /openai:gpt-4\.1: .*key/,
  },
])("the rules' answer is kept when the model $what", async ({ behaviour, code: expected, says }) => {
  await using server = await startTestServer(() => behaviour);
  const { stdout, stderr, code } = await ask([...COMPARE, '--json'], server.url);
  const { comparison, diagnoses } = diagnosesSchema.parse(JSON.parse(stdout));
  expect(diagnoses[0]?.stages.leak).toMatchObject({ verdict: 'YES' });
  expect(diagnoses[1]?.stages.leak).toMatchObject({
    verdict: null,
    error: expect.stringContaining('not asked'),
  });
  expect(comparison.leak.agree).toBe(false);
  expect(stderr).toMatch(says);
  expect(stderr.trim().split('\n')).toHaveLength(1);
  expect(code).toBe(expected);
});

test('a comparison that cannot be is refused before anything is read or asked', async () => {
  await using folder = await temporaryFolder();
  for (const [words, says] of [
    [['--compare'], '--compare needs a model'],
    [['--model', MODEL, '--compare'], 'OPENAI_API_KEY is not set'],
    [['--model', 'rules', '--model', 'rules'], 'rules cannot be set beside itself'],
  ] as const) {
    const { code, stdout, stderr } = await runCli(['diagnose', LOG, ...words], { cwd: folder.path });
    expect(stderr).toContain(says);
    expect([code, stdout]).toEqual([2, '']);
  }
});
