import { mean } from 'simple-statistics';
import type { Stage } from '../src/cases/truth.js';
import { CONTRADICTIONS, type Contradiction } from './contradictions.js';
import { FIGURES, type Figure, type FigureId, figureOf } from './figures.js';
import { OUTCOMES, type Outcome } from './grade.js';
import { byText } from './order.js';
import type { ScoredQuestion, ScoredRun, Sitting } from './score-run.js';
import { addSpending, type Spending } from './spending.js';
import { bootstrapMean } from './statistics/bootstrap.js';
import { passAll } from './statistics/pass-all.js';
import { type Estimate, wilson } from './statistics/wilson.js';

/** What became of the planned questions; the outcomes sum to `planned`. */
export type Outcomes = { readonly planned: number } & { readonly [outcome in Outcome]: number };

/** How often a contestant commits itself, and how often it is wrong when it does. */
export interface RiskCoverage {
  /** Share of the planned questions that got a verdict which is right or wrong. */
  readonly coverage: number;
  /** Share of the wrong ones among those; null where there are none. */
  readonly risk: number | null;
}

/** One row of a comparison: a contestant's figures over the cases of a scope. */
export interface ContestantMetrics {
  readonly contestant: string;
  /** Cases of the scope that it was asked about. */
  readonly cases: number;
  readonly outcomes: Outcomes;
  readonly stages: readonly (RiskCoverage & { readonly stage: Stage; readonly outcomes: Outcomes })[];
  /** Figures that apply to none of the cases are absent. */
  readonly figures: ReadonlyMap<FigureId, Estimate>;
  /** Chance that 1, 2, ... repeats of a case are all diagnosed; empty where a stage was not asked. */
  readonly passAll: readonly number[];
  /** Citations, and those of ids that do not exist, over all answers. */
  readonly cited: number;
  readonly unknownIds: number;
  /** Citations of records that exist and that the analyst was not shown. */
  readonly unseenIds: number;
  /** Lines that replies quote as the log's, and those of them that stand in it; 0 where nobody looked. */
  readonly quotes: { readonly quoted: number; readonly found: number };
  readonly forms: { readonly canonical: number; readonly lenient: number };
  readonly contradictions: { readonly [what in Contradiction]: number };
  readonly selfContradictory: number;
  readonly spending: Spending;
  /** Sittings that were diagnosed, and what each of them took when all that was spent is put on them. */
  readonly diagnosed: number;
  readonly tokensPerDiagnosis: number | null;
  readonly costPerDiagnosis: number | null;
}

/** Some of a run's cases, by what they have in common. */
export interface Scope {
  /** `all`, or a tag. */
  readonly id: string;
  readonly cases: readonly string[];
}

/** All cases, then those of each tag in alphabetical order. */
export function scopesOf(run: ScoredRun): [all: Scope, ...tags: Scope[]] {
  const tagsOf = (id: string) => run.keys.get(id)?.tags ?? [];
  const tags = [...new Set(run.cases.flatMap(tagsOf))].sort(byText);
  return [
    { id: 'all', cases: run.cases },
    ...tags.map((tag) => ({ id: tag, cases: run.cases.filter((id) => tagsOf(id).includes(tag)) })),
  ];
}

/** The metrics of every contestant that was asked about a case of the scope, best first: see `rank`. */
export function metricsOf(run: ScoredRun, scope: Scope): ContestantMetrics[] {
  return rank(
    run.contestants.flatMap((contestant) => {
      const cases = (run.asked.get(contestant) ?? []).filter((id) => scope.cases.includes(id));
      return cases.length === 0 ? [] : contestantMetrics(run, contestant, cases);
    }),
  );
}

const RANKING: readonly FigureId[] = ['diagnosed', 'root-cause-f1', 'leak-f1', 'leak-verdict'];

/**
 * Sorts by diagnoses, then root-cause F1, leak F1, leak verdicts and all right verdicts; equal rows by id. Contestants
 * that were asked about fewer cases stand below the others, for their figures are of other questions.
 */
function rank(rows: ContestantMetrics[]): ContestantMetrics[] {
  const standing = (row: ContestantMetrics) => [
    row.cases,
    ...RANKING.map((id) => row.figures.get(id)?.value ?? 0),
    row.outcomes.right,
  ];
  return rows.sort((left, right) => {
    const [own, others] = [standing(left), standing(right)];
    const at = own.findIndex((figure, index) => figure !== others[index]);
    return at === -1
      ? byText(left.contestant, right.contestant)
      : (others[at] as number) - (own[at] as number);
  });
}

