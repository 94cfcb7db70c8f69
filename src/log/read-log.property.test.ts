import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LeaktrailError } from '../error.js';
import { packageRoot } from '../package-root.js';
import type { Frame, LogDocument } from './document.js';
import { LONGEST_LINE } from './line-splitter.js';
import { readLog } from './read-log.js';
import { BANNER, ERROR_SUMMARY, REPORT, reportOf } from './test-log.js';
import { writeMemcheck } from './write-memcheck.js';

const DISPATCH_37 = readFileSync(path.join(packageRoot, 'datasets/dispatch-37/logs/router-a.log'));

const EVENT = 'Thu Mar 27 12:33:32 2014 SERVER (INFO) Connection closed';

/** Lines of all sorts, some of them torn, in any order. */
const line = fc.oneof(
  fc.constantFrom(...reportOf(7, REPORT), ...reportOf(8, REPORT)),
  fc.constantFrom('{', '}', '', '   at 0x1: f (a.c:1)', '==9==ERROR: LeakSanitizer: detected memory leaks'),
  fc.constantFrom('<?xml version="1.0"?>', '<valgrindoutput>', '<pid>7</pid>', '</valgrindoutput>'),
  fc.constantFrom(EVENT, `${EVENT}==7==    by 0x2: g (a.c:2)`, '==7==    by 0x2: g (a.==8== ', 'c:2)'),
  fc.string({ unit: 'binary', maxLength: 20 }),
);
const log = fc
  .tuple(fc.array(line, { maxLength: 60 }), fc.constantFrom('\n', '\r\n'), fc.boolean())
  .map(([lines, lineEnd, ended]) => Buffer.from(lines.join(lineEnd) + (ended ? lineEnd : '')));

/** The document, or the one error that reading may throw. */
async function outcome(source: Parameters<typeof readLog>[0]): Promise<LogDocument | string> {
  try {
    return await readLog(source);
  } catch (error) {
    if (error instanceof LeaktrailError) return error.message;
    throw error;
  }
}

function split(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const at = [0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  return at.slice(1).map((end, index) => bytes.subarray(at[index], end));
}

test('any split of the bytes into pieces gives the same document', async () => {
  await fc.assert(
    fc.asyncProperty(log, fc.array(fc.nat(), { maxLength: 10 }), async (bytes, cuts) => {
      expect(await outcome(split(bytes, cuts))).toEqual(await outcome(bytes));
    }),
    { numRuns: 300 },
  );
});

test('a real log in pieces of one, of a prime and of a buffer length', async () => {
  const whole = await readLog(DISPATCH_37);
  for (const length of [1, 131, 65_536]) {
    const cuts = Array.from({ length: DISPATCH_37.length / length }, (_, index) => index * length);
    expect(await readLog(split(DISPATCH_37, cuts))).toEqual(whole);
  }
});

test('what was read before reads the same again, under another pid', async () => {
  const once = await readLog(DISPATCH_37);
  const [pid] = once.processes.map((one) => one.pid);
  const other = Buffer.from(DISPATCH_37.toString('latin1').replaceAll(`==${pid}==`, '==12345=='), 'latin1');
  const { records, events } = await readLog([DISPATCH_37, other]);
  const again = records.filter((record) => record.pid === 12345);
  expect(again.map(({ frames }) => frames)).toEqual(once.records.map(({ frames }) => frames));
  expect(again.map(({ lines }) => lines[0] - once.lines)).toEqual(once.records.map(({ lines }) => lines[0]));
  expect(again.every(({ frames }, index) => frames === records[index]?.frames)).toBe(true);
  expect(events.map(({ message }) => message)).toEqual(
    [...once.events, ...once.events].map(({ message }) => message),
  );
});

test('nothing of a log is lost: each of its lines is in a report, an event or a problem', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 60 })), async (numbers) => {
      const words = numbers.map((number) => `said ${number}`);
      const lines = words.flatMap((word, index) => [word, `==7== ${REPORT[index % REPORT.length]}`]);
      const document = await outcome(Buffer.from(lines.join('\n')));
      const messages = typeof document === 'string' ? [] : document.events.map(({ message }) => message);
      expect(messages).toEqual(words);
    }),
  );
});

