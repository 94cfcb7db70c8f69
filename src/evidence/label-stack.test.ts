import path from 'node:path';
import { expect, test } from 'vitest';
import { readLog } from '../log/read-log.js';
import { packageRoot } from '../package-root.js';
import { filesOf } from './label-stack.js';

test('the files of a stack begin where its own story begins, whatever mark a tool gives that name', async () => {
  const read = (log: string) => readLog(path.join(packageRoot, 'datasets/specimens', log));
  for (const log of ['brigade-memcheck/logs/brigaded.log', 'brigade-lsan/logs/brigaded.log']) {
    const { records } = await read(log);
    const name = records.find(({ frames }) => frames.some((frame) => frame.function === 'worker_introduce'));
    expect(filesOf(name?.frames ?? [], 2)).toEqual(['strdup.c', 'brigaded.c']);
  }
});
