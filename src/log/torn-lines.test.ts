import { describe, expect, test } from 'vitest';
import { readLog } from './read-log.js';
import { REPORT, readLines, reportOf } from './test-log.js';

/** A report whose third frame line is replaced by other lines. */
function reportWith(lines: readonly string[]): string[] {
  const report = reportOf(7, REPORT);
  const at = report.indexOf('==7==    by 0x109172: main (server.c:30)');
  return [...report.slice(0, at), ...lines, ...report.slice(at + 1)];
}

const FRAME = '==7==    by 0x109172: main (server.c:30)';
const EVENT = 'Thu Mar 27 12:33:32 2014 SERVER (INFO) Connection closed';
const MESSAGE = { component: 'SERVER', level: 'INFO', message: 'Connection closed' };

/** The functions of the one record, the events, and the problems of a log. */
async function read(lines: readonly string[]) {
  const { records, events, problems } = await readLines(lines);
  expect(records.filter(({ pid }) => pid === 7)).toHaveLength(1);
  return { functions: records.find(({ pid }) => pid === 7)?.frames.map((f) => f.function), events, problems };
}

const WHOLE = ['malloc', 'make_session', 'main'];

describe('application text and a report line in one line', () => {
  test('an event without its line end before a report line', async () => {
    const { functions, events, problems } = await read(reportWith([EVENT + FRAME]));
    expect(functions).toEqual(WHOLE);
    expect(events).toMatchObject([MESSAGE]);
    expect(problems).toEqual([
      { line: 14, what: 'application text runs into a report line', why: 'separated' },
    ]);
  });

  test.each([
    ['behind a frame', FRAME + EVENT],
    ['behind a frame, without a time', `${FRAME}SERVER (INFO): Connection closed`],
    ['behind a frame, with a place of its own', `${FRAME}Connection closed (server.c:99)`],
    ['of redis behind a frame', `${FRAME}11556:M 22 Nov 2026 08:50:33.123 * Connection closed`],
  ])('an event %s', async (_, line) => {
    const { functions, events, problems } = await read(reportWith([line]));
    expect(functions).toEqual(WHOLE);
    expect(events.map(({ message }) => message)).toEqual([expect.stringContaining('Connection closed')]);
    expect(problems).toMatchObject([{ line: 14, why: 'separated' }]);
  });

  test.each([
    'Sun Nov 22 09:01:31 2026 M (INFO) x',
    '2026-11-22 08:50:33: (response.c.689) x',
    '[2026-11-22T08:50:33Z] x',
    'Nov 22 09:34:08 host app[1]: x',
  ])('behind the first line of a record: %s', async (event) => {
    const report = reportOf(7, REPORT).map((line) => (line.endsWith('record 1 of 1') ? line + event : line));
    const { functions, events, problems } = await read(report);
    expect(functions).toEqual(WHOLE);
    expect(events).toMatchObject([{ message: 'x' }]);
    expect(problems).toHaveLength(1);
  });

  test('behind a prefix alone', async () => {
    const { functions, events } = await read(reportWith([FRAME, `==7== ${EVENT}`]));
    expect(functions).toEqual(WHOLE);
    expect(events).toMatchObject([MESSAGE]);
  });

  test('between the halves of a frame', async () => {
    const { functions, events, problems } = await read(
      reportWith([FRAME.slice(0, 23) + EVENT, FRAME.slice(23)]),
    );
    expect(functions).toEqual(WHOLE);
    expect(events).toMatchObject([MESSAGE]);
    expect(problems.map(({ why }) => why)).toEqual(['separated', 'joined with its end in line 15']);
  });
});

