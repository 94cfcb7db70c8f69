import fc from 'fast-check';
import { expect, test } from 'vitest';
import { idRanges, idsOfRanges } from './id-ranges.js';

test('consecutive numbers become a range, behind a common prefix too', () => {
  expect(idRanges(['571', '572', '573', '590'])).toBe('571-573 590');
  expect(idRanges(['QDR.01:5', 'QDR.01:6', '77.2:8'])).toBe('QDR.01:5-6 77.2:8');
  expect(idRanges(['7:3#2', '7:3'])).toBe('7:3 7:3#2');
});

test('no id is lost, and none appears', () => {
  const id = fc.oneof(
    fc.integer({ min: 0, max: 40 }).map(String),
    fc
      .tuple(fc.constantFrom('A', '77', '77.2', 'A:77.2'), fc.integer({ min: 0, max: 20 }))
      .map((parts) => parts.join(':')),
  );
  fc.assert(
    fc.property(fc.uniqueArray(id), (ids) => {
      expect(idsOfRanges(idRanges(ids)).sort()).toEqual([...ids].sort());
    }),
  );
});
