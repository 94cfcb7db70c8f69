import { STAGES, type Stage } from '../src/cases/truth.js';
import { LeaktrailError } from '../src/error.js';
import type { AnswerKey, ReplyLine, StoredRun } from '../src/runs/run-file.js';
import type { Answer } from '../src/stages/answer.js';
import { parseAnswer } from '../src/stages/parse-answer.js';
import { type Contradiction, contradictionsOf } from './contradictions.js';
import { type Grade, gradeAnswer, gradeError } from './grade.js';
import { byText } from './order.js';
import { prepareKey } from './prepared-key.js';
import { type TestedBelief, testBeliefs } from './reliability.js';
import { type Spending, spendingOf } from './spending.js';

/** A planned question with what came of it. */
export interface ScoredQuestion {
  readonly stage: Stage;
  /** The reply as it was given; null where none came. */
  readonly text: string | null;
  readonly answer: Answer | null;
  readonly grade: Grade;
  /** What it said of how likely records are a leak; empty for analysts that give no probability. */
  readonly beliefs: readonly TestedBelief[];
}

/** All stages that were asked of one contestant about one case in one repeat. */
export interface Sitting {
  readonly contestant: string;
  readonly case: string;
  readonly repeat: number;
  readonly questions: ReadonlyMap<Stage, ScoredQuestion>;
  readonly contradictions: readonly Contradiction[];
}

/** A run with every planned question graded. Nothing in it depends on the order of the run's files. */
export interface ScoredRun {
  readonly name: string;
  readonly repeats: number;
  readonly stages: readonly Stage[];
  /** Ids in alphabetical order. */
  readonly contestants: readonly string[];
  /** What each contestant is: `rules`, a baseline, `transcript:NAME`, or `provider:model`. */
  readonly analysts: ReadonlyMap<string, string>;
  readonly cases: readonly string[];
  /** The cases that were put to each contestant: its denominator. */
  readonly asked: ReadonlyMap<string, readonly string[]>;
  readonly keys: ReadonlyMap<string, AnswerKey>;
  /** By contestant, case and repeat. */
  readonly sittings: readonly Sitting[];
  /** By contestant, then by case. */
  readonly spending: ReadonlyMap<string, ReadonlyMap<string, Spending>>;
}

/**
 * Grades every question that the run planned: each contestant, its cases, the repeats and the stages. A question
 * without an answer is an error, and stays in every denominator. Replies to questions that are not planned are left
 * out, as `loadRun` does.
 *
 * Throws `input` for a case without a key, and two answers to one question.
 */
export function scoreRun({ run, keys, replies }: StoredRun): ScoredRun {
  const keyOf = new Map(keys.map((key) => [key.case, key]));
  const cases = [...run.cases].sort(byText);
  const stages = STAGES.filter((stage) => run.stages.includes(stage));
  const contestants = run.contestants.toSorted((left, right) => byText(left.id, right.id));
  const asked = new Map(
    contestants.map(({ id, cases: own }) => [
      id,
      own === undefined ? cases : cases.filter((one) => own.includes(one)),
    ]),
  );
  const linesOf = new Map<string, ReplyLine[]>();
  for (const line of replies) {
    const name = questionName(line.contestant, line.case, line.repeat, line.stage);
    const lines = linesOf.get(name);
    if (lines === undefined) linesOf.set(name, [line]);
    else lines.push(line);
  }

  const sittings: Sitting[] = [];
  const spending = new Map<string, Map<string, Spending>>();
  for (const [contestant, own] of asked) {
    const spent = new Map<string, Spending>();
    spending.set(contestant, spent);
    for (const id of own) {
      const key = keyOf.get(id);
      if (key === undefined) {
        throw new LeaktrailError('input', `run ${run.name}: case ${id} has no answer key`);
      }
      const lines: ReplyLine[] = [];
      for (let repeat = 1; repeat <= run.repeats; repeat++) {
        const questions = new Map<Stage, ScoredQuestion>();
        for (const stage of stages) {
          const name = questionName(contestant, id, repeat, stage);
          const replied = linesOf.get(name) ?? [];
          lines.push(...replied);
          questions.set(stage, scoreQuestion(stage, answerLine(replied, `run ${run.name}: ${name}`), key));
        }
        const contradictions = contradicted(questions, key);
        sittings.push({ contestant, case: id, repeat, questions, contradictions });
      }
      spent.set(id, spendingOf(lines));
    }
  }
  return {
    name: run.name,
    repeats: run.repeats,
    stages,
    contestants: contestants.map(({ id }) => id),
    analysts: new Map(contestants.map(({ id, analyst }) => [id, analyst])),
    cases,
    asked,
    keys: keyOf,
    sittings,
    spending,
  };
}

function questionName(contestant: string, id: string, repeat: number, stage: Stage): string {
  return `${stage} of ${id} by ${contestant}, repeat ${repeat}`;
}

/** The line that answers a question; lines of single chunks and of failed requests do not. */
function answerLine(lines: readonly ReplyLine[], name: string): (ReplyLine & { text: string }) | null {
  const answers = lines.filter(
    (line): line is ReplyLine & { text: string } =>
      line.chunk === 0 && line.text !== null && line.error === null,
  );
  if (answers.length > 1) throw new LeaktrailError('input', `${name} has ${answers.length} answers`);
  return answers[0] ?? null;
}

function scoreQuestion(
  stage: Stage,
  line: (ReplyLine & { text: string }) | null,
  key: AnswerKey,
): ScoredQuestion {
  if (line === null) return { stage, text: null, answer: null, grade: gradeError(stage, key), beliefs: [] };
  const { index } = prepareKey(key);
  const answer = parseAnswer(line.text, stage, { isKnown: (id) => index.find(id) !== undefined });
  const beliefs = testBeliefs(line.beliefs ?? [], key);
  return { stage, text: line.text, answer, grade: gradeAnswer(answer, key, line), beliefs };
}

function contradicted(questions: ReadonlyMap<Stage, ScoredQuestion>, key: AnswerKey): Contradiction[] {
  const { index } = prepareKey(key);
  const answers = new Map<Stage, Answer>();
  for (const { stage, answer } of questions.values()) if (answer !== null) answers.set(stage, answer);
  return contradictionsOf(answers, (citation) => index.find(citation)?.id ?? citation);
}
