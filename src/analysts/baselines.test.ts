import { expect, test } from 'vitest';
import { STAGES, type Stage } from '../cases/truth.js';
import type { Material } from '../evidence/material.js';
import { readLog } from '../log/read-log.js';
import { logText } from '../log/text.js';
import { baselines } from './baselines.js';

const LOG = `kettle: brewing
==7== 40 bytes in 1 blocks are possibly lost in loss record 1 of 4
==7==    at 0x1: malloc (vg_replace_malloc.c:1)
==7==    by 0x2: boil (kettle.c:4)
==7==
==7== 8 bytes in 2 blocks are definitely lost in loss record 2 of 4
==7==    at 0x1: malloc (vg_replace_malloc.c:1)
==7==    by 0x3: pour (kettle.c:9)
==7==
==7== 90 bytes in 9 blocks are definitely lost in loss record 4 of 4
==7==    at 0x1: malloc (vg_replace_malloc.c:1)
==7==    by 0x4: steep (kettle.c:12)
==7==
`;

async function material(log: string, id = 'kettle'): Promise<Material> {
  const bytes = Buffer.from(log);
  const document = await readLog(bytes, { role: 'kettle' });
  return { id, system: null, logs: [{ document, text: logText(bytes) }], transcripts: new Map() };
}

async function answer(name: string, stage: Stage, of: Material): Promise<string> {
  const analyst = baselines.find((candidate) => candidate.name === name);
  if (analyst === undefined) throw new Error(`no baseline ${name}`);
  return (await (await analyst.open(of)).ask(stage)).text;
}

test('always-yes and always-no say the same to every question', async () => {
  const kettle = await material(LOG);
  for (const stage of STAGES) {
    expect(await answer('always-yes', stage, kettle)).toBe('YES:<>');
    expect(await answer('always-no', stage, kettle)).toBe('NO:<>');
  }
});

test('all-definite cites the definitely lost records, and says NO where there are none', async () => {
  expect(await answer('all-definite', 'leak', await material(LOG))).toBe('YES:<2,4>');
  const without = await material(LOG.replaceAll('definitely', 'possibly'));
  expect(await answer('all-definite', 'leak', without)).toBe('NO:<>');
});

test('largest-10 cites by size', async () => {
  expect(await answer('largest-10', 'root-cause', await material(LOG))).toBe('YES:<4,1,2>');
  expect(await answer('largest-10', 'leak', await material('kettle: brewing\n'))).toBe('NO:<>');
});

test('random answers the same again, and something else for another case', async () => {
  const many = await Promise.all(Array.from({ length: 30 }, (_, n) => material(LOG, `case-${n}`)));
  const answers = await Promise.all(many.map((one) => answer('random', 'leak', one)));
  expect(await Promise.all(many.map((one) => answer('random', 'leak', one)))).toEqual(answers);
  const verdicts = answers.map((text) => text.slice(0, text.indexOf(':') + 1) || text);
  expect(new Set(verdicts)).toEqual(new Set(['YES:', 'NO:', 'UNSURE']));
  expect(new Set(answers).size).toBeGreaterThan(5);
});
