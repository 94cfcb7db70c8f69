import { expect, test } from 'vitest';
import { analystSaying, brokerMaterial } from './broker.fixture.js';
import { diagnose } from './diagnosis.js';
import { diagnosisJson } from './diagnosis-json.js';
import { diagnosisMarkdown } from './diagnosis-markdown.js';
import { diagnosisTerminal } from './diagnosis-terminal.js';

const FULL = analystSaying({
  relationship: 'NO:<>',
  leak: '```\n==99== 16 bytes in 1 blocks are definitely lost in loss record 1 of 2\n```\nYES:<1,broker:2,77>',
  'root-cause': 'UNSURE',
});

test('every cited record is checked against the log', async () => {
  const diagnosis = await diagnose(await brokerMaterial(), FULL);
  expect(diagnosis.citations).toEqual([
    { id: '1', stages: ['leak'], exists: true, shown: true, quoted: true },
    { id: '2', stages: ['leak'], exists: true, shown: true, quoted: false },
    { id: '77', stages: ['leak'], exists: false, shown: false, quoted: false },
  ]);
  expect(diagnosis.evidence.map(({ record, text }) => [record.id, text[0]])).toEqual([
    ['1', '==7== 16 bytes in 1 blocks are definitely lost in loss record 1 of 2'],
    ['2', '==7== 32 bytes in 1 blocks are definitely lost in loss record 2 of 2'],
  ]);
  expect(diagnosis.usage).toEqual({ inputTokens: 300, outputTokens: 30 });
});

test('a record that is cited by two of its names is one record', async () => {
  const twice = analystSaying({
    relationship: 'NO:<>',
    leak: 'YES:<broker:2,2>',
    'root-cause': 'YES:<broker:2>',
  });
  const { stages, citations } = await diagnose(await brokerMaterial(), twice);
  expect(stages.leak.records).toEqual(['2']);
  expect(citations.map(({ id, stages }) => [id, stages])).toEqual([['2', ['leak', 'root-cause']]]);
});

test('what was answered before a failure is kept, and the failure is said', async () => {
  const diagnosis = await diagnose(await brokerMaterial(), analystSaying({ relationship: 'NO:<>' }));
  expect(diagnosis.stages.relationship.verdict).toBe('NO');
  expect(diagnosis.stages.leak).toMatchObject({ verdict: null, error: 'the server hung up' });
  expect(diagnosis.stages['root-cause'].error).toBe('not asked: the server hung up');
});

test('the JSON form has the documented keys', async () => {
  expect(diagnosisJson(await diagnose(await brokerMaterial(), FULL))).toMatchObject({
    stages: {
      relationship: { verdict: 'NO', processes: [], calls: [], text: 'NO:<>' },
      leak: { verdict: 'YES', records: ['1', '2', '77'] },
      'root-cause': { verdict: 'UNSURE', records: [], functions: [], mechanism: null },
    },
  });
});

test('the terminal form shows the cited records with their lines and what is not in the log', async () => {
  const text = diagnosisTerminal([await diagnose(await brokerMaterial(), FULL)], {
    colour: false,
    width: 100,
    mostRecords: 1,
  });
  expect(text).toContain('Is memory leaked?  YES  3 records');
  expect(text).toContain('15 ==7== 32 bytes in 1 blocks are definitely lost in loss record 2 of 2');
  expect(text).toContain('3 records cited, 1 not in the logs: 77.');
});

test('markup and escapes of a reply stay text', async () => {
  const hostile = analystSaying({
    relationship: 'UNSURE\n```\n# not a heading\n<img src=x onerror=alert(1)>\n\x1b[2J',
    leak: 'NO:<>',
    'root-cause': 'UNSURE',
  });
  const diagnosis = await diagnose(await brokerMaterial(), hostile);
  const markdown = diagnosisMarkdown(diagnosis);
  expect(markdown).toContain('````text\nUNSURE\n```\n# not a heading');
  expect(markdown).not.toContain('\x1b');
  expect(diagnosisTerminal([diagnosis], { colour: false, width: 100, mostRecords: 1 })).not.toContain('\x1b');
});
