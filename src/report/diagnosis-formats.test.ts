import { SaxesParser } from 'saxes';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../temporary-folder.fixture.js';
import { analystSaying, brokerMaterial } from './broker.fixture.js';
import { diagnosesJson } from './diagnoses-json.js';
import { diagnose } from './diagnosis.js';
import { diagnosisHtml } from './diagnosis-html.js';
import { diagnosisJson } from './diagnosis-json.js';
import { diagnosisJunit } from './diagnosis-junit.js';
import { diagnosisSarif } from './diagnosis-sarif.js';
import { diagnosisSchema } from './diagnosis-schema.js';
import { failures, readBaseline } from './fail-on.js';

const material = await brokerMaterial();
const leak = await diagnose(
  material,
  analystSaying({ relationship: 'NO:<>', leak: 'YES:<1,2>', 'root-cause': 'YES:<2>' }),
);
const sound = await diagnose(
  material,
  analystSaying({ relationship: 'NO:<>', leak: 'NO:<>', 'root-cause': 'NO:<>' }),
);
const unsure = await diagnose(
  material,
  analystSaying({ relationship: 'NO:<>', leak: 'UNSURE', 'root-cause': 'UNSURE' }),
);

test('SARIF has a result a group, at its innermost source line, with the stack as a flow', () => {
  expect(diagnosisSarif(leak)).toMatchObject({
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'leaktrail', rules: [{ id: 'definitely-lost' }] } },
        results: [
          {
            level: 'warning',
            message: {
              text: expect.stringContaining(
                '16 bytes in 1 block definitely lost, allocated through session_new < main',
              ),
            },
            locations: [
              { physicalLocation: { artifactLocation: { uri: 'broker.c' }, region: { startLine: 12 } } },
            ],
          },
          { level: 'error', locations: [{ physicalLocation: { region: { startLine: 20 } } }] },
        ],
      },
    ],
  });
  expect(diagnosisSarif(sound)).toMatchObject({ runs: [{ results: [] }] });
});

test('a SARIF fingerprint is that of the stack, whatever the record is called and how it is lost', async () => {
  const fingerprint = (sarif: object) =>
    JSON.stringify(sarif).match(/"leaktrailSignature\/v1":"([0-9a-f]{64})"/)?.[1];
  const renumbered = await brokerMaterial((text) =>
    text.replace('definitely lost in loss record 1 of 2', 'possibly lost in loss record 9 of 12'),
  );
  const again = await diagnose(
    renumbered,
    analystSaying({ relationship: 'NO:<>', leak: 'YES:<9>', 'root-cause': 'UNSURE' }),
  );
  expect(fingerprint(diagnosisSarif(again))).toBe(fingerprint(diagnosisSarif(leak)));
});

test('JUnit fails a test a group, passes without a leak and skips what could not be told', () => {
  expect(elementsOf(diagnosisJunit(leak))).toEqual([
    'testsuites',
    'testsuite',
    'testcase',
    'failure',
    'testcase',
    'failure',
  ]);
  expect(elementsOf(diagnosisJunit(sound))).toEqual(['testsuites', 'testsuite', 'testcase']);
  expect(elementsOf(diagnosisJunit(unsure))).toEqual(['testsuites', 'testsuite', 'testcase', 'skipped']);
});

test('JUnit stays XML whatever the log holds', async () => {
  const hostile = await brokerMaterial((text) =>
    text.replace('session_new', 'operator<< <\x1b[31m]]>&amp;\ufffe"'),
  );
  const diagnosis = await diagnose(
    hostile,
    analystSaying({ relationship: 'NO:<>', leak: 'YES:<1>', 'root-cause': 'NO:<>' }),
  );
  expect(elementsOf(diagnosisJunit(diagnosis))).toContain('failure');
});

test('the page holds the log as data that cannot end its script, and may ask no network', async () => {
  const hostile = await brokerMaterial((text) =>
    text.replace('client rejected', '</script><script>alert(1)</script>'),
  );
  const page = diagnosisHtml(
    [
      await diagnose(
        hostile,
        analystSaying({ relationship: 'NO:<>', leak: 'YES:<1>', 'root-cause': 'NO:<>' }),
      ),
    ],
    hostile,
  );
  expect(page.match(/<\/script>/g)).toHaveLength(2);
  expect(page).toContain('\\u003c/script>\\u003cscript>alert(1)');
  expect(page).toMatch(/default-src 'none'; script-src 'sha256-[\w+/=]+'/);
});

test('logs that no browser could open are refused as a page, with a way out', () => {
  const [log] = material.logs;
  const large = { ...log, text: { ...log?.text, byteCount: 2 ** 30 } } as (typeof material.logs)[number];
  expect(() => diagnosisHtml([leak], { ...material, logs: [large] })).toThrow(
    'a page cannot hold logs of 1,073,741,824 bytes',
  );
});

test('a run fails on what it is told to fail on, and not on what the baseline holds', async () => {
  expect(failures(leak, 'any', new Set()).map(({ records }) => records)).toEqual([['1'], ['2']]);
  expect(failures(leak, 'new', new Set(['queue_new < main'])).map(({ records }) => records)).toEqual([['1']]);
  expect(failures(sound, 'any', new Set())).toEqual([]);

  await using folder = await temporaryFolder();
  const baseline = await folder.write('baseline.json', JSON.stringify(diagnosisJson(leak)));
  expect([...(await readBaseline(baseline))]).toEqual(['session_new < main', 'queue_new < main']);
  const both = await folder.write('both.json', JSON.stringify(diagnosesJson([leak, sound])));
  expect([...(await readBaseline(both))]).toEqual(['session_new < main', 'queue_new < main']);
  for (const [name, text, says] of [
    ['other.json', '[]', 'the baseline has no groups with signatures'],
    ['empty.json', '', 'the baseline is empty'],
    ['torn.json', '{"groups": [', 'the baseline is not JSON'],
  ] as const) {
    await expect(readBaseline(await folder.write(name, text))).rejects.toThrow(says);
  }
  await expect(readBaseline(`${folder.path}/none.json`)).rejects.toThrow('no such baseline');
  await expect(readBaseline(folder.path)).rejects.toThrow('the baseline cannot be read');
});

test('the JSON form keeps its schema', () => {
  diagnosisSchema.strict().parse(diagnosisJson(leak));
});

function elementsOf(xml: string): string[] {
  const names: string[] = [];
  const parser = new SaxesParser();
  parser.on('opentag', ({ name }) => names.push(name));
  parser.on('error', (error) => {
    throw error;
  });
  parser.write(xml).close();
  return names;
}
