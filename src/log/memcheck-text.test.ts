import { describe, expect, test } from 'vitest';
import { ERROR_SUMMARY, REPORT, readLines, reportOf } from './test-log.js';

test('a report of one process', async () => {
  const log = await readLines(reportOf(7, REPORT));
  expect(log).toMatchObject({
    format: 'memcheck-text',
    lines: 24,
    truncated: false,
    problems: [],
    errors: [],
    events: [],
    processes: [
      {
        pid: 7,
        parentPid: null,
        tool: 'memcheck',
        toolVersion: '3.19.0',
        command: './server --port 80',
        lines: [1, 24],
        errorSummary: { errors: 1, contexts: 1, suppressed: 0 },
        checks: [
          {
            number: 1,
            lines: [7, 21],
            recordsCounted: 1,
            inUseAtExit: { bytes: 40, blocks: 1 },
            heapUsage: { allocs: 3, frees: 2, bytes: 1104 },
            summary: { 'definitely-lost': { bytes: 40, blocks: 1 }, suppressed: { bytes: 0, blocks: 0 } },
          },
        ],
      },
    ],
  });
  expect(log.records).toEqual([
    {
      id: '1',
      number: 1,
      pid: 7,
      check: 1,
      log: 'log',
      kind: 'definitely-lost',
      bytes: 40,
      blocks: 1,
      directBytes: 40,
      indirectBytes: 0,
      delta: null,
      lines: [11, 14],
      frames: [
        frame('0x48417B4', 'malloc', {
          object: '/usr/libexec/valgrind/vgpreload_memcheck-amd64-linux.so',
        }),
        frame('0x109151', 'make_session', { file: 'server.c', line: 12 }),
        frame('0x109172', 'main', { file: 'server.c', line: 30 }),
      ],
    },
  ]);
  expect(log.groups).toMatchObject([
    { signature: 'make_session < main', records: ['1'], bytes: 40, blocks: 1 },
  ]);
});

function frame(address: string, name: string | null, place: object) {
  return { address, function: name, file: null, line: null, column: null, object: null, ...place };
}

/** Reads one loss record, given its first line and its frames. */
async function readRecord(headline: string, frames: readonly string[] = ['   at 0x1: f (f.c:1)']) {
  const { records, problems } = await readLines(reportOf(7, [headline, ...frames, '']));
  expect(problems).toEqual([]);
  expect(records).toHaveLength(1);
  return records[0];
}

describe('the first line of a loss record', () => {
  test.each([
    ['16 bytes in 1 blocks are definitely lost in loss record 3 of 9', 'definitely-lost'],
    ['16 bytes in 1 blocks are indirectly lost in loss record 3 of 9', 'indirectly-lost'],
    ['16 bytes in 1 blocks are possibly lost in loss record 3 of 9', 'possibly-lost'],
    ['16 bytes in 1 blocks are still reachable in loss record 3 of 9', 'still-reachable'],
  ])('%s', async (headline, kind) => {
    expect(await readRecord(headline)).toMatchObject({ kind, number: 3, bytes: 16, blocks: 1, delta: null });
  });

  test('direct and indirect bytes, thousands separators', async () => {
    expect(
      await readRecord(
        '9,568 (2,944 direct, 6,624 indirect) bytes in 1,046 blocks are definitely lost in loss record 1,005 of 12,345',
      ),
    ).toMatchObject({ bytes: 9568, directBytes: 2944, indirectBytes: 6624, blocks: 1046, number: 1005 });
  });

  test('changes since the leak check before', async () => {
    expect(
      await readRecord(
        '120 (+80) (40 (+0) direct, 80 (+80) indirect) bytes in 1 (+0) blocks are definitely lost in loss record 2 of 2',
      ),
    ).toMatchObject({ bytes: 120, directBytes: 40, indirectBytes: 80, delta: { bytes: 80, blocks: 0 } });
    expect(
      await readRecord('40 (-80) bytes in 1 (-2) blocks are possibly lost in loss record 2 of 2'),
    ).toMatchObject({ bytes: 40, blocks: 1, delta: { bytes: -80, blocks: -2 } });
    expect(
      await readRecord('40 (+40) bytes in 1 (+1) blocks are possibly lost in new loss record 2 of 2'),
    ).toMatchObject({ number: 2, delta: { bytes: 40, blocks: 1 } });
  });
});

