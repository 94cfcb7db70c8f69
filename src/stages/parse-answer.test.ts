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