test('random bytes are read or refused as no text', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 4000 }), async (bytes) => {
      const result = await outcome(bytes);
      if (typeof result === 'string') expect(['not a text file', 'the log is empty']).toContain(result);
      else expect(result.bytes).toBeGreaterThanOrEqual(0);
    }),
    { numRuns: 300 },
  );
});

test('any text between the lines of a report leaves the report whole', async () => {
  const lines = reportOf(7, REPORT).map((text) => `${text}\n`);
  const text = fc.stringMatching(/^[ -,./0-9:;>?@A-Z[\]^_a-z{|}~]{0,80}$/);
  await fc.assert(
    fc.asyncProperty(text, fc.nat({ max: lines.length }), async (said, at) => {
      const log = [...lines.slice(0, at), `${said}\n`, ...lines.slice(at)].join('');
      const { records, truncated } = await readLog(Buffer.from(log));
      expect(records.map((record) => record.frames.length)).toEqual([3]);
      expect(truncated).toBe(false);
    }),
  );
});

const word = fc.stringMatching(/^[a-z_][a-z0-9_]{0,12}$/);
const functionName = fc.oneof(
  word,
  fc.tuple(word, word).map(([a, b]) => `${a}::${b}(int, char const*) const`),
  fc.tuple(word, word).map(([a, b]) => `std::map<${a}, std::vector<${b}> >::operator[](${a}&&)`),
  fc.constantFrom(
    'operator new(unsigned long)',
    'A::operator()(B (*)(int))',
    'operator==(A const&, A const&)',
  ),
);
const address = fc.nat({ max: 0xffffff }).map((value) => `0x${value.toString(16).toUpperCase()}`);
const place = fc.oneof(
  fc.record({ file: word.map((name) => `${name}.c`), line: fc.nat({ max: 99_999 }) }),
  fc.record({ object: word.map((name) => `/usr/lib/${name}.so.1 (deleted)`) }),
);
const frame = fc.tuple(address, fc.option(functionName), place).map(
  ([at, name, where]): Frame => ({
    function: name,
    file: null,
    line: null,
    column: null,
    object: null,
    address: at,
    ...where,
  }),
);
const stack = fc.array(frame, { minLength: 1, maxLength: 8 });
const amount = fc.record({ bytes: fc.nat(), blocks: fc.nat() });
const kind = fc.constantFrom('definitely-lost', 'indirectly-lost', 'possibly-lost', 'still-reachable');
const loss = fc.record({
  kind,
  directBytes: fc.nat(),
  indirectBytes: fc.oneof(fc.constant(0), fc.nat()),
  blocks: fc.nat(),
  delta: fc.option(fc.record({ bytes: fc.integer(), blocks: fc.integer() })),
  frames: stack,
});
const check = fc.record({
  inUseAtExit: amount,
  heapUsage: fc.record({ allocs: fc.nat(), frees: fc.nat(), bytes: fc.nat() }),
  summary: fc.record({
    'definitely-lost': amount,
    'indirectly-lost': amount,
    'possibly-lost': amount,
    'still-reachable': amount,
    suppressed: amount,
  }),
  losses: fc.array(loss, { maxLength: 5 }),
});
const error = fc.record({
  message: fc.constantFrom('Invalid read of size 8', 'Use of uninitialised value of size 4'),
  frames: stack,
  auxiliary: fc.array(fc.record({ what: fc.constant("Block was alloc'd at"), frames: stack }), {
    maxLength: 2,
  }),
});
const process = fc.record({
  command: word,
  checks: fc.array(check, { maxLength: 3 }),
  errors: fc.array(error),
});

/** What a document says, without where in the log it says so. */
function contentOf({ processes, records, errors }: LogDocument) {
  const withoutLines = ({ lines: _, ...rest }: { lines: unknown }) => rest;
  return {
    processes: processes.map((p) => ({ ...withoutLines(p), checks: p.checks.map(withoutLines) })),
    records: records.map(withoutLines),
    errors: errors.map(withoutLines),
  };
}

