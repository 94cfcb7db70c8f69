import { describe, expect, test } from 'vitest';
import type { LogDocument } from '../log/document.js';
import { readLog } from '../log/read-log.js';
import { lost, outcome } from './label.fixture.js';
import { label } from './label.js';
import { memcheckReport, type WrittenReport } from './memcheck-report.fixture.js';

const report = (losses: WrittenReport['losses'], more: Partial<WrittenReport> = {}) =>
  memcheckReport({ losses, ...more });

/** A document as XML tells it, which knows no LEAK SUMMARY. */
function asXml(document: LogDocument): LogDocument {
  const processes = document.processes.map((process) => ({
    ...process,
    checks: process.checks.map((check) => ({ ...check, summary: null })),
  }));
  return { ...document, format: 'memcheck-xml', processes };
}

describe('stacks that one run cuts deeper than the other', () => {
  const reasons = ['login', 'search', 'browse', 'order', 'logout'];
  const deep = (blocks: number) =>
    reasons.map((reason) => lost(blocks, `text_new < ${reason} < reply < serve < loop < main`));
  const cut = (blocks: number) => reasons.map((reason) => lost(blocks, `text_new < ${reason} < reply`));

  test('are one where the shorter one ends', async () => {
    const [whole, short] = [await report(deep(40)), await report(cut(40))];
    for (const labelling of [label([[whole]], [[short]]), label([[short]], [[whole]])]) {
      expect(labelling.groups.map(({ change }) => change)).toEqual(reasons.map(() => 'same'));
    }
  });

  test('part no further than the least depth', async () => {
    const before = await report([...deep(40), lost(60, 'text_new < order < reply < batch < main')]);
    expect(label([[before]], [[await report(cut(40))]]).records).toEqual(['4', '6']);
  });

  test('a few short stacks are no cut', async () => {
    const before = await report([...deep(40), lost(9, 'text_new < login < reply < batch < main')]);
    const after = await report([lost(5, 'table_new < boot')]);
    const signatures = label([[before]], [[after]]).groups.map(({ signature }) => signature);
    expect(signatures).toContain('text_new < login < reply < batch < main');
  });

  test('what was inlined is no call', async () => {
    const lines = (frames: readonly string[][]) =>
      frames.flatMap((stack, index) => [
        `==7== 32 bytes in 2 blocks are definitely lost in loss record ${index + 1} of ${frames.length}`,
        ...stack.map((frame, depth) => `==7==    ${depth === 0 ? 'at' : 'by'} ${frame}`),
        '==7== ',
      ]);
    const stacks = (...outer: string[]) =>
      reasons.map((reason, index) => [
        '0x10: malloc (vg_replace_malloc.c:381)',
        `0x2${index}: ${reason} (a.c:1)`,
        `0x2${index}: inlined (a.c:2)`,
        ...outer,
      ]);
    const read = async (frames: readonly string[][]) =>
      readLog(new TextEncoder().encode(`${lines(frames).join('\n')}\n`), { role: 'broker' });
    const before = await read(stacks('0x30: serve (a.c:3)', '0x40: loop (a.c:4)', '0x50: main (a.c:5)'));
    const after = await read(stacks('0x30: serve (a.c:3)'));
    expect(label([[before]], [[after]]).records).toEqual([]);
  });
});

