import { createHash } from 'node:crypto';
import { MECHANISMS, type Stage, VERDICTS, type Verdict } from '../cases/truth.js';
import type { Material } from '../evidence/material.js';
import type { LossRecord } from '../log/document.js';
import { formatAnswer } from '../stages/format-answer.js';
import type { Analyst } from './analyst.js';

/** What a baseline writes for one stage of one case. */
type Answer = (material: Material, stage: Stage) => string;

/** Every loss record of the material, in the order of its logs. */
function recordsOf(material: Material): LossRecord[] {
  return material.logs.flatMap(({ document }) => document.records);
}

/** YES with the records, or NO where there is none to cite. */
function yesIfAny(stage: Stage, records: readonly LossRecord[]): string {
  return formatAnswer({ stage, verdict: records.length > 0 ? 'YES' : 'NO', records: idsOf(records) });
}

function idsOf(records: readonly LossRecord[]): string[] {
  return records.map(({ id }) => id);
}

/** The same verdict to every question, with nothing cited. */
function always(verdict: Verdict): Answer {
  return (_material, stage) => formatAnswer({ stage, verdict });
}

function allDefinite(material: Material, stage: Stage): string {
  if (stage === 'relationship') return formatAnswer({ stage, verdict: 'YES' });
  return yesIfAny(
    stage,
    recordsOf(material).filter(({ kind }) => kind === 'definitely-lost'),
  );
}

function largest(count: number): Answer {
  return (material, stage) => {
    if (stage === 'relationship') return formatAnswer({ stage, verdict: 'YES' });
    return yesIfAny(
      stage,
      recordsOf(material)
        .toSorted((a, b) => b.bytes - a.bytes)
        .slice(0, count),
    );
  };
}

/**
 * A number in [0, 1) that depends on nothing but the words it is drawn for: the first 32 bits of their SHA-256.
 * Every draw is independent of every other, so that the order of cases and stages changes no answer.
 */
function draw(...words: readonly (string | number)[]): number {
  return createHash('sha256').update(JSON.stringify(words)).digest().readUInt32BE(0) / 2 ** 32;
}

function drawFrom<T>(choices: readonly T[], ...words: readonly (string | number)[]): T {
  return choices[Math.floor(draw(...words) * choices.length)] as T;
}

/** Each verdict with the same chance; with a YES, each record with an even chance. */
function random(seed: number): Answer {
  return (material, stage) => {
    const verdict = drawFrom(VERDICTS, seed, material.id, stage, 'verdict');
    if (verdict !== 'YES' || stage === 'relationship') return formatAnswer({ stage, verdict });
    const cited = recordsOf(material).filter(
      (_record, index) => draw(seed, material.id, stage, 'record', index) < 0.5,
    );
    const mechanism = drawFrom(MECHANISMS, seed, material.id, stage, 'mechanism');
    return formatAnswer({ stage, verdict, records: idsOf(cited), mechanism });
  };
}

const ANSWERS: Readonly<Record<string, Answer>> = {
  'always-yes': always('YES'),
  'always-no': always('NO'),
  'all-definite': allDefinite,
  'largest-10': largest(10),
  random: random(1),
};

function baseline(name: string, answer: Answer): Analyst {
  return {
    name,
    offline: true,
    open: async (material) => ({ ask: async (stage) => ({ text: answer(material, stage) }) }),
  };
}

/**
 * Analysts that do not think, for comparison: whoever reads logs must do better than these.
 *
 * - `always-yes` and `always-no` give their verdict and cite nothing.
 * - `all-definite` cites every definitely lost record, `largest-10` the ten records with the most bytes (the first in
 *   the log among equals); both say NO where there is nothing to cite.
 * - `random` draws verdict, records and mechanism, the same ones every time for the same case and stage.
 */
export const baselines: readonly Analyst[] = Object.entries(ANSWERS).map(([name, answer]) =>
  baseline(name, answer),
);