function documentOf(made: (typeof process extends fc.Arbitrary<infer T> ? T : never)[]): LogDocument {
  const lines = [1, 1] as const;
  return {
    processes: made.map(({ command, checks }, index) => ({
      pid: index + 1,
      parentPid: index === 0 ? null : 1,
      tool: 'memcheck',
      toolVersion: '3.19.0',
      command,
      lines,
      errorSummary: { errors: 1234, contexts: 56, suppressed: 7 },
      checks: checks.map(({ losses, ...rest }, number) => ({
        ...rest,
        number: number + 1,
        lines,
        recordsCounted: losses.length === 0 ? null : 5000,
      })),
    })),
    records: made.flatMap(({ checks }, index) =>
      checks.flatMap(({ losses }, number) =>
        losses.map((one, at) => ({
          ...one,
          id: '',
          number: 1000 + at,
          pid: index + 1,
          check: number + 1,
          log: 'log',
          bytes: one.directBytes + one.indirectBytes,
          lines,
        })),
      ),
    ),
    errors: made.flatMap(({ errors }, index) =>
      errors.map((one) => ({
        ...one,
        kind: one.message.startsWith('Invalid') ? 'invalid-read' : 'uninit-value',
        pid: index + 1,
        lines,
      })),
    ),
  } as unknown as LogDocument;
}

test('a document written as memcheck text reads the same', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(process, { minLength: 1, maxLength: 3 }), async (made) => {
      const document = documentOf(made);
      const read = await readLog(Buffer.from(writeMemcheck(document)));
      for (const record of read.records) record.id = '';
      expect(contentOf(read)).toEqual(contentOf(document));
      expect(read.truncated).toBe(false);
    }),
  );
});

test('a real log written as memcheck text reads the same', async () => {
  const document = await readLog(DISPATCH_37);
  expect(contentOf(await readLog(Buffer.from(writeMemcheck(document)), { role: document.role }))).toEqual(
    contentOf(document),
  );
});

test('a line of 100 MB is cut and flagged', async () => {
  const piece = Buffer.alloc(1_000_000, 'x');
  const { events, problems } = await readLog(Array.from({ length: 100 }, () => piece));
  expect(events.map(({ message }) => message.length)).toEqual([LONGEST_LINE]);
  expect(problems).toEqual([
    { line: 1, what: 'a line of 100000000 bytes', why: `read to its first ${LONGEST_LINE}` },
  ]);
});

test('a record of a million frames', async () => {
  const frames = Array.from(
    { length: 1_000_000 },
    (_, index) => `   by 0x${(index % 999).toString(16)}: f (a.c:1)`,
  );
  const record = '1 bytes in 1 blocks are definitely lost in loss record 1 of 1';
  const lines = reportOf(7, [...BANNER, record, ...frames, '', ERROR_SUMMARY]);
  const { records, problems } = await readLog(Buffer.from(`${lines.join('\n')}\n`));
  expect(records.map((one) => one.frames.length)).toEqual([1_000_000]);
  expect(problems).toEqual([]);
});

test.each([
  ['glued prefixes', '==1== '.repeat(170_000)],
  ['a torn piece', `==1==    by 0x1: ${'a'.repeat(900_000)}==2== x\n${'tail\n'.repeat(20_000)}`],
  ['brackets', `==1==    by 0x1: ${'f (a:1) '.repeat(120_000)}`],
  ['half a place', `==1==    by 0x1: f (${'a:1'.repeat(300_000)}`],
  ['fishy arguments', `==1== Argument '${"' of function ".repeat(70_000)}`],
  ['heuristics', `==1==   stdstring : ${' bytes in '.repeat(100_000)}`],
  ['dates', `==1== ${'2026-11-22 08:50:33 '.repeat(50_000)}`],
  ['numbers', `==1== ${'1,'.repeat(500_000)}`],
  ['colours', `==1== ${'\x1b['.repeat(300_000)}`],
  ['opened blocks', '{\n'.repeat(300_000)],
])('a megabyte of %s is read in linear time', async (_, text) => {
  expect((await readLog(Buffer.from(text))).bytes).toBe(text.length);
});
