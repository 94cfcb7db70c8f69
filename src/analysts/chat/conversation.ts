import { STAGES, type Stage } from '../../cases/truth.js';
import type { Session } from '../analyst.js';
import type { ChatMessage, ChatReply, Send } from './request.js';

/** A sitting with a chat model. */
export interface ChatSession extends Session {
  ask(stage: Stage, signal?: AbortSignal): Promise<ChatReply>;
  /** Goes on as if the stage had been asked and answered so, whatever was really answered. */
  assume(stage: Stage, text: string): void;
}

/** A log made ready for a prompt, and the questions about it. */
export interface Briefing {
  /** Pieces of the log with what says that they are one, each shown whole. */
  readonly parts: readonly { readonly text: string; readonly records: readonly string[] }[];
  readonly questions: { readonly [stage in Stage]: string };
  /** How many loss records the logs hold; with as many in the parts, all are shown. */
  readonly recordCount: number;
  /** Whether answers have to be JSON objects. */
  readonly structured: boolean;
}

/**
 * The protocol `conversation`: all parts of the log and the first question in one message, then one message for each
 * further question, with everything that was said before.
 */
export function conversation(briefing: Briefing, send: Send): ChatSession {
  const log = briefing.parts.map(({ text }) => text);
  const shown = shownIn(briefing, briefing.parts);
  const answers = new Map<Stage, string>();
  return {
    async ask(stage, signal) {
      const messages = messagesFor(stage, log, briefing.questions, answers);
      const { structured } = briefing;
      const reply = await send({ stage, chunk: 0, messages, structured, ...(shown && { shown }) }, signal);
      answers.set(stage, reply.text);
      return reply;
    },
    assume: (stage, text) => void answers.set(stage, text),
  };
}

/** The question of a stage behind the log and behind the earlier stages with their answers. */
export function messagesFor(
  stage: Stage,
  log: readonly string[],
  questions: Briefing['questions'],
  answers: ReadonlyMap<Stage, string>,
): ChatMessage[] {
  const messages: ChatMessage[] = [];
  for (const earlier of STAGES.slice(0, STAGES.indexOf(stage))) {
    const text = answers.get(earlier);
    if (text === undefined) continue;
    messages.push({ role: 'user', text: questions[earlier] }, { role: 'assistant', text });
  }
  messages.push({ role: 'user', text: questions[stage] });
  const [first, ...rest] = messages as [ChatMessage, ...ChatMessage[]];
  return [{ role: 'user', text: [...log, first.text].join('\n\n') }, ...rest];
}

/** Ids of the records in some parts; undefined when it is every record there is. */
export function shownIn({ recordCount }: Briefing, parts: Briefing['parts']): readonly string[] | undefined {
  const ids = new Set(parts.flatMap(({ records }) => records));
  return ids.size === recordCount ? undefined : [...ids];
}
