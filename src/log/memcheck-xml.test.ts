import { describe, expect, test } from 'vitest';
import type { Stack } from './document.js';
import { readLog } from './read-log.js';
import { readLines, reportOf } from './test-log.js';

const read = (lines: readonly string[]) => readLog(Buffer.from(`${lines.join('\n')}\n`));
const names = (frames: Stack) => frames.map((frame) => frame.function ?? '???').join(' < ');

const preamble = (protocol: number, tool = 'memcheck') => [
  '<?xml version="1.0"?>',
  '',
  '<valgrindoutput>',
  '',
  `<protocolversion>${protocol}</protocolversion>`,
  `<protocoltool>${tool}</protocoltool>`,
  '<preamble>',
  '  <line>Memcheck, a memory error detector</line>',
  '  <line>Using Valgrind-3.19.0 and LibVEX; rerun with -h for copyright info</line>',
  '</preamble>',
  '<pid>1109</pid>',
  '<ppid>1107</ppid>',
  '<args>',
  '  <vargv><exe>/usr/bin/valgrind.bin</exe><arg>--xml=yes</arg></vargv>',
  '  <argv><exe>./server</exe><arg>-c</arg><arg>a &amp; b</arg></argv>',
  '</args>',
  '<status><state>RUNNING</state><time>00:00:00:00.027 </time></status>',
];
const frame = (name: string) =>
  `<frame><ip>0x4848</ip><obj>/opt/server</obj><fn>${name}</fn><dir>/src</dir><file>server.c</file><line>9</line></frame>`;
const error = (kind: string, what: readonly string[], unique = '0x1') => [
  '<error>',
  `  <unique>${unique}</unique><tid>1</tid><kind>${kind}</kind>`,
  ...what,
  '</error>',
];
const leak = (kind: string, text: string, bytes: number | string, blocks: number, name = 'open_session') =>
  error(kind, [
    `  <xwhat><text>${text}</text><leakedbytes>${bytes}</leakedbytes><leakedblocks>${blocks}</leakedblocks></xwhat>`,
    `  <stack>${frame('malloc')}${frame(name)}</stack>`,
  ]);
const FINISHED = '<status><state>FINISHED</state><time>00:00:01:15.807 </time></status>';
const END = '</valgrindoutput>';

test('a leak, its process and its frames', async () => {
  const document = await read([
    ...preamble(4),
    FINISHED,
    ...leak(
      'Leak_DefinitelyLost',
      '1,200 (200 direct, 1,000 indirect) bytes in 5 blocks are definitely lost in loss record 7 of 2,283',
      '1,200',
      5,
      'std::map&lt;int, A&gt;::f()',
    ),
    '<errorcounts></errorcounts>',
    '<suppcounts><pair><count>3</count><name>dl-hack</name></pair></suppcounts>',
    END,
  ]);
  expect(document.format).toBe('memcheck-xml');
  expect(document.processes).toEqual([
    {
      pid: 1109,
      parentPid: 1107,
      tool: 'memcheck',
      toolVersion: '3.19.0',
      command: './server -c a & b',
      lines: [3, 26],
      checks: [
        {
          number: 1,
          lines: [19, 23],
          recordsCounted: 2283,
          inUseAtExit: null,
          heapUsage: null,
          summary: null,
        },
      ],
      errorSummary: { errors: 1, contexts: 1, suppressed: 3 },
    },
  ]);
  expect(document.records).toMatchObject([
    {
      id: '7',
      number: 7,
      kind: 'definitely-lost',
      bytes: 1200,
      blocks: 5,
      directBytes: 200,
      indirectBytes: 1000,
      lines: [19, 23],
    },
  ]);
  expect(document.records[0]?.frames[1]).toEqual({
    function: 'std::map<int, A>::f()',
    file: 'server.c',
    line: 9,
    column: null,
    object: null,
    address: '0x4848',
  });
  expect([document.problems, document.events, document.truncated]).toEqual([[], [], false]);
});

