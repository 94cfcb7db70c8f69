import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../temporary-folder.fixture.js';
import { lockRun } from './run-lock.js';

test('a folder that is held is refused, and free again afterwards', async () => {
  await using folder = await temporaryFolder();
  const unlock = await lockRun(folder.path);
  await expect(lockRun(folder.path)).rejects.toMatchObject({
    code: 'busy',
    message: `process ${process.pid} is at work on this run`,
    place: { file: folder.path },
  });
  await unlock();
  await (await lockRun(folder.path))();
  expect(existsSync(path.join(folder.path, 'lock'))).toBe(false);
});

test('what a dead process left behind is taken over', async () => {
  await using folder = await temporaryFolder();
  const { pid } = spawnSync(process.execPath, ['-e', '0']);
  await writeFile(path.join(folder.path, 'lock'), `${pid} ${hostname()}\n`);
  await (await lockRun(folder.path))();
  await writeFile(path.join(folder.path, 'lock'), '');
  await (await lockRun(folder.path))();
});

test.each(['nothing', 'what a dead process left', 'an empty file'])(
  'of many that come at once one gets the folder, found with %s',
  async (found) => {
    const { pid } = spawnSync(process.execPath, ['-e', '0']);
    for (let round = 0; round < 20; round++) {
      await using folder = await temporaryFolder();
      const left = found === 'an empty file' ? '' : `${pid} ${hostname()}\n`;
      if (found !== 'nothing') await writeFile(path.join(folder.path, 'lock'), left);
      const came = await Promise.allSettled(Array.from({ length: 12 }, () => lockRun(folder.path)));
      expect(came.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      const refused = came.flatMap((one) => (one.status === 'rejected' ? [one.reason.code] : []));
      expect(new Set(refused)).toEqual(new Set(['busy']));
    }
  },
);

test('who lets go of a folder leaves the claim of another one alone', async () => {
  await using folder = await temporaryFolder();
  const unlock = await lockRun(folder.path);
  await writeFile(path.join(folder.path, 'lock'), '999999999 elsewhere\n');
  await unlock();
  expect(existsSync(path.join(folder.path, 'lock'))).toBe(true);
});

test('a process of another machine is never taken for dead', async () => {
  await using folder = await temporaryFolder();
  await writeFile(path.join(folder.path, 'lock'), '999999999 elsewhere\n');
  await expect(lockRun(folder.path)).rejects.toMatchObject({
    message: 'process 999999999 on elsewhere is at work on this run',
  });
});
