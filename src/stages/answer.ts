import type { Mechanism, Stage, Verdict } from '../cases/truth.js';

/**
 * How well a reply kept to the grammar of docs/answers.md: `canonical` to the letter, `lenient` when something had
 * to be forgiven, `unparseable` when no verdict can be read from it.
 */
export type AnswerForm = 'canonical' | 'lenient' | 'unparseable';

/** Character offsets into the reply, end exclusive. */
export type Span = readonly [start: number, end: number];

/** What a reply says, as the scorer reads it. */
export interface Answer {
  readonly stage: Stage;
  /** Null when `form` is `unparseable`. */
  readonly verdict: Verdict | null;
  /** Cited record ids as written, without `#` and thousands separators: `351`, `QDR.01:351`. No duplicates. */
  readonly records: readonly string[];
  /** Pairs of processes that are said to talk to each other. */
  readonly processes: readonly (readonly [string, string])[];
  /** Caller and callee. */
  readonly calls: readonly (readonly [string, string])[];
  /** Functions named as being at fault, in the order in which they are named. */
  readonly functions: readonly string[];
  readonly mechanism: Mechanism | null;
  readonly form: AnswerForm;
  /** What had to be forgiven, a short phrase each; empty when canonical. */
  readonly forgiven: readonly string[];
  /** The conclusions disagree: more than one verdict is stated as one. */
  readonly contradictory: boolean;
  /** Where the conclusion that counts stands. */
  readonly span: Span | null;
}