test('every kind of leak', async () => {
  const { records } = await read([
    ...preamble(4),
    ...leak('Leak_StillReachable', '1 bytes in 1 blocks are still reachable in loss record 1 of 4', 1, 1),
    ...leak('Leak_IndirectlyLost', '2 bytes in 1 blocks are indirectly lost in loss record 2 of 4', 2, 1),
    ...leak('Leak_PossiblyLost', '3 bytes in 1 blocks are possibly lost in loss record 3 of 4', 3, 1),
    ...leak('Leak_DefinitelyLost', '4 bytes in 1 blocks are definitely lost in loss record 4 of 4', 4, 1),
    END,
  ]);
  expect(records.map(({ number, kind, bytes }) => [number, kind, bytes])).toEqual([
    [1, 'still-reachable', 1],
    [2, 'indirectly-lost', 2],
    [3, 'possibly-lost', 3],
    [4, 'definitely-lost', 4],
  ]);
});

test('a leak whose text tells no number is numbered by its place', async () => {
  const { records } = await read([
    ...preamble(4),
    ...leak('Leak_PossiblyLost', 'lost', '1,024', 2),
    ...leak('Leak_DefinitelyLost', 'lost', 16, 1),
    END,
  ]);
  expect(records.map(({ number, kind, bytes, blocks }) => [number, kind, bytes, blocks])).toEqual([
    [1, 'possibly-lost', 1024, 2],
    [2, 'definitely-lost', 16, 1],
  ]);
});

test('another leak check begins where the numbers do not rise, and behind FINISHED', async () => {
  const lost = (number: number) =>
    leak(
      'Leak_DefinitelyLost',
      `8 bytes in 1 blocks are definitely lost in loss record ${number} of 9`,
      8,
      1,
    );
  const { records, processes } = await read([
    ...preamble(4),
    ...[lost(2), lost(5), lost(2), lost(6)].flat(),
    FINISHED,
    ...lost(7),
    END,
  ]);
  expect(records.map(({ check, number }) => [check, number])).toEqual([
    [1, 2],
    [1, 5],
    [2, 2],
    [2, 6],
    [3, 7],
  ]);
  expect(processes[0]?.checks).toHaveLength(3);
});

test('protocol 6 tells the heap, the leaks and the errors in sum', async () => {
  const summed = (kind: string, bytes: number, blocks: number) =>
    `<${kind}><bytes>${bytes}</bytes><in_blocks>${blocks}</in_blocks></${kind}>`;
  const { processes, problems } = await read([
    ...preamble(6),
    FINISHED,
    '<heap_summary>',
    '  <memory_in_use_at_exit><bytes>720</bytes><blocks>5</blocks></memory_in_use_at_exit>',
    '  <total_heap_usage><allocs>1,005</allocs><frees>1000</frees><bytes_allocated>9000</bytes_allocated></total_heap_usage>',
    '</heap_summary>',
    '<all_heap_blocks_freed>false</all_heap_blocks_freed>',
    ...leak('Leak_DefinitelyLost', '48 bytes in 3 blocks are definitely lost in loss record 3 of 3', 48, 3),
    '<leak_summary>',
    summed('definitely_lost', 48, 3),
    summed('indirectly_lost', 32, 2),
    summed('possibly_lost', 0, 0),
    '<still_reachable><bytes>64</bytes><blocks>4</blocks></still_reachable>',
    summed('suppressed', 5, 1),
    '</leak_summary>',
    '<error_summary><errors>4</errors><error_contexts>2</error_contexts><suppressed>3</suppressed>',
    '<suppressed_contexts>1</suppressed_contexts></error_summary>',
    END,
  ]);
  expect(processes[0]).toMatchObject({
    errorSummary: { errors: 4, contexts: 2, suppressed: 3 },
    checks: [
      {
        inUseAtExit: { bytes: 720, blocks: 5 },
        heapUsage: { allocs: 1005, frees: 1000, bytes: 9000 },
        summary: {
          'definitely-lost': { bytes: 48, blocks: 3 },
          'indirectly-lost': { bytes: 32, blocks: 2 },
          'possibly-lost': { bytes: 0, blocks: 0 },
          'still-reachable': { bytes: 64, blocks: 4 },
          suppressed: { bytes: 5, blocks: 1 },
        },
      },
    ],
  });
  expect(processes[0]?.checks).toHaveLength(1);
  expect(problems).toEqual([]);
});

