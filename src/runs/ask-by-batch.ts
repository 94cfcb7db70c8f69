import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { ModelError } from '../analysts/chat/model-error.js';
import type { BatchRow, BatchState } from '../analysts/chat/openai-batches.js';
import { type RetryPolicy, withRetry } from '../analysts/chat/retry.js';
import type { ChatBatch } from '../analysts/chat.js';
import { halting, lineOf, toldWithHint } from './ask-now.js';
import type { BatchLog } from './batch-log.js';
import type { Reservation } from './budget.js';
import { keyOf } from './load-run.js';
import { type BatchSize, type Outbox, openOutbox } from './outbox.js';
import type { RunEvent } from './progress.js';
import type { BatchLine, ReplyLine } from './run-file.js';
import { type Ask, type Asked, checkOpen, Halt, type Seat, type Shared } from './seat.js';

/** How often a question is sent whose batch expired or gave no answer to it. */
const MOST_TIMES = 3;

/** What asking by batch needs beside what every sitting has. */
export interface BatchOptions {
  readonly folder: string;
  readonly log: BatchLog;
  readonly batch: ChatBatch;
  readonly pollMs: number;
  readonly size: BatchSize;
  readonly retry: RetryPolicy;
}

/** What a batch said to a question. */
interface Arrival extends Pick<BatchRow, 'answer' | 'error'> {
  /** Its id; null where none said anything. */
  readonly batch: string | null;
}

/**
 * Asks a contestant by batch, in rounds. Each round goes through all its sittings: a question whose answer has come is
 * stored, and the next question of its sitting goes into the next batch, since it holds that answer. So a conversation
 * of three stages takes three batches, one after the other. Batches that an earlier process sent are waited for first.
 *
 * Gives back whether no question is left.
 *
 * @param goThrough goes once through all sittings of the contestant
 */
export async function askByBatch(
  seat: Seat,
  shared: Shared,
  options: BatchOptions,
  goThrough: (shared: Shared, ask: Ask) => Promise<boolean>,
): Promise<boolean> {
  const { log, folder, size } = options;
  const round = openRound(seat, shared, options);
  for (;;) {
    const pending = log.pending(seat.contestant.id);
    for (const line of pending) await fetchBatch(line, seat, shared, options, round);
    if (shared.stop?.aborted || seat.halted !== null) return false;

    const outbox = openOutbox(folder, size);
    const complete = await goThrough(round.shared, round.askInto(outbox));
    const files = await outbox.close();
    if (shared.stop?.aborted) {
      await Promise.all(files.map(({ file }) => rm(file)));
      return false;
    }
    for (const line of pending) {
      // A batch without an id never reached the provider; the log says so already.
      const [now] = log.pending(seat.contestant.id).filter(({ tag }) => tag === line.tag);
      if (now !== undefined) await log.put({ ...now, state: 'done' });
    }
    const closed = round.closed();
    if (closed !== null) {
      await Promise.all(files.map(({ file }) => rm(file)));
      seat.halted = closed;
      shared.onProgress({ kind: 'stopped', contestant: seat.contestant.id, reason: closed });
      return false;
    }
    if (files.length === 0) return complete;
    for (const { tag, file, endpoint, requests } of files) {
      const line = { tag, contestant: seat.contestant.id, requests };
      await log.put({ ...line, state: 'sending' });
      let sent = false;
      const batch = await call(seat, shared, options, async () => {
        // An answer that got lost may have told of a batch that was made.
        const known = sent ? await options.batch.find(tag) : null;
        sent = true;
        return known ?? options.batch.submit(file, endpoint, tag);
      });
      if (batch === null) return false;
      await log.put({ ...line, state: 'sent', batch });
      await rm(file);
    }
  }
}

/** What is known of a contestant's batches while they are asked. */
interface Round {
  readonly arrivals: Map<string, Arrival>;
  /** As the sittings see it: what came in this process counts as stored, and is told once. */
  readonly shared: Shared;
  /** Stores what has arrived, and puts everything else into the outbox. */
  askInto(outbox: Outbox): Ask;
  /** Sends nothing more, for this reason. */
  close(reason: string): void;
  closed(): string | null;
}

function openRound(seat: Seat, shared: Shared, { batch }: BatchOptions): Round {
  const arrivals = new Map<string, Arrival>();
  const times = new Map<string, number>();
  const reserved = new Map<string, Reservation>();
  const answered = new Map<string, ReplyLine>();
  const told = new Set<string>();
  let closed: string | null = null;

  const store: Shared['store'] = {
    stored: (question) => answered.get(keyOf(question)) ?? shared.store.stored(question),
    async put(line) {
      await shared.store.put(line);
      answered.set(keyOf(line), line);
    },
    putSent: (request) => shared.store.putSent(request),
  };

  const accept = async (asked: Asked, id: string, arrival: Arrival): Promise<ReplyLine | null> => {
    const attempts = times.get(id) ?? 1;
    arrivals.delete(id);
    const reply = async () => ({ ...(await replyOf(asked, arrival, batch, attempts)), attempts });
    try {
      const line = await lineOf(asked, seat, reply, shared.stop);
      if (arrival.batch !== null) line.batch = arrival.batch;
      if (line.error !== null && attempts < MOST_TIMES && isWorthAnother(line.error.kind)) return null;
      reserved.get(id)?.settle(line);
      reserved.delete(id);
      await store.put(line);
      return line;
    } catch (error) {
      if (!(error instanceof ModelError) || !error.stopsContestant) throw halting(error, seat, shared);
      closed ??= toldWithHint(error);
      throw new Halt(closed);
    }
  };

  return {
    arrivals,
    shared: {
      ...shared,
      store,
      // What has been paid for is stored, whatever the budget says; only what is sent is held against it.
      budget: { ...shared.budget, exhausted: () => null },
      asksAgain: (line) => shared.asksAgain(line) && !answered.has(keyOf(line)),
      onProgress(event) {
        if (event.kind === 'answered' || event.kind === 'chunk') {
          const key = keyOf(event.line);
          if (told.has(key)) return;
          told.add(key);
        }
        shared.onProgress(event);
      },
    },
    askInto: (outbox) => async (_, asked) => {
      const id = customIdOf(asked);
      const arrival = arrivals.get(id);
      if (arrival !== undefined) {
        const line = await accept(asked, id, arrival);
        if (line !== null) return line;
      }
      if (closed !== null) throw new Halt(closed);
      const sent = times.get(id) ?? 0;
      if (sent >= MOST_TIMES) {
        const line = await accept(asked, id, { batch: null, answer: null, error: NO_LINE });
        if (line !== null) return line;
      }
      checkOpen(seat, shared);
      const reservation = reserved.get(id) ?? shared.budget.reserve(seat.needOf(asked.request));
      if (reservation === null) throw new Halt(shared.budget.refusal() ?? 'no budget');
      reserved.set(id, reservation);
      times.set(id, sent + 1);
      await Promise.all([store.putSent(asked.request), outbox.add(id, await batch.bodyOf(asked.request))]);
      throw new Halt('in the next batch');
    },
    close: (reason) => {
      closed ??= reason;
    },
    closed: () => closed,
  };
}

