import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { reliabilityOf, testBeliefs } from './reliability.js';
import { answerKey, storedRun } from './run.fixture.js';
import { scoreRun } from './score-run.js';

/** Records 1 and 2 are the bug's and have one stack, 3 is another leak, 4 and 5 are noise with one stack. */
const key = answerKey({
  case: 'kettle',
  groups: [0, 0, 1, 2, 2],
  leak: { records: ['1', '2'], otherLeaks: ['3'] },
});

describe('a belief beside the truth', () => {
  test('every group counts once, and other leaks are real', () => {
    const beliefs = [
      { records: ['1', '2', '3'], probability: 0.9 },
      { records: ['4', '5'], probability: 0.2 },
    ];
    expect(testBeliefs(beliefs, key)).toEqual([
      { probability: 0.9, real: 1 },
      { probability: 0.9, real: 1 },
      { probability: 0.2, real: 0 },
    ]);
  });

  test('a group of which half is real is half real', () => {
    const mixed = answerKey({ groups: [0, 0], leak: { records: ['1'] } });
    expect(testBeliefs([{ records: ['1', '2'], probability: 0.5 }], mixed)).toEqual([
      { probability: 0.5, real: 0.5 },
    ]);
  });

  test('records that do not exist are left out', () => {
    expect(testBeliefs([{ records: ['99'], probability: 0.5 }], key)).toEqual([]);
  });
});

function measured(beliefs: Record<string, { records: string[]; probability: number }[]>) {
  const keys = Object.keys(beliefs).map((id) => ({ ...key, case: id }));
  const run = storedRun({ keys, contestants: ['rules'], stages: ['leak'], reply: () => 'NO' });
  const replies = run.replies.map((line) => ({ ...line, beliefs: beliefs[line.case] ?? [] }));
  return reliabilityOf(scoreRun({ ...run, replies }));
}

describe('reliability', () => {
  test('who is sure and right has a Brier score of 0', () => {
    const [one] = measured({
      kettle: [
        { records: ['1', '2', '3'], probability: 1 },
        { records: ['4'], probability: 0 },
      ],
    });
    expect(one).toMatchObject({ groups: 3, cases: 1, brier: { value: 0 }, calibrationError: 0 });
    expect(one?.bins.map(({ from, said, real }) => [from, said, real])).toEqual([
      [0, 0, 0],
      [0.9, 1, 1],
    ]);
  });

  test('who says a half of everything is no better than one who knows the share', () => {
    const [one] = measured({ kettle: [{ records: ['1', '4'], probability: 0.5 }] });
    expect(one).toMatchObject({ brier: { value: 0.25 }, uninformed: 0.25, calibrationError: 0 });
  });

  test('each case weighs the same, however many groups it has', () => {
    const [one] = measured({
      large: [{ records: ['1', '3', '4'], probability: 1 }],
      small: [{ records: ['4'], probability: 0 }],
    });
    expect(one?.brier.value).toBeCloseTo(1 / 6, 12);
  });

  test('who gives no probability is not measured', () => {
    expect(measured({ kettle: [] })).toEqual([]);
  });

  test('bins hold every belief once, and a constant guess at the true share is never beaten by the uninformed', () => {
    const beliefs = fc.array(
      fc.record({
        records: fc.subarray(['1', '2', '3', '4', '5'], { minLength: 1 }),
        probability: fc.double({ min: 0, max: 1, noNaN: true }),
      }),
      { minLength: 1, maxLength: 8 },
    );
    fc.assert(
      fc.property(beliefs, (all) => {
        const [one] = measured({ kettle: all });
        expect(one?.bins.reduce((groups, bin) => groups + bin.groups, 0)).toBe(one?.groups);
        for (const { from, to, said } of one?.bins ?? []) {
          expect(said).toBeGreaterThanOrEqual(from - 1e-12);
          expect(said).toBeLessThanOrEqual(to + 1e-12);
        }
        expect(one?.uninformed).toBeLessThanOrEqual(0.25 + 1e-12);
        expect(one?.calibrationError).toBeLessThanOrEqual(1);
      }),
      { numRuns: 50 },
    );
  });
});