describe('frames', () => {
  const name = `std::map<std::string, ${'std::vector<int, std::allocator<int> >, '.repeat(80)}X>::operator[](A&&)`;

  test.each([
    ['   at 0x4A: ???', frame('0x4A', null, {})],
    ['   at 0x4A: ??? (in /usr/lib/a.so)', frame('0x4A', null, { object: '/usr/lib/a.so' })],
    ['   by 0x4A: f (in /usr/lib/a.so (deleted))', frame('0x4A', 'f', { object: '/usr/lib/a.so (deleted)' })],
    ['   by 0x4A: (within /usr/lib/a.so)', frame('0x4A', null, { object: '/usr/lib/a.so' })],
    [
      '   by 0x4A: (below main) (libc-start.c:226)',
      frame('0x4A', '(below main)', { file: 'libc-start.c', line: 226 }),
    ],
    ['   by 0x4A: f (/src/a b/c.c:12)', frame('0x4A', 'f', { file: '/src/a b/c.c', line: 12 })],
    ['   by 0x4A: f (/src/a (2)/c.c:12)', frame('0x4A', 'f', { file: '/src/a (2)/c.c', line: 12 })],
    [
      '   by 0x4A: A::operator()(int, B<C (*)(int)>) const (a.cpp:3)',
      frame('0x4A', 'A::operator()(int, B<C (*)(int)>) const', { file: 'a.cpp', line: 3 }),
    ],
    [
      '   by 0x4A: operator==(A const&, A const&) (a.h:9)',
      frame('0x4A', 'operator==(A const&, A const&)', { file: 'a.h', line: 9 }),
    ],
    [`   by 0x4A: ${name} (stl_map.h:501)`, frame('0x4A', name, { file: 'stl_map.h', line: 501 })],
  ])('%s', async (line, expected) => {
    const record = await readRecord('1 bytes in 1 blocks are definitely lost in loss record 1 of 1', [line]);
    expect(record?.frames).toEqual([expected]);
  });

  test('inlined calls share an address and stay apart', async () => {
    const record = await readRecord('1 bytes in 1 blocks are definitely lost in loss record 1 of 1', [
      '   at 0x4A: inner (a.h:1)',
      '   by 0x4A: outer (a.c:2)',
    ]);
    expect(record?.frames.map((f) => f.function)).toEqual(['inner', 'outer']);
  });

  test('equal stacks are one array', async () => {
    const { records } = await readLines(
      reportOf(7, [
        '1 bytes in 1 blocks are definitely lost in loss record 1 of 2',
        '   at 0x1: f (f.c:1)',
        '',
        '2 bytes in 1 blocks are possibly lost in loss record 2 of 2',
        '   at 0x1: f (f.c:1)',
        '',
      ]),
    );
    expect(records[0]?.frames).toBe(records[1]?.frames);
  });
});

describe('prefixes', () => {
  test.each([
    ['a time since the start', (line: string, index: number) => `==00:00:00:0${index % 10}.123 7== ${line}`],
    ['Valgrind under Valgrind', (line: string) => `>==7== ${line}`],
    ['no space behind it on blank lines', (line: string) => `==7== ${line}`.trimEnd()],
    ['ANSI colours', (line: string) => `\x1b[1m==7==\x1b[0m \x1b[31;1m${line}\x1b[0m`],
    ['carriage returns', (line: string) => `==7== ${line}\r`],
  ])('%s', async (_, prefixed) => {
    const { file: _file, bytes: _bytes, ...plain } = await readLines(reportOf(7, REPORT));
    expect(await readLines(REPORT.map(prefixed))).toMatchObject(plain);
  });

  test('what the program says through Valgrind is an event of its process', async () => {
    const { events, problems } = await readLines([...reportOf(7, REPORT), '**7** checkpoint 3 reached']);
    expect(events).toMatchObject([{ message: 'checkpoint 3 reached', pid: 7, lines: [25, 25] }]);
    expect(problems).toEqual([]);
  });

  test('what Valgrind says of its own doings is no event', async () => {
    const { events, problems } = await readLines([
      '--7-- Reading syms from /lib/libc.so.6',
      ...reportOf(7, REPORT),
    ]);
    expect(events).toEqual([]);
    expect(problems).toEqual([]);
  });
});