describe('a report that does not tell all', () => {
  const tree = { 'indirectly lost': { bytes: 640, blocks: 40 } };

  test('without a summary, roots tell what may hang from them', async () => {
    const child = lost(20, 'engine.c:name_new < engine.c:link_open');
    const root = lost(1, 'engine.c:connection_new < main.c:main', { indirect: 640 });
    const before = await report([child, lost(1, root.stack)]);
    const after = asXml(await report([root], { unprinted: tree }));
    expect(outcome(label([[before]], [[after]]))).toContain('hidden name_new < link_open');
    const other = asXml(await report([lost(1, 'other.c:boot < main.c:main', { indirect: 640 })]));
    expect(outcome(label([[before]], [[other]]))).toContain('gone name_new < link_open');
  });

  test('without a summary, what was reachable or possibly lost may still be; what was lost for certain is gone', async () => {
    const before = await report([
      lost(9, 'table_new < main', { kind: 'still reachable' }),
      lost(9, 'job_new < main', { kind: 'possibly lost' }),
      lost(9, 'session_new < main'),
    ]);
    expect(outcome(label([[before]], [[asXml(await report([]))]]))).toEqual([
      'gone session_new < main',
      'hidden table_new < main',
      'hidden job_new < main',
    ]);
    expect(label([[before]], [[asXml(await report([]))]]).leftOut[0]?.why).toBe(
      'may be among still-reachable blocks that the report does not print',
    );
  });

  test('what one program does not print cannot hide in another', async () => {
    const run = async (losses: WrittenReport['losses'], reachable: number) => [
      await report(losses, { role: 'a' }),
      await report([], {
        role: 'b',
        unprinted: { 'still reachable': { bytes: reachable * 16, blocks: reachable } },
      }),
    ];
    const before = await run([lost(12, 'queue_open < main')], 0);
    expect(outcome(label([before], [await run([], 50)]))).toEqual(['gone queue_open < main']);
  });

  test('a report that is cut short, or not there, settles nothing that it does not print', async () => {
    const before = await report([lost(30, 'session_new < main'), lost(30, 'queue_new < main')]);
    const cut = await report([lost(30, 'queue_new < main')], { cut: true });
    const plain = await readLog(new TextEncoder().encode('2026-11-22 09:00:00 ready\n'), { role: 'broker' });
    expect(outcome(label([[before]], [[cut]]))).toEqual([
      'same queue_new < main',
      'hidden session_new < main',
    ]);
    const missing = label([[before]], [[plain]]);
    expect(missing.records).toEqual([]);
    expect(missing.leftOut[0]?.why).toBe('may be in a report that is missing or cut short');
    expect(outcome(label([[cut]], [[before]]))).toEqual([
      'same queue_new < main',
      'hidden session_new < main',
    ]);
    expect(label([[before]], [[await report([])], [cut]]).records).toEqual([]);
  });

  test('a quiet Memcheck ends no report, and a sanitizer without a leak says nothing', async () => {
    const quiet = await report([lost(30, 'session_new < main')], { cut: true });
    const silent = await readLog(new TextEncoder().encode('2026-11-22 09:00:00 ready\n'), { role: 'broker' });
    expect(label([[quiet]], [[silent]]).records).toEqual(['1']);
    const sanitized = await readLog(
      new TextEncoder().encode(
        [
          '=================================================================',
          '==7==ERROR: LeakSanitizer: detected memory leaks',
          '',
          'Direct leak of 16 byte(s) in 1 object(s) allocated from:',
          '    #0 0x10 in malloc (/lib/libasan.so+0x1)',
          '    #1 0x20 in session_new /src/a.c:3',
          '',
          'SUMMARY: AddressSanitizer: 16 byte(s) leaked in 1 allocation(s).',
          '',
        ].join('\n'),
      ),
      { role: 'broker' },
    );
    expect(label([[sanitized]], [[silent]]).records).toEqual(['1']);
  });
});

describe('a few possibly lost blocks', () => {
  const few = lost(2, 'job_new < main', { kind: 'possibly lost' });
  const reachable = (blocks: number) => ({
    unprinted: { 'still reachable': { bytes: blocks * 16, blocks } },
  });
  const restless = lost(20, 'object_new < run_script < main', { kind: 'possibly lost' });

  test('are gone where nothing else comes and goes', async () => {
    const before = await report([few, lost(30, 'session_new < main')]);
    expect(label([[before]], [[await report([])]]).records).toEqual(['1', '2']);
  });

  test('are not settled where others of the program are not; many are gone, and so is what is lost for certain', async () => {
    const many = lost(200, 'queue_new < main', { kind: 'possibly lost' });
    const certain = lost(1, 'session_new < main');
    const before = await report([few, restless, many, certain], reachable(100));
    const labelling = label([[before]], [[await report([], reachable(79))]]);
    expect(outcome(labelling)).toContain('hidden object_new < run_script < main');
    expect(labelling.leftOut.map(({ signature }) => signature)).toContain('job_new < main');
    expect(labelling.records).toEqual(['3', '4']);
  });
});

test('a program that was built under another name is the same one, and two are not', async () => {
  const run = (command: string, blocks: number) =>
    report([lost(blocks, 'session_new < main')], { role: command, command });
  const [before, after] = [await run('./broker-before', 40), await run('/opt/broker-after', 40)];
  expect(outcome(label([[before]], [[after]]))).toEqual(['same session_new < main']);
  const others = [await run('./one', 40), await run('./two', 40)];
  expect(label([[before]], [others]).groups.filter(({ change }) => change === 'same')).toEqual([]);
});
