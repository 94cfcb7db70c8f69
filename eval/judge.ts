import path from 'node:path';
import { z } from 'zod';
import { sha256 } from '../src/analysts/chat/request.js';
import { packageRoot } from '../src/package-root.js';
import { readPrompt, renderPrompt } from '../src/stages/prompts.js';
import type { ScoredRun, Sitting } from './score-run.js';
import { cohensKappa, type TwoByTwo } from './statistics/kappa.js';

/** How well a root cause in words agrees with the truth's, by the rubric of `prompts/judge.md`. */
const JUDGE_GRADES = ['SAME', 'PARTLY', 'DIFFERENT'] as const;
type JudgeGrade = (typeof JUDGE_GRADES)[number];

/** A line of `judgements.jsonl` in a run's folder. */
export const judgementSchema = z.strictObject({
  /** `provider:model`. */
  judge: z.string().min(1),
  /** Hash of what was sent: a judgement of an earlier reply or by another rubric is none of this one. */
  prompt: z.string(),
  case: z.string(),
  contestant: z.string(),
  repeat: z.number().int().min(1),
  /** The judge's reply. */
  text: z.string(),
  /** Null where the reply holds none. */
  grade: z.enum(JUDGE_GRADES).nullable(),
});
export type Judgement = z.infer<typeof judgementSchema>;

/** What is put to a judge: never who answered. */
export interface JudgeQuestion {
  readonly case: string;
  readonly contestant: string;
  readonly repeat: number;
  /** Hash of the message. */
  readonly prompt: string;
  readonly message: string;
}

/**
 * The questions that a run gives to a judge: each root cause that was answered with YES, on cases that have causes.
 * Other answers state no cause that could be compared.
 */
export function judgeQuestions(run: ScoredRun): JudgeQuestion[] {
  const rubric = readPrompt(path.join(packageRoot, 'prompts/judge.md'));
  return run.sittings.flatMap((sitting) => {
    const { case: id, contestant, repeat } = sitting;
    const question = sitting.questions.get('root-cause');
    const causes = run.keys.get(id)?.truth['root-cause'].causes ?? [];
    if (question?.answer?.verdict !== 'YES' || question.text === null || causes.length === 0) return [];
    const truth = causes
      .toSorted((left, right) => Number(right.primary) - Number(left.primary))
      .map(
        (cause) => `- ${cause.primary ? 'primary' : 'not primary'}: ${cause.statement} (${cause.mechanism})`,
      )
      .join('\n');
    // The answer cannot end its own frame.
    const answer = question.text.replace(/<(?=\/?(?:truth|answer)\b)/gi, '‹');
    const message = renderPrompt(rubric, { truth, answer });
    return { case: id, contestant, repeat, prompt: sha256(message), message };
  });
}

/** The grade in a judge's reply: the last line that states one. */
export function readJudgement(reply: string): JudgeGrade | null {
  const lines = [...reply.matchAll(/^\W*GRADE\W+(SAME|PARTLY|DIFFERENT)\W*$/gim)];
  return (lines.at(-1)?.[1]?.toUpperCase() as JudgeGrade | undefined) ?? null;
}

/** How a judge agrees with the deterministic grade. Nothing of it enters any other figure. */
export interface JudgeAgreement {
  readonly judge: string;
  readonly grades: { readonly [grade in JudgeGrade]: number };
  /** Replies without a grade. */
  readonly unreadable: number;
  /** First: the judge says SAME. Second: the answer cites a record of every primary cause. */
  readonly table: TwoByTwo;
  readonly kappa: number | null;
}

/** The agreement of each judge, by name. Judgements of anything but the run's own answers are left out. */
export function judgeAgreement(run: ScoredRun, judgements: readonly Judgement[]): JudgeAgreement[] {
  const asked = new Set(judgeQuestions(run).map(questionName));
  const sittings = new Map(run.sittings.map((sitting) => [nameOf(sitting), sitting]));
  const judges = [...new Set(judgements.map(({ judge }) => judge))].sort();
  return judges.map((judge) => {
    const grades = { SAME: 0, PARTLY: 0, DIFFERENT: 0 };
    const table = { bothYes: 0, onlyFirst: 0, onlySecond: 0, bothNo: 0 };
    let unreadable = 0;
    for (const judgement of judgements) {
      const sitting = sittings.get(nameOf(judgement));
      if (judgement.judge !== judge || sitting === undefined || !asked.has(questionName(judgement))) continue;
      if (judgement.grade === null) {
        unreadable++;
        continue;
      }
      grades[judgement.grade]++;
      const same = judgement.grade === 'SAME';
      const cites = (sitting.questions.get('root-cause')?.grade.causes?.gatedPrecision ?? 0) > 0;
      table[same ? (cites ? 'bothYes' : 'onlyFirst') : cites ? 'onlySecond' : 'bothNo']++;
    }
    return { judge, grades, unreadable, table, kappa: cohensKappa(table) };
  });
}

/** A question and the very message that put it, as one string. */
export function questionName(
  question: Pick<JudgeQuestion, 'case' | 'contestant' | 'repeat' | 'prompt'>,
): string {
  return JSON.stringify([nameOf(question), question.prompt]);
}

function nameOf({ case: id, contestant, repeat }: Pick<Sitting, 'case' | 'contestant' | 'repeat'>): string {
  return JSON.stringify([id, contestant, repeat]);
}
