import type { Stage } from '../src/cases/truth.js';
import type { AnswerKey, ReplyLine } from '../src/runs/run-file.js';
import type { Answer } from '../src/stages/answer.js';
import { noAnswer } from '../src/stages/no-answer.js';
import { type Agreement, setAgreement } from './agreement.js';
import { functionName } from './function-name.js';
import { type CauseGrade, type CitationGrade, gradeCitations, gradeRecords } from './grade-records.js';
import { type CallGrade, gradeRelationship } from './grade-relationship.js';
import { type PreparedKey, prepareKey } from './prepared-key.js';

/** What came of a planned question. Every one has exactly one outcome. */
export const OUTCOMES = ['right', 'wrong', 'unsure', 'unparseable', 'error'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/**
 * The grade of one answer (docs/scoring.md). What does not apply to its stage, or to what the truth tells, is null;
 * that never depends on the answer.
 */
export interface Grade {
  readonly outcome: Outcome;
  /** Leak and root cause. */
  readonly records: Agreement | null;
  /** The same by group: one record of a group stands for all. */
  readonly groups: Agreement | null;
  /** Root cause. */
  readonly causes: CauseGrade | null;
  /** Functions at fault, at the root cause; null where the truth has no fault or names none. */
  readonly functions: Agreement | null;
  /** A function at fault is among the first three named; null where no stack of the logs shows one. */
  readonly functionAmongFirst: boolean | null;
  /** Mechanism of a primary cause, at the root cause; null where the truth has no cause. */
  readonly mechanism: 'right' | 'wrong' | 'missing' | null;
  /** Pairs of processes, at the relationship. */
  readonly pairs: Agreement | null;
  readonly calls: CallGrade | null;
  readonly citations: CitationGrade;
  /** The answer states more than one verdict. */
  readonly contradictory: boolean;
}

/**
 * Grades an answer against the key of its case. `reply` tells what the analyst was shown, where it did not see all,
 * and what became of the lines that it quotes. Throws `input` for a truth that lists records which no log holds.
 */
export function gradeAnswer(
  answer: Answer,
  key: AnswerKey,
  reply: Pick<ReplyLine, 'shown' | 'quotes'> = {},
): Grade {
  const graded = gradeParts(answer, prepareKey(key), reply);
  return { outcome: outcomeOf(answer, key, graded.records), ...graded };
}

/** The grade of a question that got no reply: all that applies is missed. */
export function gradeError(stage: Stage, key: AnswerKey): Grade {
  return { outcome: 'error', ...gradeParts(noAnswer(stage), prepareKey(key), {}) };
}

function outcomeOf(answer: Answer, key: AnswerKey, records: Agreement | null): Outcome {
  const { verdict } = key.truth[answer.stage];
  if (answer.verdict === null) return 'unparseable';
  if (answer.verdict === verdict) return 'right';
  if (answer.verdict === 'UNSURE') return 'unsure';
  return verdict === 'NO' && pointsElsewhere(records) ? 'right' : 'wrong';
}

/** Cites other leaks, each of them real, and nothing else. */
function pointsElsewhere(records: Agreement | null): boolean {
  return records !== null && records.neutral > 0 && records.right + records.wrong === 0;
}

function gradeParts(
  answer: Answer,
  key: PreparedKey,
  reply: Pick<ReplyLine, 'shown' | 'quotes'>,
): Omit<Grade, 'outcome'> {
  const { stage } = answer;
  const { pairs, calls } =
    stage === 'relationship' ? gradeRelationship(answer, key) : { pairs: null, calls: null };
  const { records, groups, causes } =
    stage === 'relationship'
      ? { records: null, groups: null, causes: null }
      : gradeRecords(answer, stage, key);
  return {
    records,
    groups,
    causes,
    functions: stage === 'root-cause' ? gradeFunctions(answer, key) : null,
    functionAmongFirst: stage === 'root-cause' ? hasFunctionAmongFirst(answer, key) : null,
    mechanism: stage === 'root-cause' ? gradeMechanism(answer, key) : null,
    pairs,
    calls,
    citations: gradeCitations(answer, key, reply),
    contradictory: answer.contradictory,
  };
}

function gradeFunctions(answer: Answer, key: PreparedKey): Agreement | null {
  const wanted = functionsAtFault(key);
  return wanted.size === 0 ? null : setAgreement(new Set(functionsNamed(answer)), wanted, false);
}

/** Somebody who looks for the fault looks at so many functions before losing patience. */
const FIRST = 3;

function hasFunctionAmongFirst(answer: Answer, key: PreparedKey): boolean | null {
  const wanted = functionsAtFault(key);
  if (!key.stacks.some((stack) => stack.some((name) => wanted.has(name)))) return null;
  return [...new Set(functionsNamed(answer))].slice(0, FIRST).some((name) => wanted.has(name));
}

function functionsAtFault({ key }: PreparedKey): ReadonlySet<string> {
  const { verdict, causes } = key.truth['root-cause'];
  return new Set(verdict === 'YES' ? causes.flatMap(({ functions }) => functions.map(functionName)) : []);
}

function functionsNamed({ verdict, functions }: Answer): string[] {
  return verdict === 'YES' ? functions.map(functionName) : [];
}

function gradeMechanism(answer: Answer, key: PreparedKey): Grade['mechanism'] {
  const { causes } = key.key.truth['root-cause'];
  if (causes.length === 0) return null;
  if (answer.mechanism === null) return 'missing';
  const primary = causes.filter((cause) => cause.primary);
  const accepted = primary.length > 0 ? primary : causes;
  return accepted.some((cause) => cause.mechanism === answer.mechanism) ? 'right' : 'wrong';
}