test('nothing lost, in protocol 6', async () => {
  const { processes } = await read([
    ...preamble(6),
    '<heap_summary><memory_in_use_at_exit><bytes>0</bytes><blocks>0</blocks></memory_in_use_at_exit></heap_summary>',
    '<all_heap_blocks_freed>true</all_heap_blocks_freed>',
    END,
  ]);
  expect(processes[0]?.checks).toMatchObject([{ summary: { 'definitely-lost': { bytes: 0, blocks: 0 } } }]);
});

describe('errors', () => {
  test('with their auxiliary stacks, counted as <errorcounts> says', async () => {
    const { errors, processes } = await read([
      ...preamble(5),
      ...error('InvalidRead', [
        '<what>Invalid read of size 1</what>',
        `<stack>${frame('use')}${frame('main')}</stack>`,
        "<auxwhat>Address 0x4a40043 is 3 bytes inside a block of size 10 free'd</auxwhat>",
        `<stack>${frame('free')}${frame('main')}</stack>`,
        '<xauxwhat><text>Block was alloc&apos;d at</text><file>no.c</file><line>1</line></xauxwhat>',
        `<stack>${frame('malloc')}<frame><ip>0x99</ip></frame></stack>`,
      ]),
      ...error(
        'FdNotClosed',
        ['<what>File descriptor 5 is not closed</what>', `<stack>${frame('open')}</stack>`],
        '0x2',
      ),
      '<errorcounts><pair><count>1,000</count><unique>0x1</unique></pair></errorcounts>',
      '<suppcounts></suppcounts>',
      END,
    ]);
    expect(errors.map(({ kind, message, pid }) => [kind, message, pid])).toEqual([
      ['invalid-read', 'Invalid read of size 1', 1109],
      ['fd-not-closed', 'File descriptor 5 is not closed', 1109],
    ]);
    expect(names(errors[0]?.frames ?? [])).toBe('use < main');
    expect(errors[0]?.auxiliary.map(({ what, frames }) => [what, names(frames)])).toEqual([
      ["Address 0x4a40043 is 3 bytes inside a block of size 10 free'd", 'free < main'],
      ["Block was alloc'd at", 'malloc < ???'],
    ]);
    expect(processes[0]?.errorSummary).toEqual({ errors: 1001, contexts: 2, suppressed: 0 });
  });

  test('a fatal signal is one', async () => {
    const { errors } = await read([
      ...preamble(4),
      '<fatal_signal><tid>1</tid><signo>11</signo><signame>SIGSEGV</signame><sicode>1</sicode>',
      '<event>Access not within mapped region</event><siaddr>0x0</siaddr>',
      `<stack>${frame('main')}</stack></fatal_signal>`,
      END,
    ]);
    expect(errors).toMatchObject([
      {
        kind: 'fatal-signal',
        message:
          'Process terminating with default action of signal 11 (SIGSEGV) Access not within mapped region',
      },
    ]);
  });
});

describe('a log that is cut short', () => {
  const whole = [
    ...preamble(4),
    ...leak('Leak_DefinitelyLost', '8 bytes in 1 blocks are definitely lost in loss record 1 of 2', 8, 1),
    '<error>',
    '  <unique>0x2</unique><tid>1</tid><kind>Leak_DefinitelyLost</kind>',
    '  <xwhat><text>9 bytes in 1 blocks are definitely lost in loss record 2 of 2</text></xwhat>',
    '  <stack>',
    frame('malloc'),
  ];

  test('between two leaks', async () => {
    const document = await read(whole.slice(0, -5));
    expect(document.truncated).toBe(true);
    expect(document.records).toHaveLength(1);
    expect(document.problems).toMatchObject([{ line: 3, what: 'the XML of process 1109 does not end' }]);
  });

  test('in a stack', async () => {
    const document = await read(whole);
    expect(document.records.map(({ number, frames }) => [number, names(frames)])).toEqual([
      [1, 'malloc < open_session'],
      [2, 'malloc'],
    ]);
    expect(document.problems.map(({ what }) => what)).toEqual([
      'the XML of process 1109 does not end',
      'an error that does not end',
    ]);
  });

  test('before the first frame', async () => {
    const document = await read(whole.slice(0, -1));
    expect(document.records).toHaveLength(1);
    expect(document.problems[1]).toMatchObject({ why: 'left out: it has no frame' });
  });
});

