import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { packageRoot } from '../package-root.js';
import type { Stack } from './document.js';
import { readLog } from './read-log.js';

const read = (lines: readonly string[]) => readLog(Buffer.from(`${lines.join('\n')}\n`));
const names = (frames: Stack) => frames.map((frame) => frame.function).join(' < ');

const RULE = '='.repeat(65);
const leakReport = (pid: number, tool: string) => [
  RULE,
  `==${pid}==ERROR: LeakSanitizer: detected memory leaks`,
  '',
  'Direct leak of 48 byte(s) in 2 object(s) allocated from:',
  '    #0 0x7f01 in calloc ../lsan/lsan_interceptors.cpp:90',
  '    #1 0x5501 in open_session /src/server.c:40:12',
  '    #2 0x5502 in main /src/server.c:90:3',
  '',
  'Indirect leak of 10 byte(s) in 1 object(s) allocated from:',
  '    #0 0x7f02 in strdup ../lsan/lsan_interceptors.cpp:99',
  '    #1 0x5503 in set_name (/opt/server+0x1503) (BuildId: 0a1b)',
  '',
  `SUMMARY: ${tool}: 58 byte(s) leaked in 3 allocation(s).`,
];

test('leaks of a process', async () => {
  const document = await read(leakReport(7, 'LeakSanitizer'));
  expect(document.format).toBe('sanitizer-text');
  expect(document.processes).toMatchObject([
    {
      pid: 7,
      tool: 'leak-sanitizer',
      lines: [2, 13],
      checks: [{ number: 1, lines: [2, 13], summary: null }],
    },
  ]);
  expect(document.records).toMatchObject([
    { id: '1', number: 1, kind: 'definitely-lost', bytes: 48, blocks: 2, directBytes: 48, lines: [4, 7] },
    { id: '2', number: 2, kind: 'indirectly-lost', bytes: 10, blocks: 1, indirectBytes: 0, lines: [9, 11] },
  ]);
  expect(document.groups.map(({ signature }) => signature)).toEqual([
    'open_session < main',
    'strdup < set_name',
  ]);
  expect(document.records[0]?.frames[1]).toEqual({
    function: 'open_session',
    file: '/src/server.c',
    line: 40,
    column: 12,
    object: null,
    address: '0x5501',
  });
  expect([document.problems, document.truncated, document.events]).toEqual([[], false, []]);
});

test('the summary tells AddressSanitizer from LeakSanitizer', async () => {
  const { processes } = await read(leakReport(7, 'AddressSanitizer'));
  expect(processes).toMatchObject([{ tool: 'address-sanitizer' }]);
});

test('several processes, and several leak checks of one', async () => {
  const document = await read([
    'server: started',
    ...leakReport(7, 'LeakSanitizer'),
    'server: going on',
    ...leakReport(8, 'LeakSanitizer'),
    ...leakReport(7, 'LeakSanitizer'),
  ]);
  expect(document.processes.map(({ pid, checks }) => [pid, checks.length])).toEqual([
    [7, 2],
    [8, 1],
  ]);
  expect(document.records.map(({ id, pid, check }) => [id, pid, check])).toEqual([
    ['1', 7, 1],
    ['2', 7, 1],
    ['3', 8, 1],
    ['4', 8, 1],
    ['5', 7, 2],
    ['6', 7, 2],
  ]);
  expect(document.groups[0]).toMatchObject({ recordCount: 3, blocks: 6, bytes: 144 });
  expect(document.events.map(({ message }) => message)).toEqual(['server: started', 'server: going on']);
});

test("colours, and the application's lines in the midst of a report", async () => {
  const lines = leakReport(7, 'LeakSanitizer').map((line) => `\u001b[1m\u001b[31m${line}\u001b[0m`);
  lines.splice(6, 0, 'worker 3 stopped');
  const document = await read(lines);
  expect(document.records.map(({ frames }) => frames.length)).toEqual([3, 2]);
  expect(document.events.map(({ message }) => message)).toEqual(['worker 3 stopped']);
});

