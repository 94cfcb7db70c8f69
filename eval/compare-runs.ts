import { isDeepStrictEqual } from 'node:util';
import type { Stage, Verdict } from '../src/cases/truth.js';
import { compareCases, contestantValues, type PairedComparison } from './compare.js';
import { FIGURES, type FigureId } from './figures.js';
import type { Outcome } from './grade.js';
import { isAsked } from './metrics.js';
import type { ScoredRun, Sitting } from './score-run.js';

/** How a run answered a question. */
export interface AnswerInRun {
  readonly outcome: Outcome;
  readonly verdict: Verdict | null;
  readonly records: readonly string[];
  /** The reply as it was given, untrusted; null where none came. */
  readonly text: string | null;
}

/** A question whose outcome is not the same in both runs. */
interface Flip {
  readonly contestant: string;
  readonly case: string;
  readonly stage: Stage;
  readonly repeat: number;
  readonly first: AnswerInRun;
  readonly second: AnswerInRun;
}

/** Two runs side by side: what both of them asked. */
export interface RunComparison {
  readonly first: string;
  readonly second: string;
  /** In both runs, and in one of them only. */
  readonly contestants: readonly string[];
  readonly onlyFirst: readonly string[];
  readonly onlySecond: readonly string[];
  readonly cases: readonly string[];
  /** Cases in both runs whose truth was changed in between; each run is graded by its own. */
  readonly truthChanged: readonly string[];
  readonly figures: readonly (PairedComparison & {
    readonly contestant: string;
    readonly figure: FigureId;
  })[];
  /** By contestant, case, stage and repeat. */
  readonly flips: readonly Flip[];
}

/**
 * Sets two runs side by side: the cases and contestants that both have, the paired difference of every figure (first
 * run less second), and the questions whose outcome flipped. Repeats that only one run has make no flip.
 */
export function compareRuns(first: ScoredRun, second: ScoredRun): RunComparison {
  const contestants = first.contestants.filter((id) => second.contestants.includes(id));
  const cases = first.cases.filter((id) => second.cases.includes(id));
  const figures = FIGURES.filter((figure) => isAsked(figure, first) && isAsked(figure, second));
  return {
    first: first.name,
    second: second.name,
    contestants,
    onlyFirst: first.contestants.filter((id) => !contestants.includes(id)),
    onlySecond: second.contestants.filter((id) => !contestants.includes(id)),
    cases,
    truthChanged: cases.filter(
      (id) => !isDeepStrictEqual(first.keys.get(id)?.truth, second.keys.get(id)?.truth),
    ),
    figures: contestants.flatMap((contestant) =>
      figures.flatMap((figure) => {
        const own = contestantValues(first, contestant, figure);
        const others = contestantValues(second, contestant, figure);
        if (![...own.keys()].some((id) => others.has(id))) return [];
        return { contestant, figure: figure.id, ...compareCases(figure, own, others) };
      }),
    ),
    flips: flipsOf(first, second),
  };
}

function flipsOf(first: ScoredRun, second: ScoredRun): Flip[] {
  const counterpart = new Map(second.sittings.map((sitting) => [nameOf(sitting), sitting]));
  return first.sittings.flatMap((sitting) => {
    const other = counterpart.get(nameOf(sitting));
    if (other === undefined) return [];
    const { contestant, case: id, repeat } = sitting;
    return [...sitting.questions.keys()].flatMap((stage) => {
      const [before, after] = [answerIn(sitting, stage), answerIn(other, stage)];
      if (before === null || after === null || before.outcome === after.outcome) return [];
      return { contestant, case: id, stage, repeat, first: before, second: after };
    });
  });
}

function nameOf({ contestant, case: id, repeat }: Sitting): string {
  return JSON.stringify([contestant, id, repeat]);
}

function answerIn(sitting: Sitting, stage: Stage): AnswerInRun | null {
  const question = sitting.questions.get(stage);
  if (question === undefined) return null;
  const { answer, grade, text } = question;
  return {
    outcome: grade.outcome,
    verdict: answer?.verdict ?? null,
    records: answer?.records ?? [],
    text,
  };
}
