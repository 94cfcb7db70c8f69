import { ModelError } from '../analysts/chat/model-error.js';
import { type ChatReply, type ChatRequest, restored } from '../analysts/chat/request.js';
import { costOf } from '../context/prices.js';
import type { ReplyLine } from './run-file.js';
import { type Ask, type Asked, checkOpen, Halt, type Seat, type Shared } from './seat.js';

/** Sends a request within limits and budget, and waits for its reply. */
export function askNow(shared: Shared): Ask {
  return (seat, asked) => seat.run(() => ask(seat, shared, asked));
}

async function ask(seat: Seat, shared: Shared, asked: Asked): Promise<ReplyLine> {
  const { store, budget, stop, abort, trace } = shared;
  checkOpen(seat, shared);
  const reservation = await budget.reserveInTurn(seat.needOf(asked.request));
  if (reservation === null) throw new Halt(budget.refusal() ?? 'no budget');
  let line: ReplyLine | null = null;
  try {
    checkOpen(seat, shared);
    const send = () => seat.analyst.send(asked.request, abort);
    const sent = () => trace?.request(seat.contestant, asked.question, asked.request, send) ?? send();
    [line] = await Promise.all([lineOf(asked, seat, sent, stop), store.putSent(asked.request)]);
  } catch (error) {
    throw halting(error, seat, shared);
  } finally {
    reservation.settle(line);
    seat.took((line?.usage?.inputTokens ?? 0) + (line?.usage?.outputTokens ?? 0));
  }
  await store.put(line);
  return line;
}

/**
 * The line of a reply or, where the request failed for good, of the error. Rejects where the question should stay open.
 *
 * @param reply the reply; rejects with a `ModelError`
 */
export async function lineOf(
  { question, request, quotesOf }: Asked,
  { price }: Pick<Seat, 'price'>,
  reply: () => Promise<Omit<ChatReply, 'latencyMs'> & Partial<Pick<ChatReply, 'latencyMs'>>>,
  stop: AbortSignal | undefined,
): Promise<ReplyLine> {
  try {
    const { text, usage, finishReason, calls, latencyMs, attempts } = await reply();
    return {
      ...question,
      ...(request.tools && !calls?.length && { chunk: 0 }),
      text,
      error: null,
      ...(request.shown && { shown: shownTo(request) }),
      quotes: { ...quotesOf(restored(request, text)) },
      ...(usage && { usage: { ...usage } }),
      ...(finishReason !== undefined && { finishReason }),
      ...(calls && { calls: [...calls] }),
      ...(latencyMs !== undefined && { latencyMs }),
      attempts,
      cost: price !== null && usage ? costOf(price, usage) : null,
    };
  } catch (error) {
    if (!(error instanceof ModelError) || error.stopsContestant || error.kind === 'cancelled') throw error;
    // Stopped between two attempts: the next one might have been answered.
    if (stop?.aborted && error.worthRetrying) throw error;
    const { kind, message, attempts } = error;
    const chunk = request.tools === undefined ? question.chunk : 0;
    const told = request.redactor?.cover(message) ?? message;
    return { ...question, chunk, text: null, error: { kind, message: told }, attempts };
  }
}

/** Ids of the records that were shown, by the names that stand in what was sent. */
function shownTo({ shown = [], redactor }: ChatRequest): string[] {
  if (redactor === undefined || shown.length === 0) return [...shown];
  return redactor.cover(shown.join('\n')).split('\n');
}

/** What stops a contestant is no answer of one question: it is said once, and all its questions stay open. */
export function halting(error: unknown, seat: Seat, { onProgress }: Pick<Shared, 'onProgress'>): unknown {
  if (!(error instanceof ModelError)) return error;
  if (error.stopsContestant && seat.halted === null) {
    seat.halted = toldWithHint(error);
    onProgress({ kind: 'stopped', contestant: seat.contestant.id, reason: seat.halted });
  }
  return new Halt(error.message);
}

/** What went wrong and what to do, in one line. */
export function toldWithHint({ message, hint }: ModelError): string {
  return hint === undefined ? message : `${message} (${hint})`;
}
