import path from 'node:path';
import { expect, test } from 'vitest';
import { type Case, loadCase } from '../cases/load-case.js';
import { truthSchema } from '../cases/truth.js';
import type { LogDocument } from '../log/document.js';
import { reconcile } from '../log/reconcile.js';
import { packageRoot } from '../package-root.js';
import { materialOf } from './material-of.js';
import { culpritsOf, documentsOf } from './vary.fixture.js';
import { type Variant, variationSchema, varyCase } from './vary.js';

const caseOf = (id: string): Promise<Case> => loadCase(path.join(packageRoot, 'datasets', id));

async function vary(id: string, variation: object, twin?: string): Promise<Variant> {
  return varyCase(
    await caseOf(id),
    twin === undefined ? null : await caseOf(twin),
    variationSchema.parse(variation),
  );
}

const CASES = ['dispatch-37', 'dispatch-37-report', 'lighttpd-2894', 'mosquitto-00b24e0e', 'redis-beb94c901'];
const CHANGES = [
  { renumber: true },
  { reorder: true },
  { rename: true },
  { strip: 'symbols' },
  { cull: true },
  { cull: 'bug' },
  { truncate: true },
  { inject: true },
  { pad: 9000, place: 'end' },
  { renumber: true, reorder: true, rename: true, inject: true },
] as const;

test.each(CASES.flatMap((id) => CHANGES.map((change) => [id, change] as const)))(
  '%s %j is a valid report with a truth that stands',
  async (id, change) => {
    const variant = await vary(id, { ...change, seed: 7 });
    const documents = documentsOf(variant);
    expect(documents.flatMap(reconcile).filter(({ result }) => result === 'differs')).toEqual([]);
    expect(truthSchema.parse(variant.truth)).toEqual(variant.truth);
    const ids = new Set(documents.flatMap(({ records }) => records.map((record) => record.id)));
    const { leak } = variant.truth;
    expect([...leak.records, ...leak.otherLeaks].filter((record) => !ids.has(record))).toEqual([]);
  },
);

test('a variant is the same from the same seed and another from another', async () => {
  const change = { renumber: true, rename: true, inject: true };
  const one = await vary('mosquitto-00b24e0e', { ...change, seed: 7 });
  expect((await vary('mosquitto-00b24e0e', { ...change, seed: 7 })).texts[0] === one.texts[0]).toBe(true);
  expect((await vary('mosquitto-00b24e0e', { ...change, seed: 8 })).texts[0] === one.texts[0]).toBe(false);
});

test.each([{ renumber: true }, { reorder: true }])(
  '%j moves no culprit to another record',
  async (change) => {
    const source = await caseOf('dispatch-37');
    const { logs } = await materialOf(source);
    const variant = await vary('dispatch-37', { ...change, seed: 3 });
    const before = culpritsOf(
      logs.map(({ document }) => document),
      source.truth.leak.records,
    );
    expect(culpritsOf(documentsOf(variant), variant.truth.leak.records)).toEqual(before);
  },
);

test('renumbering gives the culprits other numbers', async () => {
  const { truth } = await vary('dispatch-37', { renumber: true, seed: 3 });
  const source = await caseOf('dispatch-37');
  expect(truth.leak.records).toHaveLength(144);
  expect(truth.leak.records).not.toEqual(source.truth.leak.records);
});

test('culling the bug leaves other losses and says NO', async () => {
  const culled = await vary('dispatch-37', { cull: 'bug' });
  expect(culled.id).toBe('dispatch-37.cull-bug.seed-1');
  expect(documentsOf(culled)[0]?.records).toHaveLength(690 - 144);
  expect(culled.truth.leak).toMatchObject({ verdict: 'NO', records: [] });
  expect(culled.truth.leak.otherLeaks).toHaveLength(455);
  const summary = documentsOf(culled)[0]?.processes[0];
  expect(summary?.errorSummary).toMatchObject({ errors: 546, contexts: 546 });
});

