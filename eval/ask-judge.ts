import path from 'node:path';
import pLimit from 'p-limit';
import type { Redact } from '../src/analysts/chat/redact.js';
import type { Send } from '../src/analysts/chat/request.js';
import { appendJsonLines, readJsonLines } from '../src/runs/json-lines.js';
import { type Judgement, judgementSchema, judgeQuestions, questionName, readJudgement } from './judge.js';
import type { ScoredRun } from './score-run.js';

/** Where a run's folder keeps what judges said of it. */
const JUDGEMENTS = 'judgements.jsonl';

/** Whoever judges. */
export interface Judge {
  /** `provider:model`. */
  readonly name: string;
  readonly send: Send;
  readonly redact: Redact;
}

/** What came of a sitting with a judge. */
export interface Judged {
  readonly file: string;
  /** By all judges of the run, from earlier sittings too. */
  readonly judgements: readonly Judgement[];
  /** Root causes judged now, and those that this judge had judged before. */
  readonly asked: number;
  readonly kept: number;
}

/**
 * Puts the root causes of a run to a judge, those that it has not judged by this rubric yet, and stores each judgement
 * as it comes. Rejects with the first failure; what was judged until then is kept.
 *
 * @param openJudge is called only when there is something to judge
 */
export async function askJudge(
  run: ScoredRun,
  folder: string,
  name: string,
  openJudge: () => Promise<Judge>,
  concurrency: number,
): Promise<Judged> {
  const file = path.join(folder, JUDGEMENTS);
  const stored = await readJsonLines(file, judgementSchema);
  const known = new Set(stored.filter((one) => one.judge === name).map(questionName));
  const questions = judgeQuestions(run);
  const open = questions.filter((question) => !known.has(questionName(question)));
  const kept = questions.length - open.length;
  if (open.length === 0) return { file, judgements: stored, asked: 0, kept };

  const judge = await openJudge();
  const judgements = [...stored];
  const lines = await appendJsonLines(file);
  const limit = pLimit(concurrency);
  let failed = false;
  const asked = open.map(({ message, ...question }) =>
    limit(async () => {
      if (failed) return;
      try {
        const messages = [{ role: 'user' as const, text: judge.redact(message) }];
        const { text } = await judge.send({ stage: 'root-cause', chunk: 0, messages, structured: false });
        const judgement = {
          judge: name,
          ...question,
          text: judge.redact(text),
          grade: readJudgement(text),
        };
        await lines.append(judgement);
        judgements.push(judgement);
      } catch (error) {
        failed = true;
        throw error;
      }
    }),
  );
  const results = await Promise.allSettled(asked);
  await lines.close();
  const failure = results.find((result) => result.status === 'rejected');
  if (failure !== undefined) throw failure.reason;
  return { file, judgements, asked: open.length, kept };
}
