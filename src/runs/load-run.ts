import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { LeaktrailError } from '../error.js';
import { readJsonLines } from './json-lines.js';
import {
  answerKeySchema,
  type ReplyLine,
  RUN_SCHEMA,
  type Run,
  replyLineSchema,
  runSchema,
  type StoredRun,
} from './run-file.js';

/** The files of a run's folder. */
export const RUN_FILES = {
  run: 'run.json',
  keys: 'cases.jsonl',
  replies: 'replies.jsonl',
  prompts: 'prompts.jsonl',
  texts: 'texts.jsonl',
  batches: 'batches.jsonl',
} as const;

/**
 * Reads a run's folder. Replies come in the order of cases, contestants, stages, repeats and chunks, one for each;
 * those of contestants, cases, stages or repeats that are no longer part of the run are left out.
 * Throws a `LeaktrailError` when the folder holds no run, or one that a newer leaktrail wrote.
 */
export async function loadRun(folder: string): Promise<StoredRun> {
  const run = await loadRunFile(folder);
  const keys = await readJsonLines(path.join(folder, RUN_FILES.keys), answerKeySchema);
  const replies = await readJsonLines(path.join(folder, RUN_FILES.replies), replyLineSchema);
  return { run, keys, replies: inRunOrder(run, replies) };
}

/** run.json alone. */
export async function loadRunFile(folder: string): Promise<Run> {
  const file = path.join(folder, RUN_FILES.run);
  let value: unknown;
  try {
    value = JSON.parse(await readFile(file, 'utf8'));
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    throw new LeaktrailError('input', missing ? 'no run in this folder' : 'not JSON', {
      place: { file },
      hint: '`leaktrail bench` makes a run, `leaktrail bench --fresh` makes it anew',
      cause,
    });
  }
  const schema = (value as { schema?: unknown } | null)?.schema;
  if (typeof schema === 'number' && schema > RUN_SCHEMA) {
    throw new LeaktrailError(
      'input',
      `a newer leaktrail wrote this run (schema ${schema}, known: ${RUN_SCHEMA})`,
      {
        place: { file },
        hint: 'update leaktrail, or choose another folder',
      },
    );
  }
  const checked = runSchema.safeParse(value);
  if (checked.success) return checked.data;
  const [issue] = checked.error.issues;
  throw new LeaktrailError('input', `${issue?.path.join('.')}: ${issue?.message}`, {
    place: { file },
    hint: '`leaktrail bench --fresh` makes the run anew',
  });
}

/** What one request asks, and of whom. */
export type Question = Pick<ReplyLine, 'case' | 'contestant' | 'stage' | 'repeat' | 'chunk'>;

/** A question as one string: nothing of it depends on the order of the run. */
export function keyOf(question: Question): string {
  const { case: id, contestant, stage, repeat, chunk } = question;
  return JSON.stringify([id, contestant, stage, repeat, chunk]);
}

/** The last reply to each question that is part of the run, in the run's order. */
export function inRunOrder(run: Run, replies: readonly ReplyLine[]): ReplyLine[] {
  const cases = places(run.cases);
  const contestants = places(run.contestants.map(({ id }) => id));
  const stages = places<string>(run.stages);
  const latest = new Map<string, ReplyLine>();
  for (const line of replies) {
    if (!cases.has(line.case) || !contestants.has(line.contestant) || !stages.has(line.stage)) continue;
    if (line.repeat <= run.repeats) latest.set(keyOf(line), line);
  }
  const place = (line: ReplyLine) => [
    cases.get(line.case) as number,
    contestants.get(line.contestant) as number,
    stages.get(line.stage) as number,
    line.repeat,
    line.chunk,
  ];
  return [...latest.values()]
    .map((line) => ({ line, at: place(line) }))
    .sort((a, b) => firstDifference(a.at, b.at))
    .map(({ line }) => line);
}

function places<T>(values: readonly T[]): Map<T, number> {
  return new Map(values.map((value, index) => [value, index]));
}

function firstDifference(a: readonly number[], b: readonly number[]): number {
  const index = a.findIndex((value, at) => value !== b[at]);
  return index === -1 ? 0 : (a[index] as number) - (b[index] as number);
}
