import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { carryOut } from '../src/runs/carry-out.js';
import { readExperiment } from '../src/runs/experiment.js';
import { loadRun } from '../src/runs/load-run.js';
import { temporaryFolder } from '../src/temporary-folder.fixture.js';
import { FIGURES } from './figures.js';
import { type ScoredRun, type Sitting, scoreRun } from './score-run.js';

/** A part of eval/experiments/robustness.yaml: reports of both tools, with and without other definite losses. */
const CASES = [
  'dispatch-37-report',
  'mosquitto-00b24e0e',
  'redis-beb94c901',
  'courier-memcheck',
  'sluice-lsan',
];
const STEADY = ['rules', 'always-yes', 'always-no', 'all-definite', 'largest-10'];
const HARMLESS = ['renumber', 'reorder', 'rename'];
const EXPERIMENT = `
schema: 1
name: part
cases:
  - ${CASES.join('\n  - ')}
  - case: [${CASES.join(', ')}]
    vary: [{renumber: true}, {reorder: true}, {rename: true}, {cull: true}, {cull: bug}]
contestants:
  - analyst: [${STEADY.join(', ')}]
`;

let run: ScoredRun;
beforeAll(async () => {
  await using folder = await temporaryFolder();
  const file = path.join(folder.path, 'part.yaml');
  await writeFile(file, EXPERIMENT);
  const { folder: made } = await carryOut(await readExperiment(file), { runs: folder.path });
  run = scoreRun(await loadRun(made));
});

const sittingOf = (contestant: string, id: string): Sitting =>
  run.sittings.find((one) => one.contestant === contestant && one.case === id) as Sitting;
const figuresOf = (sitting: Sitting) => Object.fromEntries(FIGURES.map(({ id, of }) => [id, of(sitting)]));

describe.each(STEADY)('%s', (contestant) => {
  test.each(HARMLESS)('has the same figures of cases after %s', (variation) => {
    for (const id of CASES) {
      const varied = figuresOf(sittingOf(contestant, `${id}.${variation}.seed-1`));
      expect(varied, id).toEqual(figuresOf(sittingOf(contestant, id)));
    }
  });
});

test('all-definite still says YES of a culled case wherever other definite losses remain, and nowhere else', () => {
  const variants = CASES.flatMap((id) => [`${id}.cull.seed-1`, `${id}.cull-bug.seed-1`]);
  const said = variants.map((culled) => {
    const remain = run.keys.get(culled)?.records.some(({ kind }) => kind === 'definitely-lost');
    const verdict = sittingOf('all-definite', culled).questions.get('leak')?.answer?.verdict;
    expect([culled, verdict]).toEqual([culled, remain ? 'YES' : 'NO']);
    return verdict;
  });
  expect(new Set(said)).toEqual(new Set(['YES', 'NO']));
});

test('the rules find no leak once all are culled, and are sure of it where a report is left', () => {
  for (const id of CASES) {
    const culled = `${id}.cull.seed-1`;
    for (const { grade, answer } of sittingOf('rules', culled).questions.values()) {
      if (answer?.stage === 'relationship') continue;
      expect([id, grade.outcome, answer?.verdict === 'YES']).toEqual([id, 'right', false]);
    }
  }
});

test('no answer of these cites a record that a variant does not hold', () => {
  for (const { questions } of run.sittings) {
    for (const { grade } of questions.values()) expect(grade.citations.unknown).toEqual([]);
  }
});
