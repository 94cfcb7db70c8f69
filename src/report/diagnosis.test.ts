import { expect, test } from 'vitest';
import type { Analyst } from '../analysts/analyst.js';
import type { Stage } from '../cases/truth.js';
import { LeaktrailError } from '../error.js';
import type { Material } from '../evidence/material.js';
import { readLog } from '../log/read-log.js';
import { logText } from '../log/text.js';
import { diagnose, diagnosisJson } from './diagnosis.js';
import { diagnosisMarkdown } from './diagnosis-markdown.js';
import { diagnosisTerminal } from './diagnosis-terminal.js';

const LOG = `==7== Memcheck, a memory error detector
==7== Command: ./broker
==7== 
broker: \x1b[31mclient rejected\x1b[0m <script>alert(1)</script>
==7== 
==7== HEAP SUMMARY:
==7==     in use at exit: 48 bytes in 2 blocks
==7==   total heap usage: 9 allocs, 7 frees, 90 bytes allocated
==7== 
==7== 16 bytes in 1 blocks are definitely lost in loss record 1 of 2
==7==    at 0x4848899: malloc (in /usr/libexec/valgrind/vgpreload_memcheck-amd64-linux.so)
==7==    by 0x109171: session_new (broker.c:12)
==7==    by 0x109190: main (broker.c:40)
==7== 
==7== 32 bytes in 1 blocks are definitely lost in loss record 2 of 2
==7==    at 0x4848899: malloc (in /usr/libexec/valgrind/vgpreload_memcheck-amd64-linux.so)
==7==    by 0x109171: queue_new (broker.c:20)
==7==    by 0x109190: main (broker.c:41)
==7== 
==7== LEAK SUMMARY:
==7==    definitely lost: 48 bytes in 2 blocks
==7==    indirectly lost: 0 bytes in 0 blocks
==7==      possibly lost: 0 bytes in 0 blocks
==7==    still reachable: 0 bytes in 0 blocks
==7==         suppressed: 0 bytes in 0 blocks
==7== 
==7== ERROR SUMMARY: 2 errors from 2 contexts (suppressed: 0 from 0)
`;

async function material(): Promise<Material> {
  const bytes = Buffer.from(LOG);
  const document = await readLog(bytes, { role: 'broker' });
  return { id: 'broker', system: null, logs: [{ document, text: logText(bytes) }], transcripts: new Map() };
}

function analystSaying(replies: Partial<Record<Stage, string>>): Analyst {
  return {
    name: 'script',
    offline: true,
    open: async () => ({
      ask: async (stage) => {
        const text = replies[stage];
        if (text === undefined) throw new LeaktrailError('provider', 'the server hung up');
        return { text, usage: { inputTokens: 100, outputTokens: 10 } };
      },
    }),
  };
}

const FULL = analystSaying({
  relationship: 'NO:<>',
  leak: '```\n==99== 16 bytes in 1 blocks are definitely lost in loss record 1 of 2\n```\nYES:<1,broker:2,77>',
  'root-cause': 'UNSURE',
});

test('every cited record is checked against the log', async () => {
  const diagnosis = await diagnose(await material(), FULL);
  expect(diagnosis.citations).toEqual([
    { id: '1', stages: ['leak'], exists: true, shown: true, quoted: true },
    { id: '2', stages: ['leak'], exists: true, shown: true, quoted: false },
    { id: '77', stages: ['leak'], exists: false, shown: false, quoted: false },
  ]);
  expect(diagnosis.evidence.map(({ record, text }) => [record.id, text[0]])).toEqual([
    ['1', '==7== 16 bytes in 1 blocks are definitely lost in loss record 1 of 2'],
    ['2', '==7== 32 bytes in 1 blocks are definitely lost in loss record 2 of 2'],
  ]);
  expect(diagnosis.usage).toEqual({ inputTokens: 300, outputTokens: 30 });
});

test('what was answered before a failure is kept, and the failure is said', async () => {
  const diagnosis = await diagnose(await material(), analystSaying({ relationship: 'NO:<>' }));
  expect(diagnosis.stages.relationship.verdict).toBe('NO');
  expect(diagnosis.stages.leak).toMatchObject({ verdict: null, error: 'the server hung up' });
  expect(diagnosis.stages['root-cause'].error).toBe('not asked: the server hung up');
});

test('the JSON form has the documented keys', async () => {
  expect(diagnosisJson(await diagnose(await material(), FULL))).toMatchObject({
    stages: {
      relationship: { verdict: 'NO', processes: [], calls: [], text: 'NO:<>' },
      leak: { verdict: 'YES', records: ['1', 'broker:2', '77'] },
      'root-cause': { verdict: 'UNSURE', records: [], functions: [], mechanism: null },
    },
  });
});

test('the terminal form shows the cited records with their lines and what is not in the log', async () => {
  const text = diagnosisTerminal(await diagnose(await material(), FULL), {
    colour: false,
    width: 100,
    mostRecords: 1,
  });
  expect(text).toContain('Is memory leaked?  YES  3 records');
  expect(text).toContain('15 ==7== 32 bytes in 1 blocks are definitely lost in loss record 2 of 2');
  expect(text).toContain('3 records cited, 1 not in the logs: 77.');
});

test('markup and escapes of a reply stay text', async () => {
  const hostile = analystSaying({
    relationship: 'UNSURE\n```\n# not a heading\n<img src=x onerror=alert(1)>\n\x1b[2J',
    leak: 'NO:<>',
    'root-cause': 'UNSURE',
  });
  const diagnosis = await diagnose(await material(), hostile);
  const markdown = diagnosisMarkdown(diagnosis);
  expect(markdown).toContain('````text\nUNSURE\n```\n# not a heading');
  expect(markdown).not.toContain('\x1b');
  expect(diagnosisTerminal(diagnosis, { colour: false, width: 100, mostRecords: 1 })).not.toContain('\x1b');
});
