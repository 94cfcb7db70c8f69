import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { checkCase } from './check-case.js';
import { SMALL_LOG, smallCase } from './small-case.fixture.js';

/** Findings as `file:line: what`, files relative to the case. */
async function check(folder: string, known: readonly string[] = ['small']): Promise<string[]> {
  const findings = await checkCase(folder, new Set(known));
  return findings.map(({ file, line, what }) => `${path.relative(folder, file)}:${line}: ${what}`);
}

test('a sound case has no findings', async () => {
  await using made = await smallCase();
  expect(await check(made.folder)).toEqual([]);
});

test('a wrong field is told with its line', async () => {
  await using made = await smallCase({
    caseYaml: (text) =>
      text.replace('system: broker', 'sytem: broker').replace('tool: memcheck', 'tool: purify'),
  });
  expect(await check(made.folder)).toEqual([
    'case.yaml:1: field system is missing',
    'case.yaml:5: unknown field sytem',
    'case.yaml:17: logs[0].tool: not one of the allowed values',
  ]);
});

test('broken YAML and JSON are told with their lines', async () => {
  await using yaml = await smallCase({
    caseYaml: (text) => text.replace('tags: [memcheck]', 'tags: [memcheck'),
  });
  expect(await check(yaml.folder)).toEqual([expect.stringMatching(/^case\.yaml:14: not YAML: /)]);
  await using json = await smallCase({ truthJson: (text) => text.replace('"schema": 1,', '"schema": 1') });
  expect(await check(json.folder)).toEqual([expect.stringMatching(/^truth\.json:2: not JSON: /)]);
});

test('a truth that cites a record that is not there is told with its line', async () => {
  await using made = await smallCase({
    truthJson: (text) => text.replace('"otherLeaks": ["2"]', '"otherLeaks": ["2", "351"]'),
  });
  expect(await check(made.folder)).toEqual(['truth.json:4: record 351 is in no log of the case']);
});

test('a cause that shows records of another bug is told', async () => {
  await using made = await smallCase({
    truthJson: (text) => text.replace('"records": ["1"]\n', '"records": ["2"]\n'),
  });
  expect(await check(made.folder)).toEqual([
    'truth.json:14: root-cause.causes[0].records: record 2 is not in leak.records',
  ]);
});

test('a log that changed is told with what it is now', async () => {
  await using made = await smallCase({ log: SMALL_LOG.replace('peer connected', 'peer gone') });
  expect(await check(made.folder)).toEqual([
    expect.stringMatching(/^case\.yaml:19: logs\/a\.log: bytes is \d+, not \d+$/),
    expect.stringMatching(/^case\.yaml:20: logs\/a\.log: sha256 is [0-9a-f]{64}, not [0-9a-f]{64}$/),
  ]);
});

test('a compressed log is checked by its text', async () => {
  await using made = await smallCase({ caseYaml: (text) => text.replace('logs/a.log', 'logs/a.log.gz') });
  const stored = path.join(made.folder, 'logs/a.log.gz');
  await writeFile(stored, gzipSync(SMALL_LOG));
  expect(await check(made.folder)).toEqual([]);
  await writeFile(stored, 'not gzip');
  expect(await check(made.folder)).toEqual(['logs/a.log.gz:null: damaged: cannot be decompressed']);
});

test('missing files, a twin that is not there, a role twice, a transcript that is not there', async () => {
  await using made = await smallCase({
    caseYaml: (text) =>
      `${text}twinOf: large\ntranscripts: [report]\n`.replace(/( {2}- file[\s\S]*?)(?=provenance)/, '$1$1'),
  });
  expect(await check(made.folder)).toEqual([
    'case.yaml:29: no case is called large',
    'case.yaml:22: role a is given twice',
    'case.yaml:30: transcripts/report/relationship.md is missing',
    'case.yaml:30: transcripts/report/leak.md is missing',
    'case.yaml:30: transcripts/report/root-cause.md is missing',
  ]);
  expect(await check(path.join(made.root, 'nothing'))).toEqual(['case.yaml:null: no such file']);
});

test('a verdict must agree with what it cites', async () => {
  await using made = await smallCase({
    caseYaml: (text) => text.replace('tags: [memcheck]', 'tags: [control]'),
    truthJson: (text) =>
      text.replace('"root-cause": {\n    "verdict": "YES"', '"root-cause": {\n    "verdict": "NO"'),
  });
  expect(await check(made.folder)).toEqual([
    'truth.json:6: root-cause: NO with 1 causes',
    'truth.json:4: leak: YES in a control',
  ]);
});
