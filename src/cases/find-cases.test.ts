import { cp, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { LeaktrailError } from '../error.js';
import { readCaseLogs } from './case-logs.js';
import { findCases } from './find-cases.js';
import { loadCase } from './load-case.js';
import { smallCase } from './small-case.fixture.js';

/** Three cases: small, small-fixed (a control) and other/tiny. */
async function threeCases() {
  const made = await smallCase();
  for (const [folder, id, tags] of [
    ['small-fixed', 'small-fixed', '[control]'],
    ['other/tiny', 'tiny', '[memcheck]'],
  ] as const) {
    const to = path.join(made.root, folder);
    await cp(made.folder, to, { recursive: true });
    const file = path.join(to, 'case.yaml');
    const text = await readFile(file, 'utf8');
    await writeFile(
      file,
      text.replace('id: small', `id: ${id}`).replace('tags: [memcheck]', `tags: ${tags}`),
    );
  }
  return made;
}

test.each([
  [[], ['small', 'small-fixed', 'tiny']],
  [['tiny'], ['tiny']],
  [['small*'], ['small', 'small-fixed']],
  [['tag:memcheck'], ['small', 'tiny']],
  [['!tag:control'], ['small', 'tiny']],
  [['small*', '!small'], ['small-fixed']],
])('selection %j', async (selection, ids) => {
  await using made = await threeCases();
  expect((await findCases(made.root, selection)).map(({ id }) => id)).toEqual(ids);
});

test('a term that names no case says which there are', async () => {
  await using made = await threeCases();
  const error = await findCases(made.root, ['smal']).catch((cause) => cause);
  expect(error).toBeInstanceOf(LeaktrailError);
  expect(error).toMatchObject({
    exitCode: 2,
    message: 'no case is called smal',
    hint: 'there are: small, small-fixed, tiny',
  });
});

test('a folder that is not there', async () => {
  await expect(findCases('/nowhere')).rejects.toMatchObject({ located: '/nowhere: no folder with cases' });
});

test('the logs of a case are read with the ids that answers cite', async () => {
  await using made = await smallCase();
  const [log] = await readCaseLogs(await loadCase(made.folder));
  expect(log?.document).toMatchObject({ role: 'a', file: 'logs/a.log' });
  expect(log?.document.records.map(({ id }) => id)).toEqual(['1', '2']);
  expect(log?.document.groups.map(({ records }) => records)).toEqual([['1'], ['2']]);
  expect(log?.text.line(5)).toBe('==7== 16 bytes in 1 blocks are definitely lost in loss record 1 of 2');
});

test('records of two logs that share a number are told apart by role, in groups too', async () => {
  await using made = await smallCase({
    caseYaml: (text) =>
      text.replace(/( {2}- file[\s\S]*?)(?=provenance)/, (log) => log + log.replace('role: a', 'role: b')),
  });
  const logs = await readCaseLogs(await loadCase(made.folder));
  expect(logs.map(({ document }) => document.groups.map(({ records }) => records))).toEqual([
    [['a:1'], ['a:2']],
    [['b:1'], ['b:2']],
  ]);
});

test('a missing log is told', async () => {
  await using made = await smallCase({ caseYaml: (text) => text.replace('logs/a.log', 'logs/b.log') });
  const read = readCaseLogs(await loadCase(made.folder));
  await expect(read).rejects.toMatchObject({ located: path.join(made.folder, 'logs/b.log: no such log') });
});

test('a log with nothing in it is told with its file', async () => {
  await using made = await smallCase({ log: '\n\n' });
  const read = readCaseLogs(await loadCase(made.folder));
  await expect(read).rejects.toMatchObject({
    located: path.join(made.folder, 'logs/a.log: the log is empty'),
  });
});
