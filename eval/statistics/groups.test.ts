import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { passAll } from './pass-all.js';
import { tieGroups } from './tie-groups.js';

describe('tieGroups', () => {
  test('none differ: one group', () => {
    expect(tieGroups(3, [])).toEqual(['a', 'a', 'a']);
  });

  test('all differ: a group each', () => {
    expect(
      tieGroups(3, [
        [0, 1],
        [0, 2],
        [1, 2],
      ]),
    ).toEqual(['a', 'b', 'c']);
  });

  test('the middle one cannot be told from either end', () => {
    expect(tieGroups(3, [[0, 2]])).toEqual(['a', 'ab', 'b']);
  });

  test('two share a letter exactly when they do not differ', () => {
    const pairs = fc
      .tuple(fc.nat(6), fc.nat(6))
      .filter(([one, other]) => one < other)
      .map((pair): [number, number] => pair);
    fc.assert(
      fc.property(fc.uniqueArray(pairs, { selector: String }), (differ) => {
        const letters = tieGroups(7, differ);
        for (let one = 0; one < 7; one++) {
          for (let other = one + 1; other < 7; other++) {
            const share = [...(letters[one] as string)].some((letter) => letters[other]?.includes(letter));
            expect(share).toBe(!differ.some(([first, second]) => first === one && second === other));
          }
        }
      }),
    );
  });
});

describe('passAll', () => {
  test('by hand: 3 of 4 right in one case, 4 of 4 in another', () => {
    expect(passAll([3, 4], 4, 1)).toBeCloseTo((3 / 4 + 1) / 2, 12);
    // C(3,2)/C(4,2) = 3/6
    expect(passAll([3, 4], 4, 2)).toBeCloseTo((3 / 6 + 1) / 2, 12);
    expect(passAll([3, 4], 4, 4)).toBeCloseTo(1 / 2, 12);
  });

  test('never successful, and no second repeat to draw', () => {
    expect(passAll([0, 0], 3, 1)).toBe(0);
    expect(passAll([1], 1, 1)).toBe(1);
  });
});
