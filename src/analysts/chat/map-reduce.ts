import path from 'node:path';
import pLimit from 'p-limit';
import type { Stage } from '../../cases/truth.js';
import { packageRoot } from '../../package-root.js';
import { parseAnswer } from '../../stages/parse-answer.js';
import { fenceFor, readPrompt, renderPrompt } from '../../stages/prompts.js';
import { type Briefing, type ChatSession, conversation, messagesFor, shownIn } from './conversation.js';
import type { ChatReply, Send } from './request.js';

/** Chunks that are asked at a time where whoever sends has no limit of its own. */
const AT_A_TIME = 8;

/** The prompt that puts what was found in the parts in front of the question. */
export function mergePrompt() {
  return readPrompt(path.join(packageRoot, 'prompts/merge.md'));
}

/**
 * The protocol `map-reduce`: a stage is asked of every part of the log by itself, then once more of what was found
 * in the parts, and that reply answers the stage. What was answered to earlier stages goes before each question.
 * A log of one part is a conversation.
 */
export function mapReduce(briefing: Briefing, send: Send): ChatSession {
  const { parts, questions, structured } = briefing;
  if (parts.length === 1) return conversation(briefing, send);
  const prompt = mergePrompt();
  const answers = new Map<Stage, string>();
  const shown = shownIn(briefing, parts);

  const askPart = (stage: Stage, index: number, signal: AbortSignal | undefined): Promise<ChatReply> => {
    const part = parts[index] as Briefing['parts'][number];
    const messages = messagesFor(stage, [part.text], questions, answers);
    return send({ stage, chunk: index + 1, messages, structured, shown: part.records }, signal);
  };

  return {
    async ask(stage, signal) {
      const limit = pLimit(AT_A_TIME);
      const replies = await allOf(parts.map((_, index) => limit(() => askPart(stage, index, signal))));
      const findings = findingsOf(
        stage,
        replies.map(({ text }) => text),
      );
      const log = renderPrompt(prompt, { count: parts.length, fence: fenceFor(findings), findings });
      const messages = messagesFor(stage, [log], questions, answers);
      const reply = await send({ stage, chunk: 0, messages, structured, ...(shown && { shown }) }, signal);
      answers.set(stage, reply.text);
      return reply;
    },
    assume: (stage, text) => void answers.set(stage, text),
  };
}

/** Waits for all, then rejects with the first failure: what was answered beside it has been stored by then. */
async function allOf<T>(work: readonly Promise<T>[]): Promise<T[]> {
  const settled = await Promise.allSettled(work);
  return settled.map((one) => {
    if (one.status === 'rejected') throw one.reason;
    return one.value;
  });
}

/** The answers to the parts, and behind them each record that one of them cites, once. */
export function findingsOf(stage: Stage, answers: readonly string[]): string {
  const told = answers.map((text, index) => `Part ${index + 1} of ${answers.length}:\n${text.trim()}`);
  if (stage === 'relationship') return told.join('\n\n');
  const cited = new Set(answers.flatMap((text) => parseAnswer(text, stage).records));
  const list = cited.size === 0 ? 'none' : [...cited].join(', ');
  return [...told, `Loss records cited in all parts together: ${list}`].join('\n\n');
}
