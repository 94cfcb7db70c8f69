import { type ChatReply, type ChatRequest, promptHash, type Send } from '../analysts/chat/request.js';
import type { QuoteCheck } from '../stages/quotes.js';
import type { Question } from './load-run.js';
import type { ReplyLine } from './run-file.js';
import { type Ask, Failed, type Seat, type Shared } from './seat.js';

/**
 * Gives back what is stored, and has everything else asked.
 * A stored reply counts only for the very same question and prompt: no repeat is served from another one's.
 */
export function recordedSend(
  seat: Seat,
  { store, asksAgain, onProgress }: Pick<Shared, 'store' | 'asksAgain' | 'onProgress'>,
  ask: Ask,
  at: { readonly case: string; readonly repeat: number; readonly quotesOf: (reply: string) => QuoteCheck },
): Send {
  return async (request) => {
    const { stage, chunk } = request;
    const question = { case: at.case, contestant: seat.contestant.id, stage, repeat: at.repeat, chunk };
    const prompt = promptHash(request);
    const earlier = storedFor(request, prompt, question, store.stored);
    if (earlier !== undefined && (earlier.error === null || !asksAgain(earlier))) {
      onProgress({ kind: kindOf(earlier), line: earlier, stored: true });
      return replyOf(earlier);
    }
    const line = await ask(seat, { question: { ...question, prompt }, request, quotesOf: at.quotesOf });
    onProgress({ kind: kindOf(line), line, stored: false });
    return replyOf(line);
  };
}

/** The stored line to a question that was put in the very same words; undefined where there is none. */
export function storedFor(
  { tools }: ChatRequest,
  prompt: string,
  question: Question,
  stored: (question: Question) => ReplyLine | undefined,
): ReplyLine | undefined {
  // With tools a request may be a step or may have been answered: only its reply told which.
  const places = tools === undefined ? [question] : [question, { ...question, chunk: 0 }];
  return places.map(stored).find((line) => line?.prompt === prompt);
}

function kindOf({ chunk }: ReplyLine): 'answered' | 'chunk' {
  return chunk === 0 ? 'answered' : 'chunk';
}

/** A stored line as the reply that it holds. Throws a `Failed` where it holds an error. */
export function replyOf(line: ReplyLine): ChatReply {
  if (line.error !== null) throw new Failed(line.error.message, line.chunk);
  const { text, usage, finishReason, calls, latencyMs = 0, attempts = 1 } = line;
  return {
    text: text ?? '',
    ...(usage && { usage }),
    ...(finishReason !== undefined && { finishReason }),
    ...(calls && { calls }),
    latencyMs,
    attempts,
  };
}
