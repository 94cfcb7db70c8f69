import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { startTestServer } from '../analysts/chat/test-server.js';
import { packageRoot } from '../package-root.js';
import { chunkSchema } from '../report/chunk-schema.js';
import { diagnosisSchema } from '../report/diagnosis-schema.js';
import { temporaryFolder } from '../temporary-folder.fixture.js';
import { runCli } from './run-cli.fixture.js';

const LOG = path.join(packageRoot, 'datasets/dispatch-37-report/logs/router-a.log');
const ROUTER_A = path.join(packageRoot, 'datasets/dispatch-37/logs/router-a.log');
const SECRET = 'Sun Nov 22 09:01:01 2026 NET (INFO) link to broker-1.acme.com lost\n';

async function chunks(...words: string[]) {
  const { stdout, stderr, code } = await runCli(['chunk', ...words, '--json']);
  expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
  return stdout
    .trim()
    .split('\n')
    .map((line) => chunkSchema.strict().parse(JSON.parse(line)));
}

describe('chunk', () => {
  test("--model counts the model's tokens and fills its window, --budget goes before", async () => {
    const estimated = await chunks(LOG, '--strategy', 'whole', '--model', 'anthropic:claude-sonnet-4-5');
    const exact = await chunks(LOG, '--strategy', 'whole', '--model', 'openai:gpt-4.1');
    expect(estimated[0]?.tokens).toBeGreaterThan(exact[0]?.tokens ?? 0);
    const refused = await runCli([
      'chunk',
      ROUTER_A,
      '--strategy',
      'whole',
      '--model',
      'openai:gpt-4.1',
      '--budget',
      '9000',
    ]);
    expect(refused.stderr).toMatch(/takes \d+ tokens, and the budget is 9000/);
    expect(refused.code).toBe(2);
  });

  test('--no-clean leaves lines as they are, --clean takes addresses out', async () => {
    const [asIs] = await chunks(LOG, '--strategy', 'records', '--no-clean');
    const [clean] = await chunks(LOG, '--strategy', 'records');
    const [cleanWhole] = await chunks(LOG, '--strategy', 'whole', '--clean');
    expect(asIs?.text).toMatch(/==\d+==.* 0x[0-9A-F]{4,}:/);
    for (const one of [clean, cleanWhole]) expect(one?.text).not.toMatch(/ 0x[0-9A-F]{4,}:/);
  });

  test('--stage makes retrieve search for that question', async () => {
    const search = ['--strategy', 'retrieve', '--budget', '2000'];
    const leak = await chunks(ROUTER_A, ...search, '--stage', 'leak');
    const relationship = await chunks(ROUTER_A, ...search, '--stage', 'relationship');
    expect(leak[0]?.text).not.toBe(relationship[0]?.text);
  });

  test('--stats tells the figures of the chunks that --json prints', async () => {
    const words = [ROUTER_A, '--strategy', 'records', '--budget', '20000'];
    const printed = await chunks(...words);
    const { stdout } = await runCli(['chunk', ...words, '--stats', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({
      chunks: printed.length,
      tokens: printed.reduce((sum, { tokens }) => sum + tokens, 0),
      largest: Math.max(...printed.map(({ tokens }) => tokens)),
      records: 690,
      shown: 690,
      stacks: 690,
    });
  });

  test('--redact names secrets, and --mapping keeps what they stand for in a file of its own', async () => {
    await using folder = await temporaryFolder();
    const log = await folder.write('broker.log', SECRET);
    const mapping = path.join(folder.path, 'mapping.json');
    const [chunk] = await chunks(log, '--strategy', 'whole', '--redact', '--mapping', mapping);
    expect(chunk?.text).toContain('link to <HOST-1> lost');
    expect(JSON.parse(readFileSync(mapping, 'utf8'))).toEqual({ '<HOST-1>': 'broker-1.acme.com' });
    expect(statSync(mapping).mode & 0o077).toBe(0);

    const before = readFileSync(mapping);
    const again = await runCli(['chunk', log, '--redact', '--mapping', mapping]);
    expect(again.stderr).toContain('there is something already');
    expect([again.code, again.stdout]).toEqual([2, '']);
    expect(readFileSync(mapping)).toEqual(before);

    const alone = await runCli(['chunk', log, '--mapping', path.join(folder.path, 'other.json')]);
    expect(alone.stderr).toContain('--mapping is for --redact');
  });
});

describe('diagnose --redact', () => {
  test('sends names, prints what was there, and keeps the mapping', async () => {
    await using server = await startTestServer(() => 'Lost: <HOST-1>.\nYES:<351>');
    await using folder = await temporaryFolder();
    const log = await folder.write('broker.log', SECRET + readFileSync(LOG, 'utf8'));
    const mapping = path.join(folder.path, 'mapping.json');
    const { stdout, stderr, code } = await runCli(
      ['diagnose', log, '--model', 'openai:test-model', '--redact', '--mapping', mapping, '--json'],
      { env: { OPENAI_API_KEY: 'key-of-the-test', OPENAI_BASE_URL: server.url } },
    );
    expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
    expect(JSON.stringify(server.requests)).not.toContain('acme');
    expect(diagnosisSchema.parse(JSON.parse(stdout)).stages.leak.text).toContain('Lost: broker-1.acme.com.');
    expect(JSON.parse(readFileSync(mapping, 'utf8'))).toMatchObject({ '<HOST-1>': 'broker-1.acme.com' });
  });

  test('is refused where nothing is sent', async () => {
    const { stderr, code } = await runCli(['diagnose', LOG, '--redact']);
    expect(stderr).toContain('rules sends nothing');
    expect(code).toBe(2);
  });
});
