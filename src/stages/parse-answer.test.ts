import { expect, test } from 'vitest';
import { parseAnswer } from './parse-answer.js';

test('reads the canonical form', () => {
  expect(parseAnswer('YES:<351,20,22,253>', 'leak')).toMatchObject({
    verdict: 'YES',
    records: ['351', '20', '22', '253'],
    form: 'canonical',
  });
});

test('reads braces, bold and prose inside', () => {
  expect(parseAnswer('**YES: {Valgrind log blocks 351, 20, 22, 253}**', 'root-cause')).toMatchObject({
    verdict: 'YES',
    records: ['351', '20', '22', '253'],
    form: 'lenient',
  });
});

test('a role may end like the name of a file, and be a word that labels other numbers', () => {
  expect(parseAnswer('YES:<QDR.A:1, QDR.B:3>', 'leak').records).toEqual(['QDR.A:1', 'QDR.B:3']);
  const isKnown = (id: string) => ['host.py:7', 'host:7'].includes(id);
  expect(parseAnswer('YES:<host.py:7, host:7, main.py:7>', 'leak', { isKnown }).records).toEqual([
    'host.py:7',
    'host:7',
  ]);
});
