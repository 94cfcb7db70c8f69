import { expect, test } from 'vitest';
import type { Answer } from '../src/stages/answer.js';
import { contradictionsOf } from './contradictions.js';
import { answer } from './run.fixture.js';

const between = (leak: Partial<Answer>, cause: Partial<Answer>) =>
  contradictionsOf(
    new Map([
      ['leak', answer('leak', leak)],
      ['root-cause', answer('root-cause', cause)],
    ]),
    (citation) => citation.replace(/^A:/, ''),
  );

test('verdicts that exclude each other', () => {
  expect(between({ verdict: 'NO' }, { verdict: 'YES' })).toEqual(['no leak, yet a root cause']);
  expect(between({ verdict: 'YES' }, { verdict: 'NO' })).toEqual(['a leak, yet no root cause']);
  expect(between({ verdict: 'NO' }, { verdict: 'NO' })).toEqual([]);
  expect(between({ verdict: 'UNSURE' }, { verdict: 'YES' })).toEqual([]);
});

test('a root cause must rest on one of the leak records, where both cite any', () => {
  const torn = ['the root cause cites none of the leak records'];
  expect(between({ records: ['1', '2'] }, { records: ['3'] })).toEqual(torn);
  expect(between({ records: ['1', '2'] }, { records: ['A:2', '3'] })).toEqual([]);
  expect(between({ records: ['1', '2'] }, { records: [] })).toEqual([]);
});

test('a stage that was not read contradicts nothing', () => {
  expect(contradictionsOf(new Map([['leak', answer('leak', { verdict: 'NO' })]]), String)).toEqual([]);
});
