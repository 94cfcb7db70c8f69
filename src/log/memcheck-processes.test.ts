import { describe, expect, test } from 'vitest';
import { readLog } from './read-log.js';
import { reconcile } from './reconcile.js';
import { BANNER, ERROR_SUMMARY, LEAK_CHECK, REPORT, readLines, reportOf } from './test-log.js';

describe('leak checks', () => {
  test('each of a process has its number and its own record ids', async () => {
    const { processes, records, problems } = await readLines(
      reportOf(7, [...BANNER, ...LEAK_CHECK.slice(5), ...LEAK_CHECK, ERROR_SUMMARY]),
    );
    expect(records.map(({ id, check }) => [id, check])).toEqual([
      ['7.1:1', 1],
      ['7.2:1', 2],
    ]);
    expect(processes[0]?.checks.map(({ heapUsage }) => heapUsage?.allocs)).toEqual([undefined, 3]);
    expect(problems).toEqual([]);
  });

  test('heuristics, suppressed blocks and changes in a LEAK SUMMARY', async () => {
    const { processes, problems } = await readLines(
      reportOf(7, [
        'LEAK SUMMARY:',
        '   definitely lost: 40 (+40) bytes in 1 (+1) blocks',
        '   indirectly lost: 0 (+0) bytes in 0 (+0) blocks',
        '     possibly lost: 0 (-8) bytes in 0 (-1) blocks',
        '   still reachable: 72,704 (+0) bytes in 1 (+0) blocks',
        '                      of which reachable via heuristic:',
        '                        stdstring          : 60 bytes in 2 blocks',
        '        suppressed: 12 (+0) bytes in 3 (+0) blocks',
        '',
      ]),
    );
    expect(processes[0]?.checks[0]?.summary).toEqual({
      'definitely-lost': { bytes: 40, blocks: 1 },
      'indirectly-lost': { bytes: 0, blocks: 0 },
      'possibly-lost': { bytes: 0, blocks: 0 },
      'still-reachable': { bytes: 72704, blocks: 1 },
      suppressed: { bytes: 12, blocks: 3 },
    });
    expect(problems).toEqual([]);
  });

  test('the form of Valgrind 3.5 and before', async () => {
    const { processes, problems } = await readLines(
      reportOf(7, [
        'malloc/free: in use at exit: 40 bytes in 1 blocks.',
        'malloc/free: 3 allocs, 2 frees, 1,104 bytes allocated.',
        'For counts of detected errors, rerun with: -v',
        'searching for pointers to 1 not-freed blocks.',
        'checked 65,412 bytes.',
        '',
        ...LEAK_CHECK.slice(5),
      ]),
    );
    expect(problems).toEqual([]);
    expect(processes[0]?.checks).toMatchObject([
      { inUseAtExit: { bytes: 40, blocks: 1 }, heapUsage: { allocs: 3 }, recordsCounted: 1 },
    ]);
  });

  test('a process that freed everything', async () => {
    const log = await readLines(
      reportOf(7, [
        ...BANNER,
        'HEAP SUMMARY:',
        '    in use at exit: 0 bytes in 0 blocks',
        '  total heap usage: 3 allocs, 3 frees, 1,104 bytes allocated',
        '',
        'All heap blocks were freed -- no leaks are possible',
        '',
        'ERROR SUMMARY: 0 errors from 0 contexts (suppressed: 0 from 0)',
      ]),
    );
    expect(log).toMatchObject({ truncated: false, problems: [] });
    expect(reconcile(log).map(({ result }) => result)).toEqual(['equal', 'equal', 'equal', 'equal']);
  });

  test('records that do not come to the LEAK SUMMARY are flagged', async () => {
    const { problems } = await readLines(
      reportOf(7, REPORT).map((line) =>
        line.replace('definitely lost: 40 bytes', 'definitely lost: 48 bytes'),
      ),
    );
    expect(problems).toEqual([
      {
        line: 21,
        what:
          'the 1 definitely-lost records of process 7 come to 40 bytes in 1 blocks, ' +
          'its LEAK SUMMARY to 48 bytes in 1 blocks',
        why: 'both are kept as printed',
      },
    ]);
  });
});

describe('several processes in one file', () => {
  test('their lines may alternate', async () => {
    const one = reportOf(7, REPORT);
    const other = reportOf(8, REPORT);
    const { records, processes, problems } = await readLines(
      one.flatMap((line, index) => [line, other[index] as string]),
    );
    expect(records.map(({ id, frames }) => [id, frames.length])).toEqual([
      ['7:1', 3],
      ['8:1', 3],
    ]);
    expect(processes.map(({ pid, command }) => [pid, command])).toEqual([
      [7, './server --port 80'],
      [8, './server --port 80'],
    ]);
    expect(problems).toEqual([]);
  });

  test('a forked child has no banner and reports what it inherited again', async () => {
    const { processes, records, groups, problems } = await readLines([
      ...reportOf(7, BANNER),
      ...reportOf(8, [...LEAK_CHECK, ERROR_SUMMARY]),
      ...reportOf(7, [...LEAK_CHECK, ERROR_SUMMARY]),
    ]);
    expect(processes.map(({ pid, command }) => [pid, command])).toEqual([
      [7, './server --port 80'],
      [8, null],
    ]);
    expect(records.map(({ id }) => id)).toEqual(['8:1', '7:1']);
    expect(groups).toMatchObject([{ records: ['8:1', '7:1'], bytes: 80 }]);
    expect(problems).toEqual([]);
  });

  test('a program that another one replaced under the same pid', async () => {
    const { processes, records } = await readLines([...reportOf(7, REPORT), ...reportOf(7, REPORT)]);
    expect(processes).toMatchObject([
      { pid: 7, lines: [1, 24], checks: [{ number: 1 }] },
      { pid: 7, lines: [25, 48], checks: [{ number: 2 }] },
    ]);
    expect(records.map(({ id }) => id)).toEqual(['7.1:1', '7.2:1']);
  });
});

describe('a log that ends too early', () => {
  test.each([
    ['behind the banner', 5],
    ['in the heap summary', 8],
    ['behind the first line of a record', 11],
    ['within a stack', 12],
    ['behind the records', 15],
    ['within the LEAK SUMMARY', 18],
  ])('%s', async (_, lines) => {
    const log = await readLines(reportOf(7, REPORT.slice(0, lines)));
    expect(log.truncated).toBe(true);
    expect(log.problems).toMatchObject([{ why: 'the log ends before the report does' }]);
  });

  test('within a line: the record keeps the frames before it', async () => {
    const whole = `${reportOf(7, REPORT.slice(0, 14)).join('\n')}`;
    const log = await readLog(Buffer.from(whole.slice(0, -6)));
    expect(log.truncated).toBe(true);
    expect(log.records[0]?.frames.map((f) => f.function)).toEqual(['malloc', 'make_session']);
    expect(log.problems.map(({ what }) => what)).toContain(
      'the last line is cut short:    by 0x109172: main (server',
    );
  });

  test('not when only the last line end is missing, nor when Valgrind was told to be quiet', async () => {
    const whole = await readLog(Buffer.from(reportOf(7, REPORT).join('\n')));
    const quiet = await readLines(reportOf(7, REPORT.slice(10, 15)));
    expect([whole.truncated, quiet.truncated]).toEqual([false, false]);
    expect([...whole.problems, ...quiet.problems]).toEqual([]);
  });
});