const NO_LINE = { code: 'no_line', message: 'the batch ended without a line for the question' };

/** Names a question and what it is asked with: an answer is never taken for one to other words. */
function customIdOf({ question }: Asked): string {
  const { prompt } = question;
  return createHash('sha256')
    .update(`${keyOf(question)}${prompt}`)
    .digest('hex')
    .slice(0, 40);
}

function isWorthAnother(kind: string): boolean {
  return new ModelError(kind as ModelError['kind'], '').worthRetrying;
}

async function replyOf({ request }: Asked, { answer, error }: Arrival, batch: ChatBatch, attempts: number) {
  try {
    if (answer !== null) return await batch.read(request, answer);
    const message = error?.message ?? NO_LINE.message;
    if (error?.code === 'batch_expired') throw new ModelError('timeout', `the batch expired: ${message}`);
    if (error?.code === 'batch_cancelled') throw new ModelError('cancelled', `cancelled: ${message}`);
    throw new ModelError('server', message);
  } catch (failure) {
    if (failure instanceof ModelError) failure.attempts = attempts;
    throw failure;
  }
}

/** Waits for a batch and reads its files. Where it ended badly the round is closed. */
async function fetchBatch(
  line: BatchLine,
  seat: Seat,
  shared: Shared,
  options: BatchOptions,
  round: Round,
): Promise<void> {
  const { batch, log } = options;
  const id = line.batch ?? (await call(seat, shared, options, () => batch.find(line.tag)));
  if (id === null) {
    if (seat.halted === null && !shared.stop?.aborted) await log.put({ ...line, state: 'lost' });
    return;
  }
  if (line.batch === undefined) await log.put({ ...line, state: 'sent', batch: id });
  const state = await untilEnded(id, seat, shared, options);
  if (state === null) return;
  for (const file of state.files) {
    await call(seat, shared, options, () =>
      batch.rows(file, ({ customId, answer, error }) => {
        const known = round.arrivals.get(customId)?.answer ?? null;
        if (known === null) round.arrivals.set(customId, { batch: id, answer, error });
      }),
    );
  }
  const { status, problem } = state;
  if (status === 'failed') round.close(`the provider refused batch ${id}: ${problem ?? 'no reason given'}`);
  if (status === 'cancelled') round.close(`batch ${id} was cancelled; the same command sends what it left`);
}

/** Null where the run was stopped, or the contestant. */
async function untilEnded(
  id: string,
  seat: Seat,
  shared: Shared,
  options: BatchOptions,
): Promise<BatchState | null> {
  const { batch, pollMs } = options;
  const contestant = seat.contestant.id;
  for (;;) {
    const state = await batch.look(id).catch((error: unknown) => {
      if (!(error instanceof ModelError)) throw error;
      // The batch goes on whether we can look or not.
      if (error.worthRetrying) {
        shared.onProgress({ kind: 'retry', contestant, reason: error.message, waitMs: pollMs });
      } else halt(seat, shared, error);
      return null;
    });
    if (seat.halted !== null) return null;
    if (state !== null) {
      const { status, done, failed, total, ended } = state;
      const told: RunEvent = { kind: 'batch', contestant, batch: id, status, done, failed, total, pollMs };
      shared.onProgress({ ...told, pollMs: ended ? 0 : pollMs });
      if (ended) return state;
    }
    const { stop } = shared;
    await delay(pollMs, undefined, stop && { signal: stop }).catch(() => {});
    if (stop?.aborted) return null;
  }
}

/** Calls the batch API, again where that is worth it; null where it failed, which stops the contestant. */
async function call<T>(
  seat: Seat,
  { stop, onProgress }: Shared,
  { retry }: BatchOptions,
  work: () => Promise<T>,
): Promise<T | null> {
  const contestant = seat.contestant.id;
  try {
    const onRetry = (failure: ModelError, waitMs: number) =>
      onProgress({ kind: 'retry', contestant, reason: failure.message, waitMs });
    return (await withRetry(work, retry, { stop, onRetry })).value;
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    if (!stop?.aborted) halt(seat, { onProgress }, error);
    return null;
  }
}

function halt(seat: Seat, { onProgress }: Pick<Shared, 'onProgress'>, error: ModelError): void {
  seat.halted = toldWithHint(error);
  onProgress({ kind: 'stopped', contestant: seat.contestant.id, reason: seat.halted });
}