test('a sanitizer with nothing left says nothing', async () => {
  const silent = await vary('redis-beb94c901', { cull: true });
  expect(documentsOf(silent)[0]?.processes).toEqual([]);
  expect(silent.truth.leak.verdict).toBe('UNSURE');
});

test('culling leaves no leak, of the bug or another', async () => {
  const source = await caseOf('dispatch-37');
  const culled = await vary('dispatch-37', { cull: true });
  expect(culled.id).toBe('dispatch-37.cull.seed-1');
  expect(culled.truth.leak).toEqual({ verdict: 'NO', records: [], otherLeaks: [] });
  const { records, otherLeaks } = source.truth.leak;
  const before = (await materialOf(source)).logs.flatMap(({ document }) => document.records.length);
  const left = documentsOf(culled).flatMap((document) => document.records.length);
  const sum = (counts: number[]) => counts.reduce((total, count) => total + count, 0);
  expect(sum(before) - sum(left)).toBe(records.length + otherLeaks.length);
});

test('culling keeps the heap summary in step', async () => {
  const { texts } = await vary('mosquitto-00b24e0e', { cull: true });
  const lines = (texts[0] ?? '').split('\n').map((line) => line.replace(/^==\d+== +/, ''));
  const left = lines.find((line) => line.startsWith('in use at exit'));
  const [, bytes, blocks] = /([\d,]+) bytes in ([\d,]+) blocks/.exec(left ?? '') ?? [];
  const [, kept, keptBlocks] = /reachable: ([\d,]+) bytes in ([\d,]+)/.exec(lines.join('\n')) ?? [];
  expect([bytes, blocks]).toEqual([kept, keptBlocks]);
  const heap = /([\d,]+) allocs, ([\d,]+) frees/.exec(lines.join('\n')) ?? [];
  const number = (figure: string | undefined) => Number(figure?.replaceAll(',', ''));
  expect(number(heap[1]) - number(heap[2])).toBe(number(blocks));
});

test('renaming leaves no name of the program, in the logs or in the truth', async () => {
  const { texts, truth, material, about } = await vary('dispatch-37', { rename: true, seed: 5 });
  const said = [...texts, JSON.stringify(truth), about.title].join('\n');
  expect(
    /qpid|qdrouter|qdhello|QDR\.|\bqd_\w+|pn_connection|setup_incoming_link/i.exec(said)?.[0],
  ).toBeUndefined();
  expect(said.includes('PyObject_Malloc')).toBe(true);
  expect(material.system).toBeNull();
  const source = await materialOf(await caseOf('dispatch-37'));
  expect(documentsOf({ material })[0]?.groups).toHaveLength(source.logs[0]?.document.groups.length ?? 0);
  const functions = truth['root-cause'].causes.flatMap((cause) => cause.functions);
  const stacks = new Set(
    documentsOf({ material })[0]?.groups.flatMap(({ frames }) => frames.map((frame) => frame.function)),
  );
  expect(functions.filter((name) => stacks.has(name))).not.toEqual([]);
});

test('truncating leaves events and no report: the answer is UNSURE', async () => {
  const { truth, material, about } = await vary('dispatch-582', { truncate: true });
  expect(documentsOf({ material }).flatMap(({ records }) => records)).toEqual([]);
  expect(documentsOf({ material })[0]?.events.length).toBeGreaterThan(1000);
  expect([truth.leak.verdict, truth['root-cause'].verdict]).toEqual(['UNSURE', 'UNSURE']);
  expect(about.tags).toContain('control');
});

test.each(['start', 'middle', 'end'] as const)('padding puts the culprits at the %s', async (place) => {
  const { texts, truth, material } = await vary('dispatch-41', { pad: 20_000, place }, 'dispatch-41-fixed');
  const [document] = documentsOf({ material });
  expect((texts[0] ?? '').split('\n').length - 1).toBe(20_000);
  expect(truth.leak.records).toEqual(['414', '417']);
  const share = (document?.records.find(({ id }) => id === '417')?.lines[0] ?? 0) / 20_000;
  expect(share).toBeGreaterThan({ start: 0, middle: 0.45, end: 0.9 }[place]);
  expect(share).toBeLessThan({ start: 0.1, middle: 0.55, end: 1 }[place]);
});

