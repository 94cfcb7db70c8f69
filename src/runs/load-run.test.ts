import { cp, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { packageRoot } from '../package-root.js';
import { temporaryFolder } from '../temporary-folder.fixture.js';
import { toJsonLines } from './json-lines.js';
import { loadRun } from './load-run.js';
import type { ReplyLine } from './run-file.js';

/** A run as schema 1 was when it was new. It is read as long as there is leaktrail. */
const GOLDEN = path.join(packageRoot, 'src/runs/golden-run');

async function goldenCopy(): Promise<{ readonly path: string } & AsyncDisposable> {
  const folder = await temporaryFolder();
  await cp(GOLDEN, folder.path, { recursive: true });
  return folder;
}

test('a run of schema 1 is read as it was written', async () => {
  const { run, keys, replies } = await loadRun(GOLDEN);
  expect(run).toMatchObject({ schema: 1, name: 'golden', version: '0.1.0', repeats: 1 });
  expect(run.contestants.map(({ id }) => id)).toEqual(['always-no', 'openai:gpt-4.1-mini temperature=0']);
  expect(keys.map((key) => [key.case, key.records.length, key.stacks.length])).toEqual([
    ['dispatch-37-report', 4, 4],
  ]);
  expect(
    replies.map(({ stage, text, error, finishReason }) => [stage, text ?? error?.kind, finishReason]),
  ).toEqual([
    ['relationship', 'NO:<>', undefined],
    ['leak', 'NO:<>', undefined],
    ['root-cause', 'NO:<>', undefined],
    ['relationship', 'YES:<QDR.01 <-> QDR.02>', 'stop'],
    ['leak', 'I cannot help with that.', 'refusal'],
    ['root-cause', 'bad-request', undefined],
  ]);
  expect(replies[3]?.usage).toEqual({
    inputTokens: 900,
    outputTokens: 12,
    cachedTokens: 512,
    reasoningTokens: 4,
  });
});

test('the order of the lines means nothing, except that the last one to a question holds', async () => {
  await using folder = await goldenCopy();
  const file = path.join(folder.path, 'replies.jsonl');
  const { replies } = await loadRun(GOLDEN);
  const old = replies.map((line): ReplyLine => ({ ...line, text: 'superseded', error: null }));
  await fc.assert(
    fc.asyncProperty(
      fc.shuffledSubarray([...replies], { minLength: replies.length }),
      fc.subarray(old),
      async (shuffled, superseded) => {
        await writeFile(file, toJsonLines([...superseded, ...shuffled]));
        expect((await loadRun(folder.path)).replies).toEqual(replies);
      },
    ),
    { numRuns: 25 },
  );
});

test('lines of what is no longer part of the run are left out', async () => {
  await using folder = await goldenCopy();
  const { replies } = await loadRun(GOLDEN);
  const [line] = replies as [ReplyLine, ...ReplyLine[]];
  await writeFile(
    path.join(folder.path, 'replies.jsonl'),
    toJsonLines([
      ...replies,
      { ...line, case: 'gone' },
      { ...line, contestant: 'gone' },
      { ...line, repeat: 2 },
    ]),
  );
  expect((await loadRun(folder.path)).replies).toEqual(replies);
});

test.each<[string, string, (text: string) => string, object]>([
  ['no JSON', 'run.json', (text) => text.slice(0, 40), { message: 'not JSON', code: 'input' }],
  [
    'a field that is wrong',
    'run.json',
    (text) => text.replace('"repeats": 1', '"repeats": 0'),
    { message: expect.stringMatching(/^repeats: /) },
  ],
  [
    'a newer schema',
    'run.json',
    (text) => text.replace('"schema": 1', '"schema": 9'),
    { message: 'a newer leaktrail wrote this run (schema 9, known: 1)' },
  ],
  [
    'a line that is wrong',
    'replies.jsonl',
    (text) => text.replace('"stage":"leak"', '"stage":"leek"'),
    {
      message: expect.stringMatching(/^stage: /),
      place: { file: expect.stringMatching(/replies/), line: 2 },
    },
  ],
])('told in one line: %s', async (_, name, spoil, expected) => {
  await using folder = await goldenCopy();
  const file = path.join(folder.path, name);
  await writeFile(file, spoil(await readFile(file, 'utf8')));
  await expect(loadRun(folder.path)).rejects.toMatchObject(expected);
});

test('a folder without a run', async () => {
  await using folder = await temporaryFolder();
  await expect(loadRun(folder.path)).rejects.toMatchObject({
    message: 'no run in this folder',
    code: 'input',
  });
});
