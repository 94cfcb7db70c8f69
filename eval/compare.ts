import { mean } from 'simple-statistics';
import { type Figure, type FigureId, figureOf } from './figures.js';
import { caseValues, isAsked } from './metrics.js';
import { byText } from './order.js';
import type { ScoredRun } from './score-run.js';
import { bootstrapMean } from './statistics/bootstrap.js';
import { smallestDetectable } from './statistics/detectable.js';
import { holm } from './statistics/holm.js';
import { mcnemar } from './statistics/mcnemar.js';
import { signFlipTest } from './statistics/sign-flip.js';
import { tieGroups } from './statistics/tie-groups.js';
import type { Estimate } from './statistics/wilson.js';

/** Adjusted p-values below this tell two contestants apart. */
export const SIGNIFICANCE = 0.05;

/** Averages of the same figures can differ in their last bits; that is no difference. */
const SAME = 1e-9;

/** Two sides set against each other, case by case, on one figure. */
export interface PairedComparison {
  /** First less second, with the bootstrap interval over the cases. */
  readonly difference: Estimate;
  /** Cases in which the first did better, and the second. */
  readonly firstBetter: number;
  readonly secondBetter: number;
  /** `mcnemar` for proportions, `sign-flip` for means. */
  readonly test: 'mcnemar' | 'sign-flip';
  readonly p: number;
  /** See `smallestDetectable`. */
  readonly detectable: number | null;
}

/** Two contestants of a table. */
interface ContestantComparison extends PairedComparison {
  readonly first: string;
  readonly second: string;
  /** The p-value after Holm's correction over all pairs of the table. */
  readonly adjusted: number;
}

/** All contestants of a run compared on one figure. */
export interface FigureComparison {
  readonly figure: Figure;
  /** Best first; those who share a letter cannot be told apart. */
  readonly ranking: readonly {
    readonly contestant: string;
    readonly value: number;
    readonly letters: string;
  }[];
  /** Every pair, the better one first, in the order of the ranking. */
  readonly pairs: readonly ContestantComparison[];
}

/**
 * Compares every pair of contestants that were asked about all cases of the run; null where there are not two of them,
 * or the figure was not asked for or applies to no case.
 */
export function compareContestants(run: ScoredRun, id: FigureId): FigureComparison | null {
  const figure = figureOf(id);
  if (!isAsked(figure, run)) return null;
  const contestants = run.contestants.filter((one) => run.asked.get(one)?.length === run.cases.length);
  const rows = contestants.map((contestant) => {
    const values = contestantValues(run, contestant, figure);
    return { contestant, values, value: values.size === 0 ? 0 : mean([...values.values()]) };
  });
  if (rows.length < 2 || rows.every(({ values }) => values.size === 0)) return null;
  rows.sort((left, right) => right.value - left.value || byText(left.contestant, right.contestant));

  const ranks = rows.flatMap((_, one) => rows.slice(one + 1).map((_, at) => [one, one + 1 + at] as const));
  const compared = ranks.map(([one, other]) => {
    const [first, second] = [rows[one], rows[other]] as [(typeof rows)[number], (typeof rows)[number]];
    return {
      first: first.contestant,
      second: second.contestant,
      ...compareCases(figure, first.values, second.values),
    };
  });
  const adjusted = holm(compared.map(({ p }) => p));
  const pairs = compared.map((pair, at) => ({ ...pair, adjusted: adjusted[at] as number }));
  const differ = ranks.filter((_, at) => (adjusted[at] as number) < SIGNIFICANCE);
  const letters = tieGroups(rows.length, differ);
  return {
    figure,
    ranking: rows.map(({ contestant, value }, at) => ({ contestant, value, letters: letters[at] as string })),
    pairs,
  };
}

/**
 * Compares two sides on the cases that both have a figure for; `first` and `second` are by case (`caseValues`).
 * At least one case is needed.
 */
export function compareCases(
  figure: Pick<Figure, 'kind'>,
  first: ReadonlyMap<string, number>,
  second: ReadonlyMap<string, number>,
): PairedComparison {
  const differences: number[] = [];
  let onlyFirst = 0;
  let onlySecond = 0;
  for (const id of [...first.keys()].sort(byText)) {
    const [own, other] = [first.get(id) as number, second.get(id)];
    if (other === undefined) continue;
    differences.push(Math.abs(own - other) < SAME ? 0 : own - other);
    // With repeats a case counts as right when more than half of them are.
    if (own > 0.5 && other <= 0.5) onlyFirst++;
    if (other > 0.5 && own <= 0.5) onlySecond++;
  }
  const interval = bootstrapMean(differences);
  const test = figure.kind === 'proportion' ? 'mcnemar' : 'sign-flip';
  return {
    difference: {
      value: mean(differences),
      low: interval?.low ?? null,
      high: interval?.high ?? null,
      cases: differences.length,
    },
    firstBetter: differences.filter((difference) => difference > 0).length,
    secondBetter: differences.filter((difference) => difference < 0).length,
    test,
    p: test === 'mcnemar' ? mcnemar(onlyFirst, onlySecond) : signFlipTest(differences),
    detectable: smallestDetectable(differences),
  };
}

/** A figure by case for one contestant of a run. */
export function contestantValues(run: ScoredRun, contestant: string, figure: Figure): Map<string, number> {
  return caseValues(
    figure,
    run.sittings.filter((sitting) => sitting.contestant === contestant),
  );
}
