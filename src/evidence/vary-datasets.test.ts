import path from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { checkCase } from '../cases/check-case.js';
import { findCases } from '../cases/find-cases.js';
import type { Case } from '../cases/load-case.js';
import { writeCase } from '../cases/write-case.js';
import { packageRoot } from '../package-root.js';
import { temporaryFolder } from '../temporary-folder.fixture.js';
import { canVary, variationSchema, varyCase } from './vary.js';

/** Cases with more lines are varied once, by several changes together, and those with many more not at all: it takes long. */
const FEW_LINES = 500;
const MANY_LINES = 12_000;
const TOGETHER = { trim: 8000, renumber: true, reorder: true, rename: true, inject: true };
const CHANGES = [
  { trim: 240 },
  { cull: true },
  { cull: 'bug' },
  { truncate: true },
  { renumber: true },
  { reorder: true },
  { rename: true },
  { strip: 'lines' },
  { strip: 'symbols' },
  { inject: true },
  { pad: 1000 },
  { merge: 'dispatch-37-report' },
  TOGETHER,
];

let cases: Case[];
beforeAll(async () => {
  cases = await findCases(path.join(packageRoot, 'datasets'));
});

const variationOf = (change: object) => variationSchema.parse({ ...change, seed: 3 });
const linesOf = ({ about }: Case) => about.logs.reduce((sum, { lines }) => sum + lines, 0);

/** What `leaktrail cases check` says of a variant once it is written. */
async function findingsOf(source: Case, change: object): Promise<string[]> {
  const variation = variationOf(change);
  const twin = cases.find(({ about }) => about.twinOf === source.id) ?? null;
  const merged = cases.find(({ id }) => id === variation.merge) ?? null;
  const variant = await varyCase(source, twin, variation, merged);
  await using folder = await temporaryFolder();
  const written = path.join(folder.path, variant.id);
  await writeCase(written, variant);
  const findings = await checkCase(written, new Set());
  return findings.map(({ what }) => `${variant.id}: ${what}`);
}

test.each(CHANGES)('%j makes a sound case of every small one', async (change) => {
  const small = cases.filter((one) => canVary(one, variationOf(change)) && linesOf(one) <= FEW_LINES);
  expect(small.length).toBeGreaterThan(20);
  for (const one of small) expect(await findingsOf(one, change)).toEqual([]);
});

test('several changes together make a sound case of every larger one', async () => {
  const larger = cases.filter(
    (one) => canVary(one, variationOf(TOGETHER)) && linesOf(one) > FEW_LINES && linesOf(one) < MANY_LINES,
  );
  expect(larger.length).toBeGreaterThan(10);
  for (const one of larger) expect(await findingsOf(one, TOGETHER)).toEqual([]);
});
