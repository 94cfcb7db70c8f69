import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { StoredRun } from '../src/runs/run-file.js';
import { metricsOf, scopesOf } from './metrics.js';
import { answerKey, cause, storedRun } from './run.fixture.js';
import { scoreRun } from './score-run.js';

const KEYS = [
  answerKey({
    case: 'leaky',
    tags: ['memcheck'],
    leak: { records: ['1', '2'], otherLeaks: ['3'] },
    rootCause: { causes: [cause({ records: ['1'] })] },
  }),
  answerKey({
    case: 'dripping',
    tags: ['memcheck', 'large'],
    leak: { records: ['2', '3', '4'] },
    rootCause: {
      causes: [cause({ records: ['2'] }), cause({ id: 'second', primary: false, records: ['4'] })],
    },
  }),
  answerKey({
    case: 'fixed',
    tags: ['control'],
    leak: { verdict: 'NO', otherLeaks: ['3'] },
    rootCause: { verdict: 'NO' },
  }),
];

/** Constant answers, and one that is right about `leaky` alone. */
const ANSWERS: Record<string, string> = {
  'always-yes': 'YES:<>',
  'always-no': 'NO:<>',
  'always-unsure': 'UNSURE',
  'all-records': 'YES:<1,2,3,4,5>',
  babble: 'Lorem ipsum dolor sit amet.',
};

function constantRun(): StoredRun {
  return storedRun({
    keys: KEYS,
    contestants: [...Object.keys(ANSWERS), 'silent'],
    reply: ({ contestant }) => ANSWERS[contestant] ?? null,
  });
}

function metrics(stored: StoredRun, scope = 'all') {
  const run = scoreRun(stored);
  const cases = scopesOf(run).find(({ id }) => id === scope);
  return new Map(metricsOf(run, cases as NonNullable<typeof cases>).map((row) => [row.contestant, row]));
}

describe('constant answers earn what arithmetic says', () => {
  const rows = metrics(constantRun());
  const figure = (
    contestant: string,
    id: Parameters<NonNullable<ReturnType<typeof rows.get>>['figures']['get']>[0],
  ) => rows.get(contestant)?.figures.get(id)?.value;

  test('always-yes is right about the relationship and the two leaks, and cites none', () => {
    expect(rows.get('always-yes')?.outcomes).toEqual({
      planned: 9,
      right: 3 + 2 + 2,
      wrong: 2,
      unsure: 0,
      unparseable: 0,
      error: 0,
    });
    expect(figure('always-yes', 'leak-f1')).toBe(0);
    expect(figure('always-yes', 'cascade')).toBeCloseTo(2 / 3, 12);
    expect(figure('always-yes', 'diagnosed')).toBe(0);
  });

  test('always-no is right about the control', () => {
    expect(rows.get('always-no')?.outcomes).toMatchObject({ right: 2, wrong: 7 });
    expect(figure('always-no', 'leak-f1')).toBeCloseTo(1 / 3, 12);
    expect(figure('always-no', 'root-cause-f1')).toBeCloseTo(1 / 3, 12);
    expect(figure('always-no', 'leak-exact')).toBeCloseTo(1 / 3, 12);
    expect(figure('always-no', 'diagnosed')).toBeCloseTo(1 / 3, 12);
    expect(figure('always-no', 'root-cause-causes')).toBe(0);
    expect(rows.get('always-no')?.figures.get('root-cause-causes')?.cases).toBe(2);
  });

  test('all records: full recall, precision by count', () => {
    // leaky: 2 right, 2 wrong, 1 neutral; dripping: 3 right, 2 wrong; fixed: 4 wrong
    expect(figure('all-records', 'leak-recall')).toBeCloseTo(2 / 3, 12);
    expect(figure('all-records', 'leak-precision')).toBeCloseTo((2 / 4 + 3 / 5) / 3, 12);
    expect(figure('all-records', 'leak-f1')).toBeCloseTo((4 / 6 + 6 / 8) / 3, 12);
    expect(figure('all-records', 'root-cause-f1')).toBeCloseTo((2 / 5 + 4 / 7) / 3, 12);
    expect(figure('all-records', 'root-cause-causes')).toBe(1);
    expect(figure('all-records', 'diagnosed')).toBe(0);
  });

  test('unsure commits to nothing', () => {
    const row = rows.get('always-unsure');
    expect(row?.outcomes).toMatchObject({ right: 0, wrong: 0, unsure: 9 });
    expect(row?.stages[0]).toMatchObject({ coverage: 0, risk: null });
    expect(rows.get('always-yes')?.stages[1]).toMatchObject({ coverage: 1, risk: 1 / 3 });
  });

  test('what cannot be read and what never came stay in the denominator', () => {
    expect(rows.get('babble')?.outcomes).toMatchObject({ planned: 9, unparseable: 9 });
    expect(rows.get('silent')?.outcomes).toMatchObject({ planned: 9, error: 9 });
    expect(rows.get('silent')?.figures.get('leak-f1')).toMatchObject({ value: 0, cases: 3 });
  });

  test('best first, and equal rows by id', () => {
    expect([...rows.keys()]).toEqual([
      'always-no',
      'all-records',
      'always-yes',
      'always-unsure',
      'babble',
      'silent',
    ]);
  });
});

