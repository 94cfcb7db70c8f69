import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { get_encoding } from 'tiktoken';
import { expect, test } from 'vitest';
import { LeaktrailError } from '../error.js';
import { packageRoot } from '../package-root.js';
import { ENCODINGS, encodingNamed, loadCounter } from './tokens.js';

/** Encodings that differ in how they cut and merge text; `o200k_harmony` differs in special tokens alone. */
const DIFFERENT = ENCODINGS.filter((encoding) => encoding !== 'o200k_harmony');

/** Text with what is hard about logs: runs of one character, odd line ends, special tokens, other scripts. */
const part = fc.oneof(
  fc.constantFrom(
    '\n',
    '\r\n',
    '\n\n',
    ' ',
    '  \n',
    '\t',
    '/',
    '==123==',
    '<|endoftext|>',
    '<|im_start|>',
    "'s",
  ),
  fc.constantFrom(
    '\u0085',
    '\ufeff',
    '\u2028',
    'é',
    '日本語',
    '👩‍👩‍👧',
    '0x5eb3840',
    'qd_hash_insert (hash.c:159)',
    '==  ',
    '---',
  ),
  fc.string({ maxLength: 8 }),
  fc
    .tuple(fc.constantFrom('a', ' ', '=', '\n', '9', 'é', '/'), fc.integer({ min: 1, max: 700 }))
    .map(([character, times]) => character.repeat(times)),
);
const anyText = fc.array(part, { maxLength: 12 }).map((parts) => parts.join(''));

test.each(DIFFERENT)('%s counts what tiktoken counts', async (encoding) => {
  const counter = await loadCounter(encoding);
  const tiktoken = get_encoding(encoding);
  const log = readFileSync(path.join(packageRoot, 'datasets/dispatch-37/logs/router-b.log'), 'utf8');
  expect(counter.count(log)).toBe(tiktoken.encode(log, [], []).length);
  fc.assert(
    fc.property(anyText, (text) => {
      expect(counter.count(text)).toBe(tiktoken.encode(text, [], []).length);
    }),
    { numRuns: 60 },
  );
  tiktoken.free();
});

test.each(DIFFERENT)('%s: the tokens of lines add up to those of the text', async (encoding) => {
  const counter = await loadCounter(encoding);
  fc.assert(
    fc.property(fc.array(anyText, { minLength: 1, maxLength: 6 }), (texts) => {
      const lines = texts.join('\n').split('\n');
      expect(counter.countLines(lines)).toBe(counter.count(lines.map((line) => `${line}\n`).join('')));
    }),
    { numRuns: 60 },
  );
});

test('a special token in a log counts as the characters that it is', async () => {
  const counter = await loadCounter('o200k_base');
  expect(counter.count('<|endoftext|>')).toBe(7);
});

test('half a megabyte of one character is counted without searching it again and again', async () => {
  const counter = await loadCounter('o200k_base');
  expect(counter.count('a'.repeat(2 ** 19))).toBe(2 ** 16);
  expect(counter.count(' '.repeat(2 ** 19))).toBe(2 ** 12);
});

test('an unknown encoding is named together with the known ones', () => {
  expect(() => encodingNamed('o300k')).toThrow(LeaktrailError);
  expect(encodingNamed('cl100k_base')).toBe('cl100k_base');
});
