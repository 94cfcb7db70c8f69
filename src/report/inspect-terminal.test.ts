import { expect, test } from 'vitest';
import { readLog } from '../log/read-log.js';
import { foldStack } from './fold-stack.js';
import { inspectTerminal } from './inspect-terminal.js';
import { inspectionOf } from './inspection.js';

const LOG = `==7== Memcheck, a memory error detector
==7== Command: ./broker -v
==7== 
Sun Nov 22 09:01:31 2026 SERVER (INFO) Accepting connection from 10.0.0.1:1000
Sun Nov 22 09:01:41 2026 SERVER (INFO) Accepting connection from 10.0.0.1:1001
Sun Nov 22 09:01:51 2026 SERVER (ERROR) Connection lost
==7== 
==7== 1,640 bytes in 10 blocks are definitely lost in loss record 3 of 7
==7==    at 0x4848899: malloc (in /usr/libexec/valgrind/vgpreload_memcheck-amd64-linux.so)
==7==    by 0x109171: session_new (broker.c:12)
==7==    by 0x109190: main (broker.c:40)
==7== 
==7== LEAK SUMMARY:
==7==    definitely lost: 1,640 bytes in 10 blocks
==7==    indirectly lost: 0 bytes in 0 blocks
==7==      possibly lost: 0 bytes in 0 blocks
==7==    still reachable: 820 bytes in 4 blocks
==7==         suppressed: 0 bytes in 0 blocks
==7== 
==7== ERROR SUMMARY: 1 errors from 1 contexts (suppressed: 0 from 0)
`;

const documents = [await readLog(Buffer.from(LOG), { role: 'broker' })];

test('the overview tells what was lost, by kind, and which groups are largest', () => {
  const text = inspectTerminal(documents, { sections: [], colour: false, width: 100 });
  expect(text).toContain('pid 7  memcheck  ./broker -v');
  expect(text).toContain('1 of 7 loss records printed');
  expect(text).toMatch(/definitely-lost +█{16} +1,640 B +10 blocks +1 record\n/);
  expect(text).toMatch(/still-reachable +█{8} +820 B +4 blocks +not printed\n/);
  expect(text).toContain('session_new (broker.c:12) ← main (broker.c:40)');
  expect(text).toMatch(/connects {7}.* 2\n/);
  expect(text).toMatch(/disconnects +.* 1\n/);
});

test('sections can be asked for one by one', () => {
  const text = inspectTerminal(documents, { sections: ['records'], colour: false, width: 100 });
  expect(text).toContain('3  definitely-lost  1,640 B in 10 blocks  broker, lines 8-11');
  expect(text).not.toContain('Timeline');
});

test('the JSON form carries records, groups, events and summaries', () => {
  const inspection = inspectionOf(documents, 321);
  expect(inspection.records[0]).toMatchObject({
    id: '3',
    pid: 7,
    kind: 'definitely-lost',
    bytes: 1640,
    lines: [8, 11],
  });
  expect(inspection.groups).toEqual([
    { signature: 'session_new < main', records: ['3'], bytes: 1640, blocks: 10 },
  ]);
  expect(inspection.events.count).toBe(3);
  expect(inspection.summary[0]?.checks[0]?.summary?.['still-reachable']).toEqual({ bytes: 820, blocks: 4 });
  expect(inspection.tokens).toBe(321);
});

test('a stack folds into lines of the width asked for', () => {
  const lines = foldStack(documents[0]?.records[0]?.frames ?? [], 40);
  expect(lines.length).toBeGreaterThan(1);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(40);
});
