import type { ChatRequest } from '../analysts/chat/request.js';
import type { ChatAnalyst } from '../analysts/chat.js';
import type { ModelPrice } from '../context/prices.js';
import type { QuoteCheck } from '../stages/quotes.js';
import type { AdaptiveLimit } from './adaptive-limit.js';
import type { Budget, Need } from './budget.js';
import type { Question } from './load-run.js';
import type { RunEvent } from './progress.js';
import type { Contestant, ReplyLine } from './run-file.js';
import type { RunStore } from './store.js';
import type { Trace } from './trace.js';

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
  /** What a request is taken to use of the budget. */
  readonly needOf: (request: ChatRequest) => Need;
  /** Why nothing more is asked of it; null while it is asked. */
  halted: string | null;
}

/** A question that has no reply yet. */
export interface Asked {
  readonly question: Question & { readonly prompt: string };
  readonly request: ChatRequest;
  readonly quotesOf: (reply: string) => QuoteCheck;
}

/** What all contestants of a sitting share. */
export interface Shared {
  readonly store: Pick<RunStore, 'stored' | 'put' | 'putSent'>;
  readonly budget: Budget;
  /** Whether a question is put again whose stored reply is this error. */
  readonly asksAgain: (error: ReplyLine) => boolean;
  readonly stop: AbortSignal | undefined;
  readonly abort: AbortSignal | undefined;
  readonly onProgress: (event: RunEvent) => void;
  /** Where requests are traced to; undefined where they are not. */
  readonly trace: Trace | undefined;
}

/**
 * Gets the line for a question that has none, and stores it. Rejects with a `Halt` where the question stays open for
 * now.
 */
export type Ask = (seat: Seat, asked: Asked) => Promise<ReplyLine>;

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

/** Throws a `Halt` when nothing more may be sent. */
export function checkOpen(seat: Seat, { stop, budget }: Pick<Shared, 'stop' | 'budget'>): void {
  if (stop?.aborted) throw new Halt('stopped');
  if (seat.halted !== null) throw new Halt(seat.halted);
  const exhausted = budget.exhausted();
  if (exhausted !== null) throw new Halt(exhausted);
}