function contestantMetrics(run: ScoredRun, contestant: string, cases: readonly string[]): ContestantMetrics {
  const inScope = new Set(cases);
  const sittings = run.sittings.filter(
    (sitting) => sitting.contestant === contestant && inScope.has(sitting.case),
  );
  const questions = sittings.flatMap((sitting) => [...sitting.questions.values()]);
  const spent = run.spending.get(contestant);
  const spending = addSpending(cases.flatMap((id) => spent?.get(id) ?? []));
  const diagnosed = sittings.filter((sitting) => figureOf('diagnosed').of(sitting) === 1);
  const tokens = spending.inputTokens === null ? null : spending.inputTokens + (spending.outputTokens ?? 0);
  const perDiagnosis = (amount: number | null) =>
    amount === null || diagnosed.length === 0 ? null : amount / diagnosed.length;
  return {
    contestant,
    cases: cases.length,
    outcomes: outcomesOf(questions),
    stages: run.stages.map((stage) => {
      const outcomes = outcomesOf(questions.filter((question) => question.stage === stage));
      return { stage, outcomes, ...riskCoverage(outcomes) };
    }),
    figures: figuresOf(run, sittings),
    passAll: consistency(run, sittings),
    cited: total(questions, ({ grade }) => grade.citations.cited),
    unknownIds: total(questions, ({ grade }) => grade.citations.unknown.length),
    unseenIds: total(questions, ({ grade }) => grade.citations.exist - grade.citations.shown),
    quotes: {
      quoted: total(questions, ({ grade }) => grade.citations.quotes?.quoted ?? 0),
      found: total(questions, ({ grade }) => grade.citations.quotes?.found ?? 0),
    },
    forms: {
      canonical: total(questions, ({ answer }) => Number(answer?.form === 'canonical')),
      lenient: total(questions, ({ answer }) => Number(answer?.form === 'lenient')),
    },
    contradictions: Object.fromEntries(
      CONTRADICTIONS.map((what) => [
        what,
        sittings.filter((one) => one.contradictions.includes(what)).length,
      ]),
    ) as ContestantMetrics['contradictions'],
    selfContradictory: total(questions, ({ grade }) => Number(grade.contradictory)),
    spending,
    diagnosed: diagnosed.length,
    tokensPerDiagnosis: perDiagnosis(tokens),
    costPerDiagnosis: perDiagnosis(spending.cost),
  };
}

function total(questions: readonly ScoredQuestion[], count: (question: ScoredQuestion) => number): number {
  return questions.reduce((sum, question) => sum + count(question), 0);
}

function outcomesOf(questions: readonly ScoredQuestion[]): Outcomes {
  const counts = Object.fromEntries(
    OUTCOMES.map((outcome) => [outcome, questions.filter(({ grade }) => grade.outcome === outcome).length]),
  ) as { [outcome in Outcome]: number };
  return { planned: questions.length, ...counts };
}

function riskCoverage({ planned, right, wrong }: Outcomes): RiskCoverage {
  const committed = right + wrong;
  return {
    coverage: planned === 0 ? 0 : committed / planned,
    risk: committed === 0 ? null : wrong / committed,
  };
}

/** Whether the run asked every stage that a figure needs. */
export function isAsked(figure: Figure, run: Pick<ScoredRun, 'stages'>): boolean {
  return figure.stages.every((stage) => run.stages.includes(stage));
}

/**
 * A figure by case, in the order of the sittings: repeats are averaged, cases to which it does not apply are absent.
 */
export function caseValues(figure: Figure, sittings: readonly Sitting[]): Map<string, number> {
  const earned = new Map<string, number[]>();
  for (const sitting of sittings) {
    const value = figure.of(sitting);
    if (value === null) continue;
    const values = earned.get(sitting.case);
    if (values === undefined) earned.set(sitting.case, [value]);
    else values.push(value);
  }
  return new Map([...earned].map(([id, values]) => [id, mean(values)]));
}

function figuresOf(run: ScoredRun, sittings: readonly Sitting[]): Map<FigureId, Estimate> {
  const estimates = new Map<FigureId, Estimate>();
  for (const figure of FIGURES) {
    if (!isAsked(figure, run)) continue;
    const values = [...caseValues(figure, sittings).values()];
    if (values.length > 0) estimates.set(figure.id, estimate(figure, values));
  }
  return estimates;
}

function estimate(figure: Figure, values: number[]): Estimate {
  const value = mean(values);
  const interval = figure.kind === 'proportion' ? wilson(value, values.length) : bootstrapMean(values);
  return { value, low: interval?.low ?? null, high: interval?.high ?? null, cases: values.length };
}

function consistency(run: ScoredRun, sittings: readonly Sitting[]): number[] {
  const figure = figureOf('diagnosed');
  if (!isAsked(figure, run)) return [];
  const successes = [...caseValues(figure, sittings).values()].map((share) =>
    Math.round(share * run.repeats),
  );
  return Array.from({ length: run.repeats }, (_, index) => passAll(successes, run.repeats, index + 1));
}
