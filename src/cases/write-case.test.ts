import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../package-root.js';
import { readCaseLogs } from './case-logs.js';
import { checkCase } from './check-case.js';
import { loadCase } from './load-case.js';
import { caseYaml, truthJson, writeCase } from './write-case.js';

test.each(['dispatch-37-fixed', 'dispatch-1962', 'redis-beb94c901'])(
  '%s is the same case after it is written',
  async (id) => {
    const source = await loadCase(path.join(packageRoot, 'datasets', id));
    const root = await mkdtemp(path.join(tmpdir(), 'leaktrail-'));
    try {
      const folder = path.join(root, id);
      const texts = (await readCaseLogs(source)).map(({ text }) => text.whole());
      await writeCase(folder, { about: source.about, truth: source.truth, texts });
      expect(await checkCase(folder, new Set(['dispatch-37']))).toEqual([]);
      expect(await loadCase(folder)).toMatchObject({ about: source.about, truth: source.truth });
    } finally {
      await rm(root, { recursive: true });
    }
  },
);

test.each(['dispatch-37', 'dispatch-37-report'])(
  '%s stands in the datasets as it would be written',
  async (id) => {
    const { folder, about, truth } = await loadCase(path.join(packageRoot, 'datasets', id));
    expect(await readFile(path.join(folder, 'case.yaml'), 'utf8')).toBe(caseYaml(about));
    expect(await readFile(path.join(folder, 'truth.json'), 'utf8')).toBe(truthJson(truth));
  },
);
