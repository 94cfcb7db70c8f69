import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { logText } from '../log/text.js';
import { packageRoot } from '../package-root.js';
import { quoteChecker } from './quotes.js';

const LOG = logText(
  Buffer.from(
    [
      'Thu Mar 27 12:34:06 dispatch.router (INFO) Neighbor lost: QDR.02',
      '==2761== 32 bytes in 1 blocks are definitely lost in loss record 351 of 2,684',
      '==2761==    at 0x4C2845D: malloc (vg_replace_malloc.c:291)',
      '==2761==    by 0x4C20588: qd_dealloc (alloc.c:206)',
      '==2761== ',
    ].join('\n'),
  ),
);

test('lines of a fence are looked up in the log', () => {
  const reply = [
    'Here is the loss:',
    '```',
    '==2761== 32 bytes in 1 blocks are definitely lost in loss record 351 of 2,684',
    '==2761==    by 0x4C20588: qd_dealloc (alloc.c:206)',
    '==2761==    by 0x4C20588: qd_invented (alloc.c:206)',
    '```',
  ].join('\n');
  expect(quoteChecker([LOG])(reply)).toEqual({ quoted: 3, found: 2 });
});

test('white space, addresses and process ids may differ, and a line may be cut', () => {
  const reply = [
    '> ==99==  by 0xDEADBEEF:   qd_dealloc',
    '> 32 bytes in 1 blocks are definitely lost in loss record 351',
    '> 32 bytes in 1 blocks are definitely lost in loss record 35',
  ].join('\n');
  expect(quoteChecker([LOG])(reply)).toEqual({ quoted: 3, found: 2 });
});

test('report lines between backticks and lines with a time count as quotes', () => {
  const reply =
    'The line `32 bytes in 1 blocks are definitely lost in loss record 351 of 2,684` follows\n' +
    '```\nThu Mar 27 12:34:06 dispatch.router (INFO) Neighbor lost: QDR.02\n```';
  expect(quoteChecker([LOG])(reply)).toEqual({ quoted: 2, found: 2 });
});

test('names, code and reasoning are no quotes', () => {
  const reply =
    '<think>\n```\n==1== 1 bytes in 1 blocks are lost in loss record 1 of 1\n```\n</think>\n' +
    '`qd_dealloc` frees it.\n```c\nfree(ref);\n```\nYES:<351>';
  expect(quoteChecker([LOG])(reply)).toEqual({ quoted: 0, found: 0 });
});

test('any of the logs will do, and without logs nothing is found', () => {
  const reply = '`==2761==    by 0x4C20588: qd_dealloc (alloc.c:206)`';
  expect(quoteChecker([logText(Buffer.from('')), LOG])(reply)).toEqual({ quoted: 1, found: 1 });
  expect(quoteChecker([])(reply)).toEqual({ quoted: 1, found: 0 });
});

test.each([
  ['relationship', 4],
  ['leak', 11],
  ['root-cause', 17],
])('the recorded answer on the %s quotes its log %i times, and truly', (stage, lines) => {
  const folder = path.join(packageRoot, 'datasets/dispatch-37-report');
  const log = logText(readFileSync(path.join(folder, 'logs/router-a.log')));
  const reply = readFileSync(path.join(folder, `transcripts/report/${stage}.md`), 'utf8');
  expect(quoteChecker([log])(reply)).toEqual({ quoted: lines, found: lines });
});

test('a line may be quoted up to an ellipsis', () => {
  const reply = '> Thu Mar 27 12:34:06 dispatch.router (INFO) Neighbor...';
  expect(quoteChecker([LOG])(reply)).toEqual({ quoted: 1, found: 1 });
});