describe('errors', () => {
  const read = async (lines: readonly string[]) => {
    const { errors, records, problems } = await readLines(reportOf(7, [...lines, '']));
    expect(records).toEqual([]);
    expect(problems).toEqual([]);
    return errors;
  };

  test.each([
    ['Invalid read of size 8', 'invalid-read'],
    ['Invalid write of size 1', 'invalid-write'],
    ['Conditional jump or move depends on uninitialised value(s)', 'uninit-condition'],
    ['Use of uninitialised value of size 8', 'uninit-value'],
    ['Invalid free() / delete / delete[] / realloc()', 'invalid-free'],
    ['Mismatched free() / delete / delete []', 'mismatched-free'],
    ['Syscall param write(buf) points to uninitialised byte(s)', 'syscall-param'],
    ['Source and destination overlap in memcpy(0x4a8, 0x4a0, 16)', 'overlap'],
    ["Argument 'size' of function malloc has a fishy (possibly negative) value: -1", 'fishy-value'],
    ['Jump to the invalid address stated on the next line', 'invalid-jump'],
    ['Uninitialised byte(s) found during client check request', 'client-check'],
    ['realloc() with size 0', 'realloc-size-zero'],
    ['Open file descriptor 3: /etc/hosts', 'fd-not-closed'],
    ['Process terminating with default action of signal 6 (SIGABRT)', 'fatal-signal'],
  ])('%s', async (message, kind) => {
    expect(await read([message, '   at 0x1: f (f.c:1)'])).toMatchObject([
      { kind, message, pid: 7, lines: [1, 2], frames: [{ function: 'f' }], auxiliary: [] },
    ]);
  });

  test('each further stack stands with the line that introduces it', async () => {
    expect(
      await read([
        'Thread 2 worker:',
        'Invalid read of size 4',
        '   at 0x1: use (f.c:1)',
        " Address 0x4 is 0 bytes inside a block of size 4 free'd",
        '   at 0x2: free (in /a.so)',
        '   by 0x3: drop (f.c:2)',
        " Block was alloc'd at",
        '   at 0x4: malloc (in /a.so)',
      ]),
    ).toMatchObject([
      {
        lines: [2, 8],
        frames: [{ function: 'use' }],
        auxiliary: [
          {
            what: "Address 0x4 is 0 bytes inside a block of size 4 free'd",
            frames: [{ function: 'free' }, { function: 'drop' }],
          },
          { what: "Block was alloc'd at", frames: [{ function: 'malloc' }] },
        ],
      },
    ]);
  });

  test('a fatal signal with its reason and the advice below it', async () => {
    expect(
      await read([
        'Process terminating with default action of signal 11 (SIGSEGV): dumping core',
        ' Access not within mapped region at address 0x0',
        '   at 0x1: f (f.c:1)',
        ' If you believe this happened as a result of a stack',
        " overflow in your program's main thread (unlikely but",
        ' possible), you can try to increase the size of the',
        ' main thread stack using the --main-stacksize= flag.',
        ' The main thread stack size used in this run was 8388608.',
      ]),
    ).toMatchObject([
      {
        message:
          'Process terminating with default action of signal 11 (SIGSEGV): dumping core; ' +
          'Access not within mapped region at address 0x0',
        auxiliary: [],
      },
    ]);
  });

  test('errors that -v prints again below the summary count once', async () => {
    const error = ['Invalid read of size 4', '   at 0x1: use (f.c:1)', ''];
    const again = [ERROR_SUMMARY, '', '1 errors in context 1 of 1:', ...error, ERROR_SUMMARY];
    expect(await read([...error, ...again])).toHaveLength(1);
  });

  test('a kind that nobody knows is kept and flagged', async () => {
    const { errors, problems } = await readLines(
      reportOf(7, ['Entirely new trouble', '   at 0x1: use (f.c:1)', '']),
    );
    expect(errors).toMatchObject([{ kind: 'unknown', message: 'Entirely new trouble' }]);
    expect(problems).toMatchObject([{ line: 1, why: 'kept as an error' }]);
  });
});

test('a warning with the advice below it is neither an error nor an event', async () => {
  const { events, errors, problems } = await readLines(
    reportOf(7, [
      'Warning: noted but unhandled ioctl 0x8931 with no size/direction hints.',
      '   This could cause spurious value errors to appear.',
      '   See README_MISSING_SYSCALL_OR_IOCTL for guidance on writing a proper wrapper.',
    ]),
  );
  expect({ events, errors, problems }).toEqual({ events: [], errors: [], problems: [] });
});

test('generated suppressions are neither errors nor events', async () => {
  const { events, errors, problems } = await readLines([
    ...reportOf(7, ['Invalid read of size 4', '   at 0x1: use (f.c:1)', '']),
    '{',
    '   <insert_a_suppression_name_here>',
    '   Memcheck:Addr4',
    '   fun:use',
    '   obj:/usr/lib/a.so',
    '}',
    '{',
    '  "json": true',
    '}',
  ]);
  expect(errors).toHaveLength(1);
  expect(events.map(({ message }) => message)).toEqual(['{\n  "json": true\n}']);
  expect(problems).toEqual([]);
});