test('a tag has the figures of its cases', () => {
  expect(scopesOf(scoreRun(constantRun())).map(({ id, cases }) => [id, cases.length])).toEqual([
    ['all', 3],
    ['control', 1],
    ['large', 1],
    ['memcheck', 2],
  ]);
  expect(metrics(constantRun(), 'control').get('always-no')?.figures.get('leak-f1')).toMatchObject({
    value: 1,
    cases: 1,
  });
});

test('whatever is replied, outcomes sum to the plan and figures lie between 0 and 1', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      'YES',
      'NO',
      'UNSURE',
      ':<',
      '>',
      '1',
      '2',
      'A:3',
      '99',
      ',',
      '\n',
      ' -> ',
      '351-355',
      '{',
      '}',
      '是：',
    ),
    fc.string({ unit: 'grapheme' }),
  );
  const reply = fc.option(fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join('')));
  fc.assert(
    fc.property(fc.array(reply, { minLength: 9, maxLength: 9 }), (replies) => {
      const next = replies[Symbol.iterator]();
      const stored = storedRun({ keys: KEYS, contestants: ['fuzz'], reply: () => next.next().value ?? null });
      const row = metrics(stored).get('fuzz');
      const { planned = 0, ...outcomes } = row?.outcomes ?? {};
      expect(planned).toBe(9);
      expect(Object.values(outcomes).reduce((sum, count) => sum + count, 0)).toBe(planned);
      for (const { value, low, high } of row?.figures.values() ?? []) {
        for (const figure of [value, low ?? 0, high ?? 1]) {
          expect(figure).toBeGreaterThanOrEqual(0);
          expect(figure).toBeLessThanOrEqual(1);
        }
      }
    }),
    { numRuns: 60 },
  );
});

test('the order of answers, cases and contestants changes no figure', () => {
  const stored = constantRun();
  const before = metrics(stored);
  fc.assert(
    fc.property(
      shuffled(stored.replies),
      shuffled(stored.keys),
      shuffled(stored.run.contestants),
      shuffled(stored.run.cases),
      (replies, keys, contestants, cases) => {
        expect(metrics({ run: { ...stored.run, contestants, cases }, keys, replies })).toEqual(before);
      },
    ),
    { numRuns: 20 },
  );
});

test('a dropped answer is an error and changes no denominator', () => {
  const stored = constantRun();
  const before = metrics(stored);
  for (const [at, dropped] of stored.replies.entries()) {
    const after = metrics({ ...stored, replies: stored.replies.toSpliced(at, 1) });
    for (const [contestant, row] of after) {
      const old = before.get(contestant);
      expect(row.outcomes.planned).toBe(9);
      expect(row.outcomes.error).toBe((old?.outcomes.error ?? 0) + Number(contestant === dropped.contestant));
      expect([...row.figures].map(([id, { cases }]) => [id, cases])).toEqual(
        [...(old?.figures ?? [])].map(([id, { cases }]) => [id, cases]),
      );
    }
  }
});

describe('repeats', () => {
  const stored = storedRun({
    keys: KEYS.slice(0, 1),
    contestants: ['fickle'],
    repeats: 3,
    stages: ['leak', 'root-cause'],
    reply: ({ repeat }) => (repeat === 2 ? 'NO:<>' : 'YES:<1>'),
  });

  test('are averaged within the case', () => {
    const row = metrics(stored).get('fickle');
    expect(row?.outcomes).toMatchObject({ planned: 6, right: 4, wrong: 2 });
    expect(row?.figures.get('leak-verdict')).toMatchObject({ value: expect.closeTo(2 / 3, 12), cases: 1 });
    expect(row?.diagnosed).toBe(2);
  });

  test('must all succeed for pass^k', () => {
    expect(metrics(stored).get('fickle')?.passAll).toEqual([
      expect.closeTo(2 / 3, 12),
      expect.closeTo(1 / 3, 12),
      0,
    ]);
  });

  test('a stage that was not asked has no figure', () => {
    const row = metrics(stored).get('fickle');
    expect(row?.figures.has('relationship-verdict')).toBe(false);
    expect(row?.figures.has('cascade')).toBe(false);
  });
});