describe('report lines torn by those of another process', () => {
  const other = '==8== Invalid read of size 4';
  const otherFrame = '==8==    at 0x1: use (f.c:1)';

  test.each([3, 9, 12, 23, 30])('a frame cut after %i characters', async (at) => {
    const { functions, problems } = await read(
      reportWith([FRAME.slice(0, at) + other, otherFrame, '==8== ', FRAME.slice(at)]),
    );
    expect(functions).toEqual(WHOLE);
    expect(problems).toEqual([
      {
        line: 14,
        what: `a report line is torn: ${FRAME.slice(0, at)}`,
        why: 'joined with its end in line 17',
      },
    ]);
  });

  test('the first line of a record', async () => {
    const report = reportOf(7, REPORT);
    const at = report.findIndex((line) => line.endsWith('loss record 1 of 1'));
    const [start, end] = [(report[at] as string).slice(0, 30), (report[at] as string).slice(30)];
    const { functions } = await read([
      ...report.slice(0, at),
      start + other,
      end,
      ...report.slice(at + 1),
      otherFrame,
      '==8== ',
    ]);
    expect(functions).toEqual(WHOLE);
  });

  test('two whole report lines without a line end between them', async () => {
    const { functions, problems } = await read(reportWith([FRAME + other, otherFrame, '==8== ']));
    expect(functions).toEqual(WHOLE);
    expect(problems).toEqual([{ line: 14, what: 'two report lines in one', why: 'separated' }]);
  });

  test('a frame whose end never comes is kept and flagged', async () => {
    const { functions, problems } = await read(
      reportWith([FRAME.slice(0, 26) + other, otherFrame, '==8== ']),
    );
    expect(functions).toEqual(['malloc', 'make_session', 'main']);
    expect(problems).toEqual([
      { line: 14, what: 'a report line is torn:    by 0x109172: main', why: 'its end was not found' },
    ]);
  });

  test('a record whose first line is lost is flagged, and shown by the sums', async () => {
    const report = reportOf(7, REPORT);
    const at = report.findIndex((line) => line.endsWith('loss record 1 of 1'));
    const { records, problems, errors } = await readLines([
      ...report.slice(0, at),
      `${(report[at] as string).slice(0, 30)}${other}`,
      otherFrame,
      '==8== ',
      ...report.slice(at + 1),
    ]);
    expect(records).toEqual([]);
    expect(errors).toMatchObject([{ pid: 8 }]);
    expect(problems.map(({ what }) => what)).toEqual(['a report line is torn: 40 bytes in 1 blocks are']);
  });
});

test('the end of a frame line alone is flagged and kept', async () => {
  const { events, problems } = await readLines([EVENT, '   by 0x109172: main (server.c:30)']);
  expect(events).toMatchObject([{ message: 'Connection closed\n   by 0x109172: main (server.c:30)' }]);
  expect(problems).toMatchObject([{ line: 2, why: 'kept as an event' }]);
});

test('what nobody knows of a report and what the application writes next are events in their order', async () => {
  const { events } = await readLines([
    ...reportOf(7, ['The moon is full.', '']),
    '2026-11-22 08:50:28 accepted a client',
    ...reportOf(7, REPORT),
  ]);
  expect(events.map(({ message }) => message)).toEqual(['The moon is full.', 'accepted a client']);
});

test('a line of a report that nobody knows is flagged and kept as an event of its process', async () => {
  const { events, problems } = await readLines(reportOf(7, [...REPORT, 'The moon is full.']));
  expect(events).toMatchObject([{ pid: 7, message: 'The moon is full.' }]);
  expect(problems).toEqual([
    { line: 25, what: 'an unknown line of a report: The moon is full.', why: 'kept as an event' },
  ]);
});

test('NUL bytes and bytes that are not UTF-8 are flagged', async () => {
  const log = await readLog(Buffer.from(`\0\0\0${EVENT}\nblau\xdfer Himmel\n`, 'latin1'));
  expect(log.events.map(({ message }) => message)).toEqual(['Connection closed', 'blau\ufffder Himmel']);
  expect(log.problems).toEqual([
    { line: 1, what: 'NUL bytes', why: 'left out' },
    { line: 2, what: 'bytes that are not UTF-8', why: 'read as U+FFFD' },
  ]);
});
