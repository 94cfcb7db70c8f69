import { mean, sum } from 'simple-statistics';
import type { AnswerKey, ReplyLine } from '../src/runs/run-file.js';
import { prepareKey } from './prepared-key.js';
import type { ScoredRun } from './score-run.js';
import { bootstrapMean } from './statistics/bootstrap.js';
import type { Estimate } from './statistics/wilson.js';

/** A probability that was given to a group of records, and what is true of them. */
export interface TestedBelief {
  readonly probability: number;
  /** Share of the records that are a leak by the truth, whether of the bug or of another. */
  readonly real: number;
}

/** Beliefs that say about the same, and how often they are right. */
export interface ReliabilityBin {
  /** Lower and upper limit of the probabilities in it. */
  readonly from: number;
  readonly to: number;
  readonly groups: number;
  readonly cases: number;
  /** What was said on average, and how much of it is real; each case weighs the same. */
  readonly said: number;
  readonly real: number;
}

/** How well an analyst's probabilities agree with what is true. */
export interface Reliability {
  readonly contestant: string;
  readonly groups: number;
  readonly cases: number;
  /** Mean squared difference of what was said and what is real, over cases (Brier 1950). */
  readonly brier: Estimate;
  /** The same for somebody who says of every group how much is real over all. */
  readonly uninformed: number;
  /** Mean difference of what was said and what is real in a bin, weighed by the bins (expected calibration error). */
  readonly calibrationError: number;
  /** Those that hold a belief, in order. */
  readonly bins: readonly ReliabilityBin[];
}

const BINS = 10;

/**
 * Sets beliefs beside the truth, group by group: one of a pool that lost thousands of identical blocks is one belief.
 * Records that do not exist are left out.
 */
export function testBeliefs(beliefs: NonNullable<ReplyLine['beliefs']>, key: AnswerKey): TestedBelief[] {
  if (beliefs.length === 0) return [];
  const { index, wanted, neutral } = prepareKey(key);
  return beliefs.flatMap(({ records, probability }) => {
    const groups = new Map<number, number[]>();
    for (const id of records) {
      const record = index.find(id);
      if (record === undefined) continue;
      const real = Number(wanted.leak.has(record.id) || neutral.has(record.id));
      groups.set(record.group, [...(groups.get(record.group) ?? []), real]);
    }
    return [...groups.values()].map((real) => ({ probability, real: mean(real) }));
  });
}

/** The reliability of every contestant that gives probabilities, in the order of the run. */
export function reliabilityOf(run: ScoredRun): Reliability[] {
  return run.contestants.flatMap((contestant) => {
    const byCase = new Map<string, TestedBelief[]>();
    for (const sitting of run.sittings) {
      if (sitting.contestant !== contestant) continue;
      const beliefs = [...sitting.questions.values()].flatMap((question) => question.beliefs);
      if (beliefs.length > 0) byCase.set(sitting.case, [...(byCase.get(sitting.case) ?? []), ...beliefs]);
    }
    return byCase.size === 0 ? [] : [measure(contestant, [...byCase.values()])];
  });
}

function measure(contestant: string, cases: readonly (readonly TestedBelief[])[]): Reliability {
  const weighed = cases.flatMap((beliefs, at) =>
    beliefs.map((belief) => ({ ...belief, case: at, weight: 1 / (cases.length * beliefs.length) })),
  );
  const average = (of: readonly Weighed[], value: (one: Weighed) => number) =>
    sum(of.map((one) => one.weight * value(one))) / sum(of.map(({ weight }) => weight));
  const share = average(weighed, ({ real }) => real);
  const bins = Array.from({ length: BINS }, (_, at) =>
    weighed.filter(({ probability }) => Math.min(BINS - 1, Math.floor(probability * BINS)) === at),
  );
  const scores = cases.map((beliefs) =>
    mean(beliefs.map(({ probability, real }) => (probability - real) ** 2)),
  );
  const interval = bootstrapMean(scores);
  return {
    contestant,
    groups: weighed.length,
    cases: cases.length,
    brier: {
      value: mean(scores),
      low: interval?.low ?? null,
      high: interval?.high ?? null,
      cases: cases.length,
    },
    uninformed: average(weighed, ({ real }) => (share - real) ** 2),
    calibrationError: sum(
      bins
        .filter((bin) => bin.length > 0)
        .map((bin) =>
          Math.abs(sum(bin.map(({ weight, probability, real }) => weight * (probability - real)))),
        ),
    ),
    bins: bins.flatMap((bin, at) =>
      bin.length === 0
        ? []
        : [
            {
              from: at / BINS,
              to: (at + 1) / BINS,
              groups: bin.length,
              cases: new Set(bin.map((one) => one.case)).size,
              said: average(bin, ({ probability }) => probability),
              real: average(bin, ({ real }) => real),
            },
          ],
    ),
  };
}

type Weighed = TestedBelief & { readonly case: number; readonly weight: number };
