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

test('a process of another machine is never taken for dead', async () => {
  await using folder = await temporaryFolder();
  await writeFile(path.join(folder.path, 'lock'), '999999999 elsewhere\n');
  await expect(lockRun(folder.path)).rejects.toMatchObject({
    message: 'process 999999999 on elsewhere is at work on this run',
  });
});
