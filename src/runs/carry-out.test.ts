import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { startTestServer } from '../analysts/chat/test-server.js';
import { temporaryFolder } from '../temporary-folder.fixture.js';
import { type CarryOutOptions, carryOut } from './carry-out.js';
import { type Experiment, readExperiment } from './experiment.js';
import { loadRun } from './load-run.js';
import { ONE_CASE } from './one-case.fixture.js';
import type { Progress } from './progress.js';

async function experiment(folder: string, more = ''): Promise<Experiment> {
  const file = path.join(folder, 'small.yaml');
  const head = 'schema: 1\nname: small\ncases: [dispatch-37-report]\nrepeats: 2\n';
  await writeFile(file, more || `${head}contestants:\n  - analyst: [rules, baselines, transcript:report]\n`);
  return readExperiment(file);
}

async function bytesOf(folder: string): Promise<Record<string, string>> {
  const names = await readdir(folder);
  const texts = await Promise.all(names.map((name) => readFile(path.join(folder, name), 'utf8')));
  return Object.fromEntries(names.map((name, index) => [name, texts[index] as string]));
}

test('every question gets its line, and a second run makes the same bytes', async () => {
  await using folder = await temporaryFolder();
  const events: Progress[] = [];
  const options: CarryOutOptions = {
    datasets: ONE_CASE,
    runs: folder.path,
    onProgress: (event) => events.push(event),
  };
  const plan = await experiment(folder.path);
  const outcome = await carryOut(plan, options);
  expect(outcome).toEqual({
    folder: path.join(folder.path, 'small'),
    questions: 42,
    answered: 42,
    kept: 0,
    errors: 0,
    unfinished: [],
  });
  expect(events[0]).toMatchObject({ kind: 'begin', questions: 42 });
  const answers = events.filter((event) => event.kind === 'answered');
  expect(answers).toHaveLength(42);
  const rightOf = (contestant: string) =>
    answers.filter(({ line, right }) => line.contestant === contestant && right).length;
  expect([rightOf('always-yes'), rightOf('always-no')]).toEqual([6, 0]);

  const first = await bytesOf(outcome.folder);
  expect(Object.keys(first).sort()).toEqual(['cases.jsonl', 'replies.jsonl', 'run.json']);
  await carryOut(plan, options);
  expect(await bytesOf(outcome.folder)).toEqual(first);
  expect(Object.values(first).join('')).not.toContain(folder.path);
});

test('a run is read back as it was carried out', async () => {
  await using folder = await temporaryFolder();
  const { folder: run } = await carryOut(await experiment(folder.path), {
    datasets: ONE_CASE,
    runs: folder.path,
  });
  const { run: file, keys, replies } = await loadRun(run);
  expect(file).toMatchObject({ name: 'small', repeats: 2, cases: ['dispatch-37-report'], prompts: {} });
  expect(keys.map((key) => [key.case, key.records.map(({ id }) => id)])).toEqual([
    ['dispatch-37-report', ['20', '22', '253', '351']],
  ]);
  expect(replies).toHaveLength(42);
  const recorded = replies.filter(({ contestant }) => contestant === 'transcript:report');
  expect(recorded.map(({ stage, repeat }) => `${stage} ${repeat}`)).toEqual([
    'relationship 1',
    'relationship 2',
    'leak 1',
    'leak 2',
    'root-cause 1',
    'root-cause 2',
  ]);
  expect(recorded.at(-1)?.text).toContain('YES: {351, 20, 22, 253}');
});

test('variants are asked about like cases, and the same bytes come of them again', async () => {
  await using folder = await temporaryFolder();
  const plan = await experiment(
    folder.path,
    `schema: 1
name: small
cases:
  - dispatch-37-report
  - {case: dispatch-37-report, vary: [{renumber: true, seed: 4}, {truncate: true}]}
contestants:
  - analyst: all-definite
  - analyst: rules
    cases: [{case: "*", vary: {truncate: true}}]
`,
  );
  const options = { datasets: ONE_CASE, runs: folder.path };
  const { folder: made, questions } = await carryOut(plan, options);
  expect(questions).toBe(3 * 3 + 3);
  const { run, keys, replies } = await loadRun(made);
  expect(run.cases).toEqual([
    'dispatch-37-report',
    'dispatch-37-report.renumber.seed-4',
    'dispatch-37-report.truncate.seed-1',
  ]);
  expect(Object.keys(run.hashes)).toEqual(run.cases);
  expect(run.contestants[1]?.cases).toEqual(['dispatch-37-report.truncate.seed-1']);
  expect(keys.map(({ variantOf, records }) => [variantOf, records.length])).toEqual([
    [undefined, 4],
    ['dispatch-37-report', 4],
    ['dispatch-37-report', 0],
  ]);
  const [, renumbered] = keys;
  const cited = replies.find(({ case: id, stage }) => id === renumbered?.case && stage === 'leak')?.text;
  for (const { id, kind } of renumbered?.records ?? []) {
    expect([id, cited?.includes(id)]).toEqual([id, kind === 'definitely-lost']);
  }
  const first = await bytesOf(made);
  await carryOut(plan, options);
  expect(await bytesOf(made)).toEqual(first);
});

