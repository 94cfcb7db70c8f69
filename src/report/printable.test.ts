import { expect, test } from 'vitest';
import { bar } from './inspect-terminal.js';
import { counted, printable, shorten, wrapped } from './printable.js';
import { sparkline } from './timeline.js';

test('a terminal escape in a log becomes visible text', () => {
  expect(printable('\x1b[2Jgone\x07\r\n')).toBe('␛[2Jgone␇␍␊');
  expect(printable('a\u202eb\u2066c')).toBe('a�b�c');
  expect(printable('naïve 漏 \t tab')).toBe('naïve 漏   tab');
});

test('long text is cut with an ellipsis', () => {
  expect(shorten('qd_alloc', 8)).toBe('qd_alloc');
  expect(shorten('qd_alloc', 5)).toBe('qd_a…');
});

test('counts read as a person writes them', () => {
  expect(counted(1, 'record')).toBe('1 record');
  expect(counted(2275, 'record')).toBe('2,275 records');
});

test('a bar fills in eighths and is never empty for something', () => {
  expect(bar(1, 4)).toBe('████');
  expect(bar(0.5, 4)).toBe('██  ');
  expect(bar(0.0001, 4)).toBe('▏   ');
  expect(bar(0, 4)).toBe('    ');
});

test('a sparkline is relative to its highest step', () => {
  expect(sparkline([0, 1, 4, 8])).toBe(' ▁▄█');
});

test('text wraps at spaces and after commas, and nothing of it is lost', () => {
  expect(wrapped('cites 351, 20 and 22', 10)).toEqual(['cites 351,', '20 and 22']);
  expect(wrapped('YES:<351,20,22,253>', 10)).toEqual(['YES:<351,', '20,22,253>']);
  expect(wrapped('abcdefghij', 4)).toEqual(['abcd', 'efgh', 'ij']);
  expect(wrapped('', 10)).toEqual(['']);
});
