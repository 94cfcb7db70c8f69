import { type FailureKind, ModelError } from './model-error.js';
import { rateLimitWaitMs } from './rate-limits.js';
import type { Redact } from './redact.js';

/** Longest part of a server's own message that is shown and stored, in characters. */
const MESSAGE_LIMIT = 300;

/** The parts of a provider's error that its libraries agree on; what a server says can be anything. */
interface ProviderError {
  readonly name?: string;
  readonly message?: string;
  readonly status?: number;
  readonly statusCode?: number;
  readonly code?: unknown;
  readonly headers?: Headers | Record<string, string>;
  readonly error?: unknown;
  readonly cause?: ProviderError;
}

/**
 * What a thrown value of a provider's library means. The message is one line, without the server's markup and without
 * secrets.
 */
export function classify(thrown: unknown, redact: Redact, now: number = Date.now()): ModelError {
  if (thrown instanceof ModelError) return thrown;
  const error = (typeof thrown === 'object' && thrown !== null ? thrown : {}) as ProviderError;
  const status = error.status ?? error.statusCode;
  const kind = kindOf(error, status, thrown);
  return new ModelError(kind, messageOf(error, status, kind, redact), {
    retryAfterMs: status === undefined ? null : retryAfterMs(error.headers, now),
    ...(HINTS[kind] !== undefined && { hint: HINTS[kind] }),
  });
}

const HINTS: { readonly [kind in FailureKind]?: string } = {
  auth: 'check the key, and that it belongs to this server',
  quota: 'the account has no credit left; add some, then give the same command again',
  'no-model': 'check the name of the model after provider:',
  unreachable: 'check the network and the base URL',
  'context-length': 'choose a smaller strategy (digest) or fewer tokens a chunk, or protocol map-reduce',
};

function kindOf(error: ProviderError, status: number | undefined, thrown: unknown): FailureKind {
  const said = `${error.message ?? ''} ${detailOf(error)}`;
  const code = codeOf(error);
  if (code === 'context_length_exceeded' || CONTEXT_LENGTH.test(said)) return 'context-length';
  if (status === 401 || status === 403) return 'auth';
  if (status === 402 || code === 'insufficient_quota') return 'quota';
  if (status === 404) return 'no-model';
  if (status === 408) return 'timeout';
  if (status === 429) return 'rate-limit';
  if (status === 503 || status === 529) return 'overloaded';
  if (status !== undefined && status >= 500) return 'server';
  if (code === 'content_filter') return 'filtered';
  if (status !== undefined && status >= 400) return 'bad-request';
  if (error.name === 'TimeoutError') return 'timeout';
  if (error.name === 'AbortError') return 'cancelled';
  if (thrown instanceof SyntaxError || isOfOtherForm(thrown)) return 'malformed';
  // Said in the middle of a stream, whose status was that all is well.
  if (error.error !== undefined) return 'server';
  return UNREACHABLE.has(`${rootOf(error).code}`) ? 'unreachable' : 'connection';
}

/** What the system says when there is nobody to talk to. */
const UNREACHABLE = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** The error that the others were made from. */
function rootOf(error: ProviderError): ProviderError {
  return error.cause instanceof Error ? rootOf(error.cause as ProviderError) : error;
}

const CONTEXT_LENGTH =
  /maximum context length|exceeds the context window|prompt is too long|context_length_exceeded/i;

/** What the libraries throw when they read JSON of another form than the API's. A failed connection has a cause. */
function isOfOtherForm(thrown: unknown): boolean {
  if (thrown instanceof RangeError) return true;
  return thrown instanceof TypeError && thrown.cause === undefined;
}

function codeOf(error: ProviderError): unknown {
  return error.code ?? (error.error as ProviderError | null | undefined)?.code;
}

function detailOf({ error }: ProviderError): string {
  const told = typeof error === 'object' && error !== null ? (error as ProviderError).message : error;
  return typeof told === 'string' ? told : told ? JSON.stringify(told) : '';
}

/** Secrets go before anything is cut short: of half a secret nothing would tell that it is one. */
function messageOf(
  error: ProviderError,
  status: number | undefined,
  kind: FailureKind,
  redact: Redact,
): string {
  const told = detailOf(error) || rootOf(error).message || 'no reason given';
  const [first = ''] = told.split('\n\nTroubleshooting URL');
  const said = kind === 'malformed' ? first.replace(QUOTED_BODY, '') : first;
  const line = redact(said.replace(/\s+/g, ' ').trim());
  const short = line.length > MESSAGE_LIMIT ? `${line.slice(0, MESSAGE_LIMIT)}…` : line;
  if (status !== undefined) return `the server answered ${status}: ${short.replace(/^\d{3} /, '')}`;
  if (isOfOtherForm(error)) return `the reply has not the form of the API's: ${short}`;
  if (kind === 'malformed') return `the reply is not JSON: ${short}`;
  if (kind === 'server') return `the server broke off: ${short}`;
  if (kind === 'timeout') return 'no complete reply within the time limit';
  if (kind === 'cancelled') return 'cancelled';
  return `${kind === 'unreachable' ? 'the server cannot be reached' : 'the connection failed'}: ${short}`;
}

/** Node quotes what is no JSON, cut short on both sides. */
const QUOTED_BODY = /,? *(?:\.{3})?".*"(?:\.{3})? is not valid JSON$/s;

/**
 * Seconds or a date (RFC 9110, section 10.2.3), or the milliseconds that some servers add; where there is neither, what
 * the rate-limit headers say of an allowance that is used up.
 */
function retryAfterMs(told: ProviderError['headers'], now: number): number | null {
  const headers = new Headers(told);
  const milliseconds = Number(headers.get('retry-after-ms') ?? Number.NaN);
  if (milliseconds >= 0) return milliseconds;
  const value = headers.get('retry-after');
  if (value === null) return rateLimitWaitMs(headers, 1, now) || null;
  const seconds = Number(value);
  if (seconds >= 0) return seconds * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? null : Math.max(0, date - now);
}
