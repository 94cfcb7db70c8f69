import path from 'node:path';
import type { Stage } from '../../cases/truth.js';
import type { Redactor } from '../../context/redact.js';
import type { Material } from '../../evidence/material.js';
import { packageRoot } from '../../package-root.js';
import { type Prompt, readPrompt, renderPrompt } from '../../stages/prompts.js';
import { type Briefing, type ChatSession, messagesFor } from './conversation.js';
import { logTools } from './log-tools.js';
import type { ChatMessage, Send } from './request.js';

/** Requests that one question may take; the last one has to answer. */
const MOST_STEPS = 20;

/** What the protocol `tools` needs beside the logs. */
export interface ToolBriefing extends Pick<Briefing, 'questions' | 'recordCount' | 'structured'> {
  /** Tokens that the results of one question's look-ups may take together. */
  readonly budget: number;
  readonly count: (text: string) => number;
  /** Takes our own keys out of a result. */
  readonly redact: (text: string) => string;
  /** Names the secrets of the log. */
  readonly redactor: Redactor;
}

/** The prompt that tells a model which logs there are to read. */
export function toolPrompt(): Prompt {
  return readPrompt(path.join(packageRoot, 'prompts/tools.md'));
}

/**
 * The protocol `tools`: the model gets the names of the logs and the question, and reads the logs itself. Each request
 * of a question is a chunk of its own, and the reply without a call answers it. After the last step, or once the
 * results fill the budget, it has to answer. Earlier questions go before with their answers, without their look-ups.
 */
export function toolConversation(material: Material, briefing: ToolBriefing, send: Send): ChatSession {
  const { questions, structured, recordCount, redactor } = briefing;
  const logs = material.logs.map((log) => redactor.redact(described(log))).join('\n');
  const overview = renderPrompt(toolPrompt(), { logs });
  const tools = logTools(material, redactor);
  const answers = new Map<Stage, string>();
  return {
    async ask(stage, signal) {
      const messages: ChatMessage[] = messagesFor(stage, [overview], questions, answers);
      let tokens = 0;
      for (let step = 1; ; step++) {
        const closed = step === MOST_STEPS || tokens >= briefing.budget;
        const reply = await send(
          {
            stage,
            chunk: step,
            messages: [...messages],
            structured,
            tools: closed ? 'closed' : 'open',
            ...(tools.seen.size < recordCount && { shown: [...tools.seen] }),
          },
          signal,
        );
        if (reply.calls === undefined || reply.calls.length === 0) {
          answers.set(stage, reply.text);
          return reply;
        }
        messages.push({ role: 'assistant', text: reply.text, calls: reply.calls });
        for (const { id, name, args } of reply.calls) {
          const text = briefing.redact(tools.call(name, args));
          tokens += briefing.count(text);
          messages.push({ role: 'tool', text, call: id });
        }
      }
    },
    assume: (stage, text) => void answers.set(stage, text),
  };
}

function described({ document }: Material['logs'][number]): string {
  const { role, lines, records, groups, events, processes } = document;
  const commands = processes.map(
    ({ pid, command }) => `${pid ?? 'unknown'}${command ? ` (${command})` : ''}`,
  );
  const watched = commands.length > 0 ? `; processes ${commands.slice(0, 10).join(', ')}` : '';
  return `- ${role}: ${lines} lines, ${records.length} loss records in ${groups.length} groups, ${events.length} events${watched}`;
}
