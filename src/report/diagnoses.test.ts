import { expect, test } from 'vitest';
import { analystSaying, brokerMaterial } from './broker.fixture.js';
import { attemptAll, compareDiagnoses } from './diagnoses.js';
import { diagnosisHtml } from './diagnosis-html.js';
import { diagnosisJunit } from './diagnosis-junit.js';
import { diagnosisMarkdown } from './diagnosis-markdown.js';
import { diagnosisSarif } from './diagnosis-sarif.js';
import { failureLines } from './fail-on.js';

const material = await brokerMaterial();
const one = {
  ...analystSaying({
    relationship: 'YES:<broker <-> client, main -> session_new>',
    leak: 'YES:<1,2>',
    'root-cause': 'Function: session_new\nMechanism: missing free on teardown\nYES:<1>',
  }),
  name: 'one',
};
const other = {
  ...analystSaying({
    relationship: 'YES:<client <-> broker>',
    leak: 'YES:<77,broker:2>',
    'root-cause': 'Function: queue_new, session_new\nUNSURE',
  }),
  name: 'other',
};
const failing = { ...analystSaying({ relationship: 'NO:<>' }), name: 'failing' };

async function diagnosesOf(...analysts: (typeof one)[]) {
  return (await attemptAll(material, analysts)).map(({ diagnosis }) => diagnosis);
}

test('each thing that is named is told once, by exactly who named it, whatever it was called', async () => {
  const { relationship, leak, 'root-cause': rootCause } = compareDiagnoses(await diagnosesOf(one, other));
  expect(relationship).toMatchObject({
    agree: true,
    relations: [
      { analysts: ['one', 'other'], items: ['broker <-> client'] },
      { analysts: ['one'], items: ['main -> session_new'] },
    ],
  });
  expect(leak.records).toEqual([
    { analysts: ['one', 'other'], items: ['2'] },
    { analysts: ['one'], items: ['1'] },
    { analysts: ['other'], items: ['77'] },
  ]);
  expect(rootCause).toMatchObject({
    agree: false,
    functions: [
      { analysts: ['one', 'other'], items: ['session_new'] },
      { analysts: ['other'], items: ['queue_new'] },
    ],
  });
});

test('what one cannot answer takes nothing from the others, and no answer agrees with none', async () => {
  const [whole, broken] = await attemptAll(material, [one, failing]);
  expect(whole?.failure).toBeNull();
  expect(broken?.failure?.message).toBe('the server hung up');
  expect(broken?.diagnosis.stages.relationship.verdict).toBe('NO');
  const twice = await diagnosesOf(failing, { ...failing, name: 'failing too' });
  expect(compareDiagnoses(twice)).toMatchObject({ relationship: { agree: true }, leak: { agree: false } });
});

test('no analyst stands beside itself', async () => {
  await expect(attemptAll(material, [one, one])).rejects.toThrow('one cannot be set beside itself');
});

test('Markdown has the columns, the answers and the evidence, which says who cites it', async () => {
  const markdown = diagnosisMarkdown(...(await diagnosesOf(one, other)));
  expect(markdown).toMatch(/\| verdict +\| YES +\| YES +\|/);
  expect(markdown).toMatch(/\| not in the logs +\| – +\| 77 +\|/);
  expect(markdown).toContain('- `both: 1 record`: `2`');
  expect(markdown).toContain('### `other`: UNSURE');
  expect(markdown).toMatch(/### Record `2`: .*\n\n.*, cited by `one` and `other`:/);
});

test('SARIF has a run of each, told apart by an id, with what is wrong with the answers', async () => {
  const log = diagnosisSarif(...(await diagnosesOf(one, other, failing)));
  expect(log).toMatchObject({
    runs: [
      { automationDetails: { id: 'one/' }, invocations: [{ executionSuccessful: true }] },
      {
        automationDetails: { id: 'other/' },
        invocations: [
          {
            executionSuccessful: true,
            toolExecutionNotifications: [
              { level: 'warning', message: { text: 'root-cause: the analyst could not tell' } },
              { level: 'warning', message: { text: 'Cited, not in the logs: 77' } },
            ],
          },
        ],
        results: [{ ruleId: 'definitely-lost' }],
      },
      {
        automationDetails: { id: 'failing/' },
        invocations: [
          {
            executionSuccessful: false,
            toolExecutionNotifications: [
              { level: 'error', message: { text: 'leak: the server hung up' } },
              { level: 'error' },
            ],
          },
        ],
        results: [],
      },
    ],
  });
});

test('JUnit has a suite of each, and an error where there is no answer', async () => {
  const xml = diagnosisJunit(...(await diagnosesOf(one, other, failing)));
  expect(xml).toContain('<testsuites name="leaktrail" tests="4" failures="3" errors="1">');
  expect(xml.match(/<testsuite name="[^"]*"/g)).toEqual([
    '<testsuite name="one: broker"',
    '<testsuite name="other: broker"',
    '<testsuite name="failing: broker"',
  ]);
  expect(xml).toContain('<error type="no answer" message="the server hung up"/>');
});

test('the page holds both answers and what each names', async () => {
  const page = diagnosisHtml(await diagnosesOf(one, other), material);
  const [, json = ''] = /id="data">(.*?)<\/script>/s.exec(page) ?? [];
  expect(JSON.parse(json).stages[1]).toMatchObject({
    shares: [
      { label: 'both: 1 record', records: ['2'] },
      { label: 'only one: 1 record', records: ['1'] },
      { label: 'only other: 1 record', records: ['77'] },
    ],
    answers: [
      { analyst: 'one', verdict: 'YES' },
      { analyst: 'other', verdict: 'YES', records: ['77', '2'] },
    ],
  });
});

test('a leak that several see is one; a leak without a record of the logs is one that no baseline holds', async () => {
  const diagnoses = await diagnosesOf(one, other);
  expect(failureLines(diagnoses, 'any', null)).toEqual([
    '2 leaks found (--fail-on any)',
    '16 bytes definitely lost, record 1: session_new < main',
    '32 bytes definitely lost, record 2: queue_new < main',
  ]);
  expect(failureLines(diagnoses, 'new', new Set(['queue_new < main']))[0]).toBe(
    '1 leak found that the baseline does not hold (--fail-on new)',
  );
  const all = new Set(['queue_new < main', 'session_new < main']);
  expect(failureLines(diagnoses, 'new', all)).toEqual([]);
  const bare = {
    ...analystSaying({ relationship: 'NO:<>', leak: 'YES:<77>', 'root-cause': 'UNSURE' }),
    name: 'bare',
  };
  expect(failureLines(await diagnosesOf(bare), 'new', all)).toEqual([
    'a leak is found, but no record of the logs is cited for it (--fail-on new)',
  ]);
  expect(failureLines(await diagnosesOf(bare), 'definite', null)).toEqual([]);
});