test('what was cited unseen, and what was quoted', () => {
  const stored = constantRun();
  const replies = stored.replies.map((line) =>
    line.contestant === 'all-records' && line.stage === 'leak'
      ? { ...line, shown: ['1', 'A:2'], quotes: { quoted: 4, found: 3 } }
      : line,
  );
  expect(metrics({ ...stored, replies }).get('all-records')).toMatchObject({
    cited: 2 * 3 * 5,
    unknownIds: 0,
    unseenIds: 3 * 3,
    quotes: { quoted: 12, found: 9 },
  });
});

describe('spending', () => {
  const spent = (cost: number | null) => {
    const stored = constantRun();
    const replies = stored.replies
      .filter(({ contestant }) => contestant === 'always-no')
      .map((line) => ({ ...line, usage: { inputTokens: 90, outputTokens: 10 }, cost, latencyMs: 5 }));
    const failed = {
      ...(replies[0] as (typeof replies)[number]),
      text: null,
      error: { kind: 'provider', message: 'overloaded' },
    };
    return metrics({ ...stored, replies: [...replies, failed] }).get('always-no');
  };

  test('failed requests count, and a diagnosis bears all that was spent', () => {
    const row = spent(0.5);
    expect(row?.spending).toEqual({
      requests: 10,
      failed: 1,
      inputTokens: 900,
      outputTokens: 100,
      cost: 5,
      latencyMs: 50,
    });
    expect(row).toMatchObject({ diagnosed: 1, tokensPerDiagnosis: 1000, costPerDiagnosis: 5 });
  });

  test('an unknown price makes the cost unknown', () => {
    expect(spent(null)).toMatchObject({ tokensPerDiagnosis: 1000, costPerDiagnosis: null });
  });

  test('an analyst without a model spends nothing', () => {
    expect(metrics(constantRun()).get('always-no')).toMatchObject({
      tokensPerDiagnosis: null,
      costPerDiagnosis: null,
    });
  });
});

describe('a contestant that is asked about some cases only', () => {
  const stored = constantRun();
  const contestants = stored.run.contestants.map((one) =>
    one.id === 'always-no' ? { ...one, cases: ['fixed'] } : one,
  );
  const some = { ...stored, run: { ...stored.run, contestants } };

  test('has a denominator of its own, and answers beyond it do not count', () => {
    const row = metrics(some).get('always-no');
    expect(row?.outcomes).toMatchObject({ planned: 3, right: 2, wrong: 1, error: 0 });
    expect(row?.figures.get('diagnosed')).toMatchObject({ value: 1, cases: 1 });
    expect(metrics(some, 'large').has('always-no')).toBe(false);
  });

  test('stands below those that were asked about all', () => {
    expect([...metrics(some).keys()].at(-1)).toBe('always-no');
  });
});

describe('runs that do not fit together', () => {
  const stored = constantRun();
  const [first] = stored.replies as [StoredRun['replies'][number]];

  test('two answers to one question', () => {
    expect(() => scoreRun({ ...stored, replies: [...stored.replies, first] })).toThrow(/has 2 answers/);
  });

  test('a case without a key', () => {
    expect(() => scoreRun({ ...stored, keys: KEYS.slice(1) })).toThrow(/case leaky has no answer key/);
  });
});

test('stages that contradict each other are told', () => {
  const stored = storedRun({
    keys: KEYS.slice(0, 1),
    contestants: ['torn'],
    reply: ({ stage }) => (stage === 'leak' ? 'NO:<>' : 'YES:<1>'),
  });
  expect(metrics(stored).get('torn')?.contradictions).toMatchObject({ 'no leak, yet a root cause': 1 });
});

/** The same items in any order. */
function shuffled<T>(items: readonly T[]): fc.Arbitrary<T[]> {
  return fc.shuffledSubarray([...items], { minLength: items.length });
}