test('a report that is cut short is kept and flagged', async () => {
  const document = await read(leakReport(7, 'LeakSanitizer').slice(0, 6));
  expect(document.truncated).toBe(true);
  expect(document.records).toMatchObject([{ bytes: 48, lines: [4, 6] }]);
  expect(document.problems).toMatchObject([
    { line: 2, what: "the sanitizer's report of process 7 has no SUMMARY" },
  ]);
});

test('a report that begins before another ends is flagged', async () => {
  const lines = [...leakReport(7, 'LeakSanitizer').slice(0, 7), ...leakReport(8, 'LeakSanitizer')];
  const document = await read(lines);
  expect(document.truncated).toBe(false);
  expect(document.records.map(({ pid, bytes }) => [pid, bytes])).toEqual([
    [7, 48],
    [8, 48],
    [8, 10],
  ]);
  expect(document.problems).toMatchObject([
    { line: 2, why: 'the report of process 8 begins before it ends' },
  ]);
});

test('leaks that do not add up to the SUMMARY are flagged', async () => {
  const lines = leakReport(7, 'LeakSanitizer');
  lines.splice(8, 4);
  expect((await read(lines)).problems).toMatchObject([
    { line: 9, what: 'SUMMARY counts 58 bytes in 3 blocks, the leaks 48 in 2' },
  ]);
});

test('suppressions used and leaked objects are read over', async () => {
  const lines = leakReport(7, 'LeakSanitizer');
  lines.splice(
    12,
    0,
    'Objects leaked above:',
    '0x602000000010 (24 bytes)',
    '-----------------------------------------------------',
    'Suppressions used:',
    '  count      bytes template',
    '      1         24 libcrypto',
    '-----------------------------------------------------',
    '',
  );
  const document = await read(lines);
  expect([document.records.length, document.events, document.problems]).toEqual([2, [], []]);
});

test('a leak check that could not run is an error', async () => {
  const { errors, events } = await read([
    '==12==LeakSanitizer has encountered a fatal error.',
    '==12==HINT: For debugging, try setting environment variable LSAN_OPTIONS=verbosity=1:log_threads=1',
  ]);
  expect(errors).toMatchObject([{ kind: 'leak-check-failed', pid: 12, frames: [] }]);
  expect(events).toEqual([]);
});

describe('errors of AddressSanitizer', async () => {
  const log = readFileSync(path.join(packageRoot, 'src/log/fixtures/address-sanitizer.log'));
  const { errors, records, events, problems } = await readLog(log);

  test('each by the name that its SUMMARY gives it', () => {
    expect(errors.map(({ kind }) => kind)).toEqual([
      'heap-use-after-free',
      'double-free',
      'heap-buffer-overflow',
      'stack-buffer-overflow',
      'segv',
    ]);
  });

  test('with the stacks of the block', () => {
    const [error] = errors;
    expect(error?.message).toMatch(/^heap-use-after-free on address 0x602000000013 .*; READ of size 1 at /);
    expect(names(error?.frames ?? [])).toMatch(/^use < main < /);
    expect(
      error?.auxiliary.map(({ what, frames }) => [what.replace(/0x\w+/g, '0x'), names(frames.slice(0, 2))]),
    ).toEqual([
      ['0x is located 3 bytes inside of 10-byte region [0x,0x)', ''],
      ['freed by thread T0 here:', '__interceptor_free < main'],
      ['previously allocated by thread T0 here:', '__interceptor_malloc < main'],
    ]);
  });

  test('with the variables of the stack frame', () => {
    const overflow = errors[3]?.auxiliary.map(({ what }) => what) ?? [];
    expect(overflow[0]).toContain('is located in stack of thread T0 at offset 41 in frame');
    expect(overflow[2]).toBe("[32, 40) 'b' (line 12) <== Memory access at offset 41 overflows this variable");
  });

  test('leaks beside them are records, and nothing is left over', () => {
    expect(records).toMatchObject([{ kind: 'definitely-lost', bytes: 33, blocks: 1 }]);
    expect([events, problems]).toEqual([[], []]);
  });
});