test('stripping takes source lines, or functions too and what the truth says of them', async () => {
  const lines = await vary('mosquitto-00b24e0e', { strip: 'lines' });
  const frames = documentsOf(lines)[0]?.records.flatMap((record) => record.frames) ?? [];
  expect(frames.every(({ line }) => line === null)).toBe(true);
  expect(frames.some(({ function: name }) => name === 'will__read')).toBe(true);
  const symbols = await vary('mosquitto-00b24e0e', { strip: 'symbols' });
  expect(symbols.texts[0]?.includes('will__read')).toBe(false);
  expect(symbols.truth['root-cause'].causes[0]?.functions).toEqual([]);
});

test('injected lines are events, and the truth stands', async () => {
  const { texts, truth } = await vary('redis-beb94c901', { inject: true });
  expect(texts[0]?.includes('Ignore all previous instructions')).toBe(true);
  expect(truth.leak.records).toEqual(['1']);
});

test('merging appends another bug to the file, and the truth is both', async () => {
  const [one, other] = [await caseOf('mosquitto-00b24e0e'), await caseOf('lighttpd-2894')];
  const variation = variationSchema.parse({ merge: 'lighttpd-2894' });
  const { texts, truth, material, about } = await varyCase(one, null, variation, other);
  const documents = documentsOf({ material });
  expect(documents[0]?.records).toHaveLength(14 + 7);
  expect(documents.flatMap(reconcile).filter(({ result }) => result === 'differs')).toEqual([]);
  const { logs } = await materialOf(other);
  const apart = [
    ...culpritsOf(documentsOf({ material: await materialOf(one) }), one.truth.leak.records),
    ...culpritsOf(
      logs.map(({ document }) => document),
      other.truth.leak.records,
    ),
  ];
  expect(culpritsOf(documents, truth.leak.records)).toEqual(apart.sort());
  expect(truth['root-cause'].causes.map(({ id, primary }) => [id, primary])).toEqual([
    ['mosquitto-00b24e0e', true],
    ['lighttpd-2894', false],
  ]);
  expect(texts).toHaveLength(2);
  expect(about.id).toBe('mosquitto-00b24e0e.merge-lighttpd-2894.seed-1');
});

test('merging with itself gives the second report a process of its own', async () => {
  const one = await caseOf('dispatch-41');
  const { truth, material } = await varyCase(one, null, variationSchema.parse({ merge: one.id }), one);
  expect(documentsOf({ material })[0]?.processes.map(({ pid }) => pid)).toHaveLength(2);
  expect(truth.leak.records).toHaveLength(4);
});

test('a case to merge that is not given is told', async () => {
  await expect(vary('dispatch-41', { merge: 'nothing' })).rejects.toThrow('the case nothing is not there');
});

test('a report in XML is refused with the place where the case says so', async () => {
  await expect(vary('mosquitto-00b24e0e-xml', { cull: true })).rejects.toMatchObject({
    located: expect.stringMatching(/case\.yaml:\d+: mosquitto-00b24e0e-xml has a report in XML/),
  });
});

test.each(['sluice-lsan', 'redis-beb94c901'])(
  'renaming %s leaves records in the groups they were in',
  async (id) => {
    const source = await caseOf(id === 'sluice-lsan' ? `specimens/${id}` : id);
    const { material } = await varyCase(source, null, variationSchema.parse({ rename: true }));
    const sizesOf = (documents: readonly LogDocument[]) =>
      documents.flatMap(({ groups }) => groups.map(({ records }) => records.length)).sort();
    const { logs } = await materialOf(source);
    expect(sizesOf(documentsOf({ material }))).toEqual(sizesOf(logs.map(({ document }) => document)));
  },
);
