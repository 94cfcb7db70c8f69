import { ModelError } from '../analysts/chat/model-error.js';
import { type ChatReply, type ChatRequest, promptHash, type Send } from '../analysts/chat/request.js';
import type { ChatAnalyst } from '../analysts/chat.js';
import { costOf, type ModelPrice } from '../context/prices.js';
import type { QuoteCheck } from '../stages/quotes.js';
import type { AdaptiveLimit } from './adaptive-limit.js';
import type { Budget } from './budget.js';
import type { Question } from './load-run.js';
import type { Progress } from './progress.js';
import type { Contestant, ReplyLine } from './run-file.js';
import type { RunStore } from './store.js';

/** A contestant that asks a model, in one sitting of a run. */
export interface Seat {
  readonly contestant: Contestant;
  readonly analyst: ChatAnalyst;
  /** Null: unknown. */
  readonly price: ModelPrice | null;
  /** Runs a request when there is room for it. */
  readonly run: AdaptiveLimit['run'];
  /** Told the tokens of each reply. */
  readonly took: (tokens: number) => void;
  /** Why nothing more is asked of it; null while it is asked. */
  halted: string | null;
}

/** What all contestants of a sitting share. */
export interface Shared {
  readonly store: RunStore;
  readonly budget: Budget;
  readonly retryErrors: boolean;
  readonly stop: AbortSignal | undefined;
  readonly abort: AbortSignal | undefined;
  readonly onProgress: (event: Progress) => void;
}

/** The question stays open: nothing was stored, and the next sitting asks it. */
export class Halt extends Error {}

/** The question has its answer, and the answer is an error, which is stored. */
export class Failed extends Error {
  /** The chunk that it was asked of; 0 for the question itself. */
  readonly chunk: number;

  constructor(message: string, chunk: number) {
    super(message);
    this.chunk = chunk;
  }
}

/**
 * Sends what has no stored reply yet, within limits and budget, and stores what comes of it before it gives it back.
 * A stored reply counts only for the very same question and prompt: no repeat is served from another one's.
 */
export function recordedSend(
  seat: Seat,
  shared: Shared,
  at: { readonly case: string; readonly repeat: number; readonly quotesOf: (reply: string) => QuoteCheck },
): Send {
  const { store, onProgress } = shared;
  return async (request) => {
    const { stage, chunk } = request;
    const question = { case: at.case, contestant: seat.contestant.id, stage, repeat: at.repeat, chunk };
    const prompt = promptHash(request);
    // With tools a request may be a step or may have been answered: only its reply told which.
    const places = request.tools === undefined ? [question] : [question, { ...question, chunk: 0 }];
    const earlier = places.map((place) => store.stored(place)).find((line) => line?.prompt === prompt);
    if (earlier !== undefined && (earlier.error === null || !shared.retryErrors)) {
      onProgress({ kind: kindOf(earlier), line: earlier, stored: true });
      return replyOf(earlier);
    }
    const line = await seat.run(() => ask(seat, shared, { ...question, prompt }, request, at.quotesOf));
    onProgress({ kind: kindOf(line), line, stored: false });
    return replyOf(line);
  };
}

function kindOf({ chunk }: ReplyLine): 'answered' | 'chunk' {
  return chunk === 0 ? 'answered' : 'chunk';
}

/** Throws a `Halt` when nothing more may be sent. */
export function checkOpen(seat: Seat, { stop, budget }: Shared): void {
  if (stop?.aborted) throw new Halt('stopped');
  if (seat.halted !== null) throw new Halt(seat.halted);
  const exhausted = budget.exhausted();
  if (exhausted !== null) throw new Halt(exhausted);
}

async function ask(
  seat: Seat,
  shared: Shared,
  question: Question & { prompt: string },
  request: ChatRequest,
  quotesOf: (reply: string) => QuoteCheck,
): Promise<ReplyLine> {
  checkOpen(seat, shared);
  const { store, budget } = shared;
  budget.begin();
  let line: ReplyLine | null = null;
  try {
    const [reply] = await Promise.all([lineOf(question, request, seat, shared), store.putSent(request)]);
    line = reply.text === null ? reply : { ...reply, quotes: { ...quotesOf(reply.text) } };
  } catch (error) {
    throw halting(error, seat, shared);
  } finally {
    budget.end(line);
    seat.took((line?.usage?.inputTokens ?? 0) + (line?.usage?.outputTokens ?? 0));
  }
  await store.put(line);
  return line;
}

/** The reply or, where the request failed for good, the error. Rejects where the question should stay open. */
async function lineOf(
  question: Question & { prompt: string },
  request: ChatRequest,
  { analyst, price }: Seat,
  { stop, abort }: Shared,
): Promise<ReplyLine> {
  try {
    const { text, usage, finishReason, calls, latencyMs, attempts } = await analyst.send(request, abort);
    return {
      ...question,
      ...(request.tools && !calls?.length && { chunk: 0 }),
      text,
      error: null,
      ...(request.shown && { shown: [...request.shown] }),
      ...(usage && { usage: { ...usage } }),
      ...(finishReason !== undefined && { finishReason }),
      ...(calls && { calls: [...calls] }),
      latencyMs,
      attempts,
      cost: price !== null && usage ? costOf(price, usage) : null,
    };
  } catch (error) {
    if (!(error instanceof ModelError) || error.stopsContestant || error.kind === 'cancelled') throw error;
    // Stopped between two attempts: the next one might have been answered.
    if (stop?.aborted && error.worthRetrying) throw error;
    const { kind, message, attempts } = error;
    const chunk = request.tools === undefined ? question.chunk : 0;
    return { ...question, chunk, text: null, error: { kind, message }, attempts };
  }
}

/** What stops a contestant is no answer of one question: it is said once, and all its questions stay open. */
function halting(error: unknown, seat: Seat, shared: Shared): unknown {
  if (!(error instanceof ModelError)) return error;
  if (error.stopsContestant && seat.halted === null) {
    seat.halted = error.hint === undefined ? error.message : `${error.message} (${error.hint})`;
    shared.onProgress({ kind: 'stopped', contestant: seat.contestant.id, reason: seat.halted });
  }
  return new Halt(error.message);
}

function replyOf(line: ReplyLine): ChatReply {
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