describe('a log with other lines in it', () => {
  test("the application's, before, between and behind", async () => {
    const { events, records, problems } = await read([
      'server: started',
      ...preamble(4),
      '2026-11-22 09:34:08 [info] request 1',
      ...leak('Leak_DefinitelyLost', '8 bytes in 1 blocks are definitely lost in loss record 1 of 2', 8, 1),
      END,
      'server: gone',
    ]);
    expect(events.map(({ message }) => message)).toEqual(['server: started', 'request 1', 'server: gone']);
    expect([records.length, problems]).toEqual([1, []]);
  });

  test('two documents, one after the other', async () => {
    const one = [
      ...preamble(4),
      ...leak('Leak_PossiblyLost', '8 bytes in 1 blocks are possibly lost in loss record 1 of 2', 8, 1),
    ];
    const { processes, records, problems } = await read([...one, ...one, END]);
    expect(processes).toHaveLength(2);
    expect(records.map(({ check }) => check)).toEqual([1, 2]);
    expect(problems).toMatchObject([{ what: 'the XML of process 1109 does not end' }]);
  });

  test('XML of something else is not read', async () => {
    const document = await read(['<?xml version="1.0"?>', '<note>hello</note>']);
    expect(document.format).toBe('plain');
    expect(document.problems).toMatchObject([{ line: 1, what: 'an XML declaration' }]);
  });

  test('text glued to an element is flagged', async () => {
    const lines = [...preamble(4), 'tick <status><state>FINISHED</state></status>', END];
    expect((await read(lines)).problems).toMatchObject([{ what: 'text between elements: tick' }]);
  });

  test('malformed XML is flagged, and what stands around it is read', async () => {
    const lines = leak(
      'Leak_DefinitelyLost',
      '8 bytes in 1 blocks are definitely lost in loss record 1 of 2',
      8,
      1,
    );
    const { records, problems } = await read([
      ...preamble(4),
      '<usercomment>a & b</usercomment>',
      ...lines,
      END,
    ]);
    expect(records).toHaveLength(1);
    expect(problems[0]?.what).toMatch(/^malformed XML: /);
  });
});

test.each([
  ['InvalidRead', 'Invalid read of size 4'],
  ['UninitCondition', 'Conditional jump or move depends on uninitialised value(s)'],
  ['MismatchedFree', 'Mismatched free() / delete / delete []'],
  ['ReallocSizeZero', 'realloc() with size 0'],
  ['InvalidSize', 'Invalid size value: 0'],
  ['InvalidAlignment', 'Invalid alignment value: 3 (should be power of 2)'],
  ['MismatchedAllocateDeallocateSize', 'Mismatched new/delete size value: 8'],
  [
    'MismatchedAllocateDeallocateAlignment',
    'Mismatched new/delete alignment alloc value: 64, dealloc value: 32',
  ],
])('an error of the kind %s has the kind of its text', async (kind, message) => {
  const xml = await read([...preamble(6), ...error(kind, [`<what>${message}</what>`]), END]);
  const text = await readLines(reportOf(7, [message, '   at 0x1: use (f.c:1)', '']));
  expect(xml.errors.map((one) => one.kind)).toEqual(text.errors.map((one) => one.kind));
  expect(xml.errors).toHaveLength(1);
});

test('other protocols are flagged, and read as well as can be', async () => {
  const { records, problems } = await read([
    ...preamble(7),
    ...leak('Leak_DefinitelyLost', '8 bytes in 1 blocks are definitely lost in loss record 1 of 2', 8, 1),
    END,
  ]);
  expect(records).toHaveLength(1);
  expect(problems).toMatchObject([{ what: 'XML protocol 7' }]);
});

test("another tool's XML is flagged and left out", async () => {
  const { processes, errors, problems } = await read([
    ...preamble(4, 'helgrind'),
    ...error('Race', ['<what>Possible data race</what>', `<stack>${frame('main')}</stack>`]),
    END,
  ]);
  expect([processes, errors]).toEqual([[], []]);
  expect(problems).toMatchObject([{ what: 'XML of the tool helgrind' }]);
});
