import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { EVIDENCE_KINDS } from '../analysts/rules/analysis.js';
import { LeaktrailError } from '../error.js';
import { packageRoot } from '../package-root.js';
import { temporaryFolder } from '../temporary-folder.fixture.js';
import { type Experiment, readExperiment } from './experiment.js';

async function read(yaml: string): Promise<Experiment> {
  await using folder = await temporaryFolder();
  const file = path.join(folder.path, 'e.yaml');
  await writeFile(file, yaml);
  return await readExperiment(file);
}

/** Where and what, without the folder: `e.yaml:3: ...`. */
async function complaint(yaml: string): Promise<string> {
  const error = await read(yaml).catch((thrown) => thrown);
  expect(error).toBeInstanceOf(LeaktrailError);
  return (error as LeaktrailError).located.replace(/^.*\/e\.yaml/, 'e.yaml');
}

test('the offline experiment asks every analyst that needs no key about every case', async () => {
  const experiment = await readExperiment(path.join(packageRoot, 'eval/experiments/offline.yaml'));
  expect(experiment).toMatchObject({ name: 'offline', cases: ['*'], repeats: 1, budget: {} });
  expect(experiment.stages).toEqual(['relationship', 'leak', 'root-cause']);
  expect(experiment.contestants.map(({ id }) => id)).toEqual([
    'rules',
    'always-yes',
    'always-no',
    'all-definite',
    'largest-10',
    'random',
    'transcript:report',
  ]);
});

test('the ablation leaves out each kind of evidence once', async () => {
  const { contestants } = await readExperiment(path.join(packageRoot, 'eval/experiments/ablation.yaml'));
  const each = EVIDENCE_KINDS.map((kind) => `rules:without-${kind}`);
  expect(contestants.map(({ id }) => id)).toEqual(['rules', ...each]);
});

test('lists make a contestant of each combination, and only what was set is part of its id', async () => {
  const { contestants } = await read(`
schema: 1
name: matrix
contestants:
  - analyst: [openai:one, openai:two]
    strategy: [digest, records]
    temperature: 0
    timeout: 30
`);
  expect(contestants.map(({ id }) => id)).toEqual([
    'openai:one temperature=0',
    'openai:one strategy=records temperature=0',
    'openai:two temperature=0',
    'openai:two strategy=records temperature=0',
  ]);
  expect(contestants[0]?.settings).toEqual({
    strategy: 'digest',
    protocol: 'conversation',
    redact: false,
    prompts: 'default',
    answers: 'text',
    upstream: 'own',
    temperature: 0,
    timeout: 30,
  });
});

test('stages come in the order in which they are asked', async () => {
  const { stages } = await read(
    'schema: 1\nname: s\nstages: [root-cause, leak]\ncontestants: [{analyst: rules}]\n',
  );
  expect(stages).toEqual(['leak', 'root-cause']);
});

const HEAD = 'schema: 1\nname: broken\ncontestants:\n';
test.each([
  [`${HEAD}  - analyst: rulez\n`, 'e.yaml:4: contestants[0].analyst[0]: no analyst is called rulez'],
  [
    `${HEAD}  - analyst: rules\n    temperature: 1\n`,
    'e.yaml:5: contestants[0].temperature: rules is no chat model',
  ],
  [`${HEAD}  - analyst: openai:m\n    temperature: 9\n`, 'e.yaml:5: contestants[0].temperature[0]: Too big'],
  [
    `${HEAD}  - analyst: openai:m\n    strategy: [digest, best]\n`,
    'e.yaml:5: contestants[0].strategy[1]: not one of',
  ],
  [
    `${HEAD}  - analyst: openai:m\n    keyVariable: sk-123\n`,
    'e.yaml:5: contestants[0].keyVariable: expected the name',
  ],
  [`${HEAD}  - analyst: openai:m\n    temprature: 1\n`, 'e.yaml:5: unknown field contestants[0].temprature'],
  [
    `${HEAD}  - analyst: openai:m\n    protocol: tools\n    strategy: digest\n`,
    'e.yaml:6: contestants[0].strategy: with protocol tools',
  ],
  [
    `${HEAD}  - analyst: openai:m\n    baseUrl: http://bob:hunter2@acme.com/v1\n`,
    'e.yaml:5: contestants[0].baseUrl: expected no login',
  ],
  [
    `${HEAD}  - analyst: [openai:m, openai:n]\n  - analyst: openai:o\n    redact: true\n`,
    'e.yaml:6: one model would be redacted and another one not',
  ],
  [`${HEAD}  - analyst: rules\n  - analyst: rules\n`, 'e.yaml:5: contestant rules is listed twice'],
  ['schema: 1\nname: Broken Name\ncontestants: [{analyst: rules}]\n', 'e.yaml:2: name: expected lower-case'],
  [
    'schema: 1\nname: broken\ncases:\n  - dispatch-37\n  - case: dispatch-37\n    vary: {padd: 3}\ncontestants: [{analyst: rules}]\n',
    'e.yaml:6: unknown field cases[1].vary[0].padd',
  ],
  [
    'schema: 1\nname: broken\ncases:\n  - case: dispatch-37\n    vary: {seed: 3}\ncontestants: [{analyst: rules}]\n',
    'e.yaml:5: cases[0].vary[0]: names no change',
  ],
  [
    'schema: 1\nname: broken\ncases: [37]\ncontestants: [{analyst: rules}]\n',
    'e.yaml:3: cases[0]: Invalid input',
  ],
  ['schema: 1\nname: broken\n', 'e.yaml:1: field contestants is missing'],
  ['schema: 1\nname: [broken\n', 'e.yaml:3: not YAML'],
])('a mistake is told with its line: %j', async (yaml, expected) => {
  expect(await complaint(yaml)).toContain(expected);
});

test('a file that is not there', async () => {
  await expect(readExperiment('nowhere.yaml')).rejects.toMatchObject({
    code: 'usage',
    located: 'nowhere.yaml: no such experiment file',
  });
});

test('the example of the documentation is an experiment', async () => {
  const page = await readFile(path.join(packageRoot, 'docs/experiments.md'), 'utf8');
  const { contestants } = await read(/```yaml\n([\s\S]*?)```/.exec(page)?.[1] as string);
  expect(contestants).toHaveLength(9);
  expect(contestants.at(-1)?.id).toBe('openai:gpt-4.1-mini strategy=records temperature=0');
});
