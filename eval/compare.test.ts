import { describe, expect, test } from 'vitest';
import { compareCases, compareContestants } from './compare.js';
import { compareRuns } from './compare-runs.js';
import { answerKey, cause, storedRun } from './run.fixture.js';
import { scoreRun } from './score-run.js';

const KEYS = Array.from({ length: 12 }, (_, at) =>
  answerKey({
    case: `case-${String(at).padStart(2, '0')}`,
    leak: { records: ['1', '2'] },
    rootCause: { causes: [cause({ records: ['1'] })] },
  }),
);

/** `good` finds all, `fair` all but in one case, `poor` cites noise. */
const run = scoreRun(
  storedRun({
    keys: KEYS,
    contestants: ['poor', 'fair', 'good'],
    reply: ({ contestant, key }) =>
      contestant === 'good' || (contestant === 'fair' && key.case !== 'case-03') ? 'YES:<1,2>' : 'YES:<5>',
  }),
);

describe('compareContestants', () => {
  const comparison = compareContestants(run, 'leak-f1');

  test('those who can be told apart share no letter', () => {
    expect(comparison?.ranking).toEqual([
      { contestant: 'good', value: 1, letters: 'a' },
      { contestant: 'fair', value: expect.closeTo(11 / 12, 12), letters: 'a' },
      { contestant: 'poor', value: 0, letters: 'b' },
    ]);
  });

  test('pairs, paired by case', () => {
    const [goodFair, goodPoor, fairPoor] = comparison?.pairs ?? [];
    expect(goodFair).toMatchObject({ first: 'good', second: 'fair', firstBetter: 1, p: 1, adjusted: 1 });
    expect(goodPoor).toMatchObject({
      difference: { value: 1, cases: 12 },
      p: 2 / 2 ** 12,
      adjusted: 6 / 2 ** 12,
      detectable: null,
    });
    expect(fairPoor).toMatchObject({ p: 2 / 2 ** 11, adjusted: 2 * (2 / 2 ** 11), secondBetter: 0 });
  });

  test('verdicts are compared by McNemar', () => {
    expect(compareContestants(run, 'diagnosed')?.pairs[2]).toMatchObject({
      test: 'mcnemar',
      p: expect.closeTo(2 / 2 ** 11, 12),
    });
  });

  test('a figure that was not asked for has no comparison', () => {
    const asked = scoreRun(
      storedRun({ keys: KEYS, contestants: ['one', 'two'], stages: ['leak'], reply: () => 'NO:<>' }),
    );
    expect(compareContestants(asked, 'root-cause-f1')).toBeNull();
    expect(compareContestants(asked, 'leak-f1')?.pairs).toHaveLength(1);
  });
});

test('with repeats a case counts as right when more than half of them are', () => {
  const first = new Map([
    ['a', 2 / 3],
    ['b', 1 / 2],
    ['c', 1],
  ]);
  const second = new Map([
    ['a', 1 / 3],
    ['b', 0],
    ['c', 1],
    ['only-here', 1],
  ]);
  expect(compareCases({ kind: 'proportion' }, first, second)).toMatchObject({
    difference: { cases: 3, value: expect.closeTo((1 / 3 + 1 / 2) / 3, 12) },
    firstBetter: 2,
    p: 1,
  });
});

test('the last bit of an average is no difference', () => {
  const first = new Map([['a', 0.1 + 0.2]]);
  const second = new Map([['a', 0.3]]);
  expect(compareCases({ kind: 'mean' }, first, second)).toMatchObject({
    firstBetter: 0,
    secondBetter: 0,
    p: 1,
  });
});

describe('compareRuns', () => {
  const before = scoreRun(
    storedRun({
      name: 'before',
      keys: KEYS.slice(0, 3),
      contestants: ['model', 'gone'],
      reply: ({ key, stage }) => (key.case === 'case-01' && stage === 'leak' ? 'NO:<>' : 'YES:<1,2>'),
    }),
  );
  const changed = answerKey({
    ...KEYS[2],
    case: 'case-02',
    leak: { verdict: 'NO' },
    rootCause: { verdict: 'NO' },
  });
  const after = scoreRun(
    storedRun({
      name: 'after',
      keys: [KEYS[0] as (typeof KEYS)[number], KEYS[1] as (typeof KEYS)[number], changed],
      contestants: ['model', 'new'],
      reply: ({ key, stage }) => (key.case === 'case-00' && stage === 'leak' ? null : 'YES:<1>'),
    }),
  );
  const comparison = compareRuns(before, after);

  test('what only one of them has', () => {
    expect(comparison).toMatchObject({
      contestants: ['model'],
      onlyFirst: ['gone'],
      onlySecond: ['new'],
      cases: ['case-00', 'case-01', 'case-02'],
      truthChanged: ['case-02'],
    });
  });

  test('the answers to each question whose outcome flipped', () => {
    expect(comparison.flips).toEqual([
      {
        contestant: 'model',
        case: 'case-00',
        stage: 'leak',
        repeat: 1,
        first: { outcome: 'right', verdict: 'YES', records: ['1', '2'], text: 'YES:<1,2>' },
        second: { outcome: 'error', verdict: null, records: [], text: null },
      },
      {
        contestant: 'model',
        case: 'case-01',
        stage: 'leak',
        repeat: 1,
        first: { outcome: 'wrong', verdict: 'NO', records: [], text: 'NO:<>' },
        second: { outcome: 'right', verdict: 'YES', records: ['1'], text: 'YES:<1>' },
      },
      expect.objectContaining({ case: 'case-02', stage: 'leak' }),
      expect.objectContaining({ case: 'case-02', stage: 'root-cause' }),
    ]);
  });

  test('the paired difference of every figure, first run less second', () => {
    const f1 = comparison.figures.find(({ figure }) => figure === 'leak-f1');
    // before: 1, 0, 1; after: 0 (error), 2/3, 0 (now a control)
    expect(f1?.difference).toMatchObject({ value: expect.closeTo((1 - 2 / 3 + 1) / 3, 12), cases: 3 });
  });

  test('a run beside itself has no flips and no difference', () => {
    const same = compareRuns(before, before);
    expect(same.flips).toEqual([]);
    expect(same.figures.every(({ difference, p }) => difference.value === 0 && p === 1)).toBe(true);
  });
});
