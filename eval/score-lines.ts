import { z } from 'zod';
import { STAGES, type Stage, type Verdict } from '../src/cases/truth.js';
import { LeaktrailError } from '../src/error.js';
import type { AnswerKey } from '../src/runs/run-file.js';
import type { AnswerForm } from '../src/stages/answer.js';
import { parseAnswer } from '../src/stages/parse-answer.js';
import { type Grade, gradeAnswer } from './grade.js';
import { prepareKey } from './prepared-key.js';

const answerLineSchema = z.strictObject({
  case: z.string().min(1),
  contestant: z.string().min(1).optional(),
  stage: z.enum(STAGES),
  /** 1-based. */
  repeat: z.number().int().min(1).optional(),
  text: z.string(),
});

/** An answer that someone else collected, and where it stands in the file. */
export type AnswerLine = z.infer<typeof answerLineSchema> & { readonly line: number };

/** What `leaktrail score` prints for an answer. */
export interface ScoredLine {
  readonly case: string;
  readonly contestant?: string;
  readonly stage: Stage;
  readonly repeat?: number;
  /** Null when `form` is `unparseable`. */
  readonly verdict: Verdict | null;
  readonly records: readonly string[];
  readonly form: AnswerForm;
  readonly grade: Grade;
}

/**
 * Reads a file of answers: JSON lines with `case`, `stage`, `text` and, where there are several, `contestant` and
 * `repeat`. Empty lines are passed over. Throws `input` with the place of the first line that is not one.
 *
 * @param text the whole file
 * @param file its name, for messages
 */
export function readAnswerLines(text: string, file: string): AnswerLine[] {
  const lines: AnswerLine[] = [];
  const seen = new Map<string, number>();
  for (const [index, source] of text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .entries()) {
    const place = { file, line: index + 1 };
    if (source.trim() === '') continue;
    const answer = readLine(source, place);
    const question = JSON.stringify([answer.case, answer.contestant, answer.stage, answer.repeat]);
    const earlier = seen.get(question);
    if (earlier !== undefined) {
      throw new LeaktrailError('input', `answers the same question as line ${earlier}`, {
        place,
        hint: 'give each answer its own contestant or repeat',
      });
    }
    seen.set(question, place.line);
    lines.push({ ...answer, line: place.line });
  }
  return lines;
}

function readLine(source: string, place: { file: string; line: number }): z.infer<typeof answerLineSchema> {
  const hint = 'a line is one JSON object with case, stage, text and, if needed, contestant and repeat';
  let value: unknown;
  try {
    value = JSON.parse(source);
  } catch (cause) {
    throw new LeaktrailError('input', 'not JSON', { place, hint, cause });
  }
  const result = answerLineSchema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const field = issue === undefined || issue.path.length === 0 ? '' : `${issue.path.join('.')}: `;
  throw new LeaktrailError('input', `${field}${issue?.message ?? 'not an answer'}`, { place, hint });
}

/**
 * Grades answers, each against the key of its case.
 *
 * @param keys the answer key by case id, for every case that the lines name
 * @param file the file's name, for messages
 * @throws LeaktrailError `input` with the place of a line whose case has no key
 */
export function scoreLines(
  lines: readonly AnswerLine[],
  keys: ReadonlyMap<string, AnswerKey>,
  file: string,
): ScoredLine[] {
  return lines.map(({ case: id, contestant, stage, repeat, text, line }) => {
    const key = keys.get(id);
    if (key === undefined) {
      throw new LeaktrailError('input', `there is no case ${JSON.stringify(id)}`, {
        place: { file, line },
        hint: 'run "leaktrail cases" for the list',
      });
    }
    const { index } = prepareKey(key);
    const answer = parseAnswer(text, stage, { isKnown: (id) => index.find(id) !== undefined });
    return {
      case: id,
      ...(contestant !== undefined && { contestant }),
      stage,
      ...(repeat !== undefined && { repeat }),
      verdict: answer.verdict,
      records: answer.records,
      form: answer.form,
      grade: gradeAnswer(answer, key),
    };
  });
}
