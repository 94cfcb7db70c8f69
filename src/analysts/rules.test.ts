import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { findCases } from '../cases/find-cases.js';
import { loadCase } from '../cases/load-case.js';
import type { Stage } from '../cases/truth.js';
import { materialOf } from '../evidence/material-of.js';
import { packageRoot } from '../package-root.js';
import { parseAnswer } from '../stages/parse-answer.js';
import type { Analyst } from './analyst.js';
import { baselines } from './baselines.js';
import { rules } from './rules.js';

async function openCase(name: string) {
  const source = await loadCase(path.join(packageRoot, 'datasets', name));
  return { truth: source.truth, material: await materialOf(source) };
}

type Opened = Awaited<ReturnType<typeof openCase>>;

async function answer(analyst: Analyst, { material }: Opened, stage: Stage) {
  const { text } = await (await analyst.open(material)).ask(stage);
  return parseAnswer(text, stage);
}

/** F1 over record ids; real leaks that are not this bug count neither way. */
async function leakF1(analyst: Analyst, opened: Opened): Promise<number> {
  const { records, otherLeaks } = opened.truth.leak;
  const neutral = new Set(otherLeaks);
  const cited = (await answer(analyst, opened, 'leak')).records.filter((id) => !neutral.has(id));
  const right = cited.filter((id) => records.includes(id)).length;
  return (2 * right) / (cited.length + records.length);
}

test('on dispatch-37 the rules beat every baseline', async () => {
  const opened = await openCase('dispatch-37');
  const score = await leakF1(rules, opened);
  for (const baseline of baselines) expect(score).toBeGreaterThan(await leakF1(baseline, opened));
  expect(score).toBeGreaterThan(0.9);
});

describe('over all cases', async () => {
  const cases = await findCases(path.join(packageRoot, 'datasets'));
  const opened = await Promise.all(
    cases.map(async ({ id, truth, ...source }) => ({
      id,
      truth,
      material: await materialOf({ id, truth, ...source }),
    })),
  );

  test('they find the records of every bug', async () => {
    const buggy = opened.filter(({ truth }) => truth.leak.verdict === 'YES');
    expect(buggy.length).toBeGreaterThan(8);
    for (const one of buggy) expect(await leakF1(rules, one), one.id).toBeGreaterThan(0.9);
  });

  test('without the bug they cite nothing but real leaks that remain', async () => {
    const controls = opened.filter(({ truth }) => truth.leak.verdict !== 'YES');
    expect(controls.length).toBeGreaterThan(8);
    for (const one of controls) {
      const { records } = await answer(rules, one, 'leak');
      expect(one.truth.leak.otherLeaks, one.id).toEqual(expect.arrayContaining([...records]));
    }
  });

  test('they cite no id twice and none that does not exist', async () => {
    for (const one of opened) {
      const known = new Set(
        one.material.logs.flatMap(({ document }) => document.records.map(({ id }) => id)),
      );
      for (const stage of ['leak', 'root-cause'] as const) {
        const { records } = await answer(rules, one, stage);
        expect(records.filter((id) => !known.has(id))).toEqual([]);
        expect(new Set(records).size).toBe(records.length);
      }
    }
  });
});

test('their answers are canonical', async () => {
  const opened = await openCase('dispatch-37');
  for (const stage of ['relationship', 'leak', 'root-cause'] as const) {
    expect(await answer(rules, opened, stage)).toMatchObject({ verdict: 'YES', form: 'canonical' });
  }
});
