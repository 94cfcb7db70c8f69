import path from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { findCases } from '../cases/find-cases.js';
import { type Case, loadCase } from '../cases/load-case.js';
import { writeCase } from '../cases/write-case.js';
import { packageRoot } from '../package-root.js';
import { temporaryFolder } from '../temporary-folder.fixture.js';
import { answerKeyOf } from './answer-key.js';
import { caseEntrySchema, casesOf } from './case-entry.js';
import { type OpenCase, type RunCase, runCase } from './run-case.js';

let cases: Case[];
beforeAll(async () => {
  cases = await findCases(path.join(packageRoot, 'datasets'));
});

const named = (...entries: unknown[]) =>
  casesOf(
    entries.map((entry) => caseEntrySchema.parse(entry)),
    cases,
  );
const idsOf = (...entries: unknown[]) => named(...entries).map(({ id }) => id);

test('cases as they are and variants of them, each once, by id', () => {
  const variant = { case: 'dispatch-41', vary: { seed: 7, pad: 20_000 } };
  expect(idsOf('dispatch-41*', variant, variant)).toEqual([
    'dispatch-41',
    'dispatch-41-fixed',
    'dispatch-41.pad-20000.seed-7',
  ]);
});

test('variants alone take no case as it is', () => {
  expect(idsOf({ case: 'dispatch-41', vary: { cull: true } })).toEqual(['dispatch-41.cull.seed-1']);
});

test('a list of variations makes a variant of each, for each of the cases', () => {
  const entry = {
    case: ['mosquitto-00b24e0e*', '!tag:control'],
    vary: [{ cull: true }, { strip: 'lines', seed: 2 }],
  };
  expect(idsOf(entry)).toEqual(['mosquitto-00b24e0e.cull.seed-1', 'mosquitto-00b24e0e.strip-lines.seed-2']);
});

test('a pattern leaves out what cannot be varied; to name it is a mistake', () => {
  const vary = { renumber: true };
  const all = idsOf({ case: '*', vary });
  const xml = cases.filter(({ about }) => about.logs.some(({ tool }) => tool === 'memcheck-xml'));
  expect(xml.length).toBeGreaterThan(0);
  expect(all).toHaveLength(cases.length - xml.length);
  expect(() => named({ case: 'mosquitto-00b24e0e-xml', vary })).toThrow('its report is XML');
  expect(() => named({ case: 'tag:memcheck-xml', vary })).toThrow(
    'no such variant can be made of tag:memcheck-xml',
  );
  expect(() => named({ case: 'dispatch-41', vary: { merge: 'mosquitto-00b24e0e-xml' } })).toThrow('XML');
  expect(() => named({ case: 'dispatch-41', vary: { merge: 'nothing' } })).toThrow(
    'no case is called nothing',
  );
});

test('a report in XML can be trimmed', () => {
  const vary = [{ trim: 1500 }, { renumber: true }];
  expect(idsOf({ case: 'mosquitto-00b24e0e-xml', vary: { trim: 1500 } })).toEqual([
    'mosquitto-00b24e0e-xml.trim-1500.seed-1',
  ]);
  expect(idsOf({ case: 'mosquitto-00b24e0e*', vary }).filter((id) => id.includes('-xml'))).toHaveLength(1);
  expect(() => named({ case: 'mosquitto-00b24e0e-xml', vary })).toThrow('its report is XML');
});

test('an opened variant has the hashes and the answer key that it would have as a case of its own', async () => {
  const [variant] = named({ case: 'dispatch-41', vary: { cull: true, renumber: true } }) as [RunCase];
  const open = await variant.open();
  const { about, truth, material } = open;
  expect([about.id, material.id, about.variantOf]).toEqual([variant.id, variant.id, 'dispatch-41']);
  expect(about.tags).toEqual(expect.arrayContaining(['variant', 'vary-cull.renumber', 'control']));
  expect(truth.leak.verdict).toBe('NO');

  await using folder = await temporaryFolder();
  const texts = material.logs.map(({ text }) => text.whole());
  await writeCase(folder.path, { about, truth, texts });
  const written = await runCase(await loadCase(folder.path)).open();
  expect(await open.hashes()).toEqual(await written.hashes());
  expect(keyOf(open)).toEqual(keyOf(written));
});

const keyOf = ({ about, truth, material }: OpenCase) =>
  answerKeyOf(
    about,
    truth,
    material.logs.map(({ document }) => document),
  );