test('a transcript is asked only about the cases that have it', async () => {
  await using folder = await temporaryFolder();
  const plan = await experiment(
    folder.path,
    'schema: 1\nname: small\ncases: ["dispatch-37*"]\ncontestants: [{analyst: transcript:report}]\n',
  );
  const { folder: run, questions } = await carryOut(plan, { runs: folder.path });
  expect(questions).toBe(3);
  expect((await loadRun(run)).run.contestants[0]?.cases).toEqual(['dispatch-37-report']);
});

test('stopped before the end, the earlier run stays as it was', async () => {
  await using folder = await temporaryFolder();
  const plan = await experiment(folder.path);
  const { folder: run } = await carryOut(plan, { datasets: ONE_CASE, runs: folder.path });
  const before = await bytesOf(run);
  const stop = new AbortController();
  const outcome = await carryOut(
    { ...plan, repeats: 1 },
    { datasets: ONE_CASE, runs: folder.path, stop: stop.signal, onProgress: () => stop.abort() },
  );
  expect(outcome).toMatchObject({ answered: 0, kept: 0, unfinished: ['stopped'] });
  expect(await bytesOf(run)).toEqual(before);
});

test.each(['rules', 'openai:a'])(
  'stopped before a first run has begun, %s leaves no folder',
  async (analyst) => {
    await using folder = await temporaryFolder();
    const plan = await experiment(
      folder.path,
      `schema: 1\nname: small\ncases: [dispatch-37-report]\ncontestants: [{analyst: "${analyst}"}]\n`,
    );
    const environment = { OPENAI_API_KEY: 'none of it is sent' };
    const stop = AbortSignal.abort();
    await carryOut(plan, { datasets: ONE_CASE, runs: folder.path, environment, stop });
    expect(await readdir(folder.path)).toEqual(['small.yaml']);
  },
);

test('begun afresh, the earlier run stands beside the new one', async () => {
  await using folder = await temporaryFolder();
  const plan = await experiment(folder.path);
  const { folder: run } = await carryOut(plan, { datasets: ONE_CASE, runs: folder.path });
  const before = await bytesOf(run);
  await carryOut(plan, { datasets: ONE_CASE, runs: folder.path, fresh: true });
  expect((await readdir(folder.path)).sort()).toEqual(['small', 'small.1', 'small.yaml']);
  expect(await bytesOf(`${run}.1`)).toEqual(before);
});

test('begun afresh, nothing is taken from a folder that has lost its run.json', async () => {
  await using folder = await temporaryFolder();
  await using server = await startTestServer((_, index) => `NO:<> ${index}`);
  const plan = await experiment(
    folder.path,
    'schema: 1\nname: small\ncases: [dispatch-37-report]\nstages: [leak]\ncontestants: [{analyst: openai:a}]\n',
  );
  const environment = { OPENAI_API_KEY: 'test', OPENAI_BASE_URL: server.url };
  const options = { datasets: ONE_CASE, runs: folder.path, environment };
  const { folder: run } = await carryOut(plan, options);
  await rm(path.join(run, 'run.json'));
  expect(await carryOut(plan, { ...options, fresh: true })).toMatchObject({ answered: 1, kept: 0 });
  expect((await loadRun(run)).replies.map(({ text }) => text)).toEqual(['NO:<> 1']);
  expect(await readdir(`${run}.1`)).toContain('replies.jsonl');
});

test('a run of a newer leaktrail is left alone', async () => {
  await using folder = await temporaryFolder();
  const plan = await experiment(folder.path);
  const { folder: run } = await carryOut(plan, { datasets: ONE_CASE, runs: folder.path });
  await writeFile(path.join(run, 'run.json'), '{"schema": 2, "figures": []}');
  const refused = { code: 'input', message: 'a newer leaktrail wrote this run (schema 2, known: 1)' };
  await expect(loadRun(run)).rejects.toMatchObject(refused);
  await expect(carryOut(plan, { datasets: ONE_CASE, runs: folder.path })).rejects.toMatchObject(refused);
  expect(await readFile(path.join(run, 'run.json'), 'utf8')).toContain('"schema": 2');
});

test('a case that is not there is told with the experiment file', async () => {
  await using folder = await temporaryFolder();
  const plan = await experiment(
    folder.path,
    'schema: 1\nname: small\ncases: [dispatch-38]\ncontestants: [{analyst: rules}]\n',
  );
  await expect(carryOut(plan, { datasets: ONE_CASE, runs: folder.path })).rejects.toMatchObject({
    message: 'no case is called dispatch-38',
    place: { file: plan.file },
  });
});
