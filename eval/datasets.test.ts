import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { findCases } from '../src/cases/find-cases.js';
import { STAGES, type Truth } from '../src/cases/truth.js';
import { packageRoot } from '../src/package-root.js';
import { carryOut } from '../src/runs/carry-out.js';
import { loadRun } from '../src/runs/load-run.js';
import type { StoredRun } from '../src/runs/run-file.js';
import { temporaryFolder } from '../src/temporary-folder.fixture.js';
import { type ContestantMetrics, metricsOf, scopesOf } from './metrics.js';
import { type ScoredRun, scoreRun } from './score-run.js';

let stored: StoredRun;
let run: ScoredRun;
let rows: Map<string, ContestantMetrics>;
let truths: Map<string, Truth>;

beforeAll(async () => {
  await using folder = await temporaryFolder();
  const { folder: runFolder } = await carryOut(
    {
      schema: 1,
      name: 'arithmetic',
      file: 'arithmetic.yaml',
      cases: ['*'],
      contestants: ['always-yes', 'always-no', 'all-definite', 'transcript:report'].map((analyst) => ({
        id: analyst,
        analyst,
        settings: {},
      })),
      stages: [...STAGES],
      repeats: 1,
      concurrency: 1,
      budget: {},
      perMinute: {},
    },
    { runs: folder.path },
  );
  stored = await loadRun(runFolder);
  run = scoreRun(stored);
  const [all] = scopesOf(run);
  rows = new Map(metricsOf(run, all).map((row) => [row.contestant, row]));
  truths = new Map((await findCases(path.join(packageRoot, 'datasets'))).map(({ id, truth }) => [id, truth]));
});

const share = (applies: (truth: Truth) => boolean) =>
  [...truths.values()].filter(applies).length / truths.size;

describe('constant baselines on the cases of this package', () => {
  test.each(['YES', 'NO'] as const)('always %s is right as often as the truth says it', (verdict) => {
    const row = rows.get(verdict === 'YES' ? 'always-yes' : 'always-no');
    for (const { stage, outcomes } of row?.stages ?? []) {
      const right = [...truths.values()].filter((truth) => truth[stage].verdict === verdict).length;
      expect(outcomes).toEqual({
        planned: truths.size,
        right,
        wrong: truths.size - right,
        unsure: 0,
        unparseable: 0,
        error: 0,
      });
    }
    expect(row?.stages).toHaveLength(3);
  });

  test('always-no has the F1 of the controls, always-yes none', () => {
    const controls = share(({ leak }) => leak.verdict === 'NO');
    expect(rows.get('always-no')?.figures.get('leak-f1')?.value).toBeCloseTo(controls, 12);
    expect(rows.get('always-no')?.figures.get('root-cause-f1')?.value).toBeCloseTo(controls, 12);
    expect(rows.get('always-no')?.figures.get('diagnosed')?.value).toBeCloseTo(controls, 12);
    for (const figure of ['leak-f1', 'leak-exact', 'root-cause-causes', 'diagnosed'] as const) {
      expect(rows.get('always-yes')?.figures.get(figure)?.value).toBe(0);
    }
  });

  test('all-definite has the F1 that its ids have', () => {
    const f1 = stored.keys.map(({ case: id, records }) => {
      const { verdict, records: wanted, otherLeaks } = (truths.get(id) as Truth).leak;
      const cited = records.filter(({ kind }) => kind === 'definitely-lost').map((record) => record.id);
      const right = cited.filter((one) => wanted.includes(one)).length;
      const neutral = cited.filter((one) => otherLeaks.includes(one)).length;
      const wrong = cited.length - right - neutral;
      if (wanted.length > 0) return (2 * right) / (cited.length - neutral + wanted.length);
      const stands = neutral > 0 || verdict === (cited.length > 0 ? 'YES' : 'NO');
      return Number(stands && wrong === 0);
    });
    const sum = f1.reduce((total, one) => total + one, 0);
    expect(rows.get('all-definite')?.figures.get('leak-f1')?.value).toBeCloseTo(sum / truths.size, 12);
  });
});

test("the report's own answers: four records cited, three of them the bug's and one another leak", () => {
  const sitting = run.sittings.find(({ contestant }) => contestant === 'transcript:report');
  expect(sitting?.case).toBe('dispatch-37-report');
  expect(sitting?.questions.get('root-cause')).toMatchObject({
    answer: { verdict: 'YES', records: ['351', '20', '22', '253'] },
    grade: {
      outcome: 'right',
      records: { right: 3, wrong: 0, neutral: 1, missed: 0, f1: 1 },
      causes: { total: 3, found: expect.toSatisfy((found: string[]) => found.length === 3) },
      citations: { unknown: [] },
    },
  });
  expect(rows.get('transcript:report')?.outcomes).toMatchObject({ planned: 3, right: 3 });
});
