import type { Progress } from '../runs/progress.js';
import type { ReplyLine } from '../runs/run-file.js';

/** What a contestant, or all of them, has come to so far. */
export interface Sums {
  questions: number;
  done: number;
  /** Answers with the right verdict. */
  right: number;
  errors: number;
  tokens: number;
  /** US dollars, as far as prices are known. */
  cost: number;
  /** Whether something was asked whose price is not known. */
  costUnknown: boolean;
}

/** A contestant while it is asked. */
export interface ContestantTally extends Sums {
  readonly id: string;
  /** Requests that may be under way at a time; null until the server asks for fewer. */
  limit: number | null;
  /** How its batch stands, in words; null without one. */
  batch: string | null;
}

/** A run while it is carried out. */
export interface RunTally {
  readonly all: Sums;
  readonly contestants: readonly ContestantTally[];
  add(event: Progress, now: number): void;
  /** Milliseconds that the rest will take at the pace so far; null while there is none to go by. */
  timeLeft(now: number): number | null;
}

/** Answers of models that make a pace. */
const ENOUGH_FOR_A_PACE = 3;

export function runTally(): RunTally {
  const all = noSums(0);
  const contestants = new Map<string, ContestantTally>();
  let asked = 0;
  let since: number | null = null;

  const count = (line: ReplyLine) => {
    for (const sums of [all, contestants.get(line.contestant)]) if (sums !== undefined) spend(sums, line);
  };
  return {
    all,
    get contestants() {
      return [...contestants.values()];
    },
    add(event, now) {
      switch (event.kind) {
        case 'begin':
          all.questions = event.questions;
          for (const { id, questions } of event.contestants) {
            contestants.set(id, { id, limit: null, batch: null, ...noSums(questions) });
          }
          break;
        case 'answered':
          for (const sums of [all, contestants.get(event.line.contestant)]) {
            if (sums === undefined) continue;
            sums.done++;
            if (event.right) sums.right++;
            if (event.line.error !== null) sums.errors++;
          }
          count(event.line);
          if (!event.stored && event.line.latencyMs !== undefined) {
            since ??= now - event.line.latencyMs;
            asked++;
          }
          break;
        case 'chunk':
          count(event.line);
          break;
        case 'limit': {
          const contestant = contestants.get(event.contestant);
          if (contestant !== undefined) contestant.limit = event.concurrency;
          break;
        }
        case 'batch': {
          const contestant = contestants.get(event.contestant);
          const { status, done, total } = event;
          if (contestant !== undefined) contestant.batch = `batch ${status} ${done}/${total}`;
          break;
        }
      }
    },
    timeLeft(now) {
      if (since === null || asked < ENOUGH_FOR_A_PACE) return null;
      return ((all.questions - all.done) * (now - since)) / asked;
    },
  };
}

function noSums(questions: number): Sums {
  return { questions, done: 0, right: 0, errors: 0, tokens: 0, cost: 0, costUnknown: false };
}

function spend(sums: Sums, { usage, cost }: ReplyLine): void {
  sums.tokens += (usage?.inputTokens ?? 0) + (usage?.outputTokens ?? 0);
  sums.cost += cost ?? 0;
  if (cost === null) sums.costUnknown = true;
}
