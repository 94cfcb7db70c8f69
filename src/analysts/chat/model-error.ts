import { type ErrorCode, LeaktrailError } from '../../error.js';

/**
 * Why a model gave no answer.
 *
 * - `auth`, `quota`, `no-model`: nothing that is asked of this model will be answered until the user does something
 * - `unreachable`: no server there; worth another attempt, and when that fails too, so will all other questions
 * - `context-length`, `bad-request`, `filtered`: this request will never be answered
 * - `rate-limit`, `overloaded`, `server`, `timeout`, `connection`, `malformed`, `empty`: worth another attempt
 * - `cancelled`: given up by whoever asked
 */
export type FailureKind =
  | 'auth'
  | 'quota'
  | 'no-model'
  | 'unreachable'
  | 'context-length'
  | 'bad-request'
  | 'filtered'
  | 'rate-limit'
  | 'overloaded'
  | 'server'
  | 'timeout'
  | 'connection'
  | 'malformed'
  | 'empty'
  | 'cancelled';

const HOPELESS: readonly FailureKind[] = ['auth', 'quota', 'no-model'];
const FINAL: readonly FailureKind[] = ['context-length', 'bad-request', 'filtered', 'cancelled'];

/** A request that got no answer. */
export class ModelError extends LeaktrailError {
  override readonly name = 'ModelError';
  readonly kind: FailureKind;
  /** How long the server asks to wait, in milliseconds; null where it does not say. */
  readonly retryAfterMs: number | null;
  /** How often the request was sent. */
  attempts = 1;

  constructor(
    kind: FailureKind,
    message: string,
    options: { retryAfterMs?: number | null; hint?: string } = {},
  ) {
    const code: ErrorCode = kind === 'auth' ? 'auth' : 'provider';
    super(code, message, options.hint === undefined ? {} : { hint: options.hint });
    this.kind = kind;
    this.retryAfterMs = options.retryAfterMs ?? null;
  }

  /** Whether the same request may be answered when it is sent again. */
  get worthRetrying(): boolean {
    return !HOPELESS.includes(this.kind) && !FINAL.includes(this.kind);
  }

  /** Whether no other request to the same model will be answered either. */
  get stopsContestant(): boolean {
    return HOPELESS.includes(this.kind) || this.kind === 'unreachable';
  }

  /** Whether the server asks for fewer requests. */
  get isOverload(): boolean {
    return this.kind === 'rate-limit' || this.kind === 'overloaded';
  }
}
