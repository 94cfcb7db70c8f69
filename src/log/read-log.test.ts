import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LeaktrailError } from '../error.js';
import { readLog, readLogs } from './read-log.js';
import { REPORT, readLines, reportOf } from './test-log.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'leaktrail-'));
});
afterAll(() => rm(folder, { recursive: true }));

const TEXT = reportOf(7, REPORT)
  .map((line) => `${line}\n`)
  .join('');

async function write(name: string, content: string | Uint8Array): Promise<string> {
  const file = path.join(folder, name);
  await writeFile(file, content);
  return file;
}

describe('a log comes from', () => {
  test('a file, whose name is the role', async () => {
    const file = await write('router-a.2026-11-22.log', TEXT);
    expect(await readLog(file)).toMatchObject({
      file,
      role: 'router-a',
      lines: 24,
      records: [{ log: 'router-a' }],
    });
  });

  test('bytes', async () => {
    expect(await readLog(Buffer.from(TEXT), { role: 'QDR.01' })).toMatchObject({
      file: '-',
      role: 'QDR.01',
      bytes: TEXT.length,
    });
  });

  test('pieces, as they arrive', async () => {
    async function* pieces() {
      for (let at = 0; at < TEXT.length; at += 7) yield Buffer.from(TEXT.slice(at, at + 7));
    }
    expect(await readLog(pieces())).toEqual(await readLog([Buffer.from(TEXT)]));
  });
});

describe('no log at all', () => {
  const failure = async (source: string | Uint8Array) => {
    const error = await readLog(source).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(LeaktrailError);
    return error as LeaktrailError;
  };

  test('a missing file', async () => {
    const file = path.join(folder, 'missing.log');
    expect(await failure(file)).toMatchObject({ code: 'input', message: 'no such file', place: { file } });
  });

  test('a directory', async () => {
    expect(await failure(folder)).toMatchObject({ code: 'input', message: 'is a directory, not a log' });
  });

  test.each([
    ['an empty file', ''],
    ['white space', ' \r\n\n\t\n'],
  ])('%s', async (_, content) => {
    expect(await failure(Buffer.from(content))).toMatchObject({ code: 'input', message: 'the log is empty' });
  });

  test('data that are not text', async () => {
    const bytes = Uint8Array.from({ length: 5000 }, (_, index) => (index * 7919) % 251);
    const error = await failure(await write('core', bytes));
    expect(error).toMatchObject({ code: 'input', message: 'not a text file' });
    expect(error.hint).toContain('gzip');
  });
});

test('text in another encoding is a log', async () => {
  const { events } = await readLog(Buffer.from('Verbindung getrennt: Überlauf\n', 'latin1'));
  expect(events).toHaveLength(1);
  const wide = await readLog(Buffer.from(TEXT, 'utf16le'));
  expect(wide.records).toHaveLength(1);
});

test('keep: groups keeps what the records and events come to', async () => {
  const lines = [...reportOf(7, REPORT), 'accepted 1', 'accepted 2', ...reportOf(8, REPORT)];
  const all = await readLines(lines);
  const groups = await readLines(lines, { keep: 'groups' });
  expect(groups).toEqual({
    ...all,
    records: [],
    events: [],
    groups: all.groups.map((group) => ({ ...group, records: [] })),
  });
  expect(groups.groups).toMatchObject([
    { recordCount: 2, bytes: 80, blocks: 2, kinds: { 'definitely-lost': 2 } },
  ]);
  expect(groups.templates).toMatchObject([{ count: 2, firstLine: 25, lastLine: 26 }]);
});

test('keep: groups sums up more stacks than it holds in memory', async () => {
  const stacks = Array.from({ length: 51_000 }, (_, index) => [
    `${index} bytes in 1 blocks are possibly lost in loss record ${index} of 51,000`,
    `   at 0x${index.toString(16).toUpperCase()}: make_${index % 3} (a.c:${index})`,
    `   by 0xF${index.toString(16).toUpperCase()}: main (a.c:${index})`,
    '',
  ]);
  const lines = reportOf(7, [...stacks, ...stacks.slice(0, 3_000)].flat());
  const { groups } = await readLines(lines, { keep: 'groups' });
  expect(groups.map(({ signature, recordCount }) => [signature, recordCount])).toEqual([
    ['make_0 < main', 18_000],
    ['make_1 < main', 18_000],
    ['make_2 < main', 18_000],
  ]);
});

test('keep: groups keeps the first of the errors that are alike', async () => {
  const error = ['Invalid read of size 4', '   at 0x1: use (f.c:1)', ''];
  const lines = reportOf(7, [...error, ...error, 'Invalid write of size 4', ...error.slice(1)]);
  expect((await readLines(lines)).errors).toHaveLength(3);
  expect((await readLines(lines, { keep: 'groups' })).errors.map(({ kind }) => kind)).toEqual([
    'invalid-read',
    'invalid-write',
  ]);
});

test('records that do not come to the LEAK SUMMARY are flagged without keeping them, too', async () => {
  const lines = reportOf(7, REPORT).map((line) => line.replace('definitely lost: 40', 'definitely lost: 48'));
  expect((await readLines(lines, { keep: 'groups' })).problems).toEqual((await readLines(lines)).problems);
});

test('the logs of a case share their record ids, and the groups name them so', async () => {
  const bytes = Buffer.from(TEXT);
  const documents = await readLogs([
    { source: bytes, role: 'router-a' },
    { source: bytes, role: 'router-b' },
  ]);
  expect(documents.map(({ records, groups }) => [records[0]?.id, groups[0]?.records])).toEqual([
    ['router-a:1', ['router-a:1']],
    ['router-b:1', ['router-b:1']],
  ]);
});
