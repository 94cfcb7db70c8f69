/** What a provider says of one allowance: which header tells what is left, and which when it is whole again. */
interface Allowance {
  readonly remaining: string;
  readonly reset: string;
  /** Whether a request takes its tokens from it, and not one or none. */
  readonly ofTokens: boolean;
}

/**
 * Headers of OpenAI's API (developers.openai.com/api/docs/guides/rate-limits) and of the servers that speak it, and of
 * Anthropic's (platform.claude.com/docs/en/api/rate-limits).
 */
const ALLOWANCES: readonly Allowance[] = [
  { remaining: 'x-ratelimit-remaining-requests', reset: 'x-ratelimit-reset-requests', ofTokens: false },
  { remaining: 'x-ratelimit-remaining-tokens', reset: 'x-ratelimit-reset-tokens', ofTokens: true },
  {
    remaining: 'anthropic-ratelimit-requests-remaining',
    reset: 'anthropic-ratelimit-requests-reset',
    ofTokens: false,
  },
  {
    remaining: 'anthropic-ratelimit-input-tokens-remaining',
    reset: 'anthropic-ratelimit-input-tokens-reset',
    ofTokens: true,
  },
  {
    remaining: 'anthropic-ratelimit-output-tokens-remaining',
    reset: 'anthropic-ratelimit-output-tokens-reset',
    ofTokens: false,
  },
];

/**
 * How long to send nothing, in milliseconds: until every allowance that has no room for another request is whole
 * again; 0 where all have room, or where the server says nothing of the kind.
 *
 * @param tokens what another request takes
 * @param now milliseconds since 1970, for resets that are told as a date
 */
export function rateLimitWaitMs(headers: Headers, tokens: number, now: number = Date.now()): number {
  let wait = 0;
  for (const { remaining, reset, ofTokens } of ALLOWANCES) {
    const left = headers.get(remaining);
    const until = headers.get(reset);
    if (left === null || until === null || left.trim() === '') continue;
    if (Number(left) >= Math.max(1, ofTokens ? tokens : 1)) continue;
    wait = Math.max(wait, readReset(until, now));
  }
  return wait;
}

const UNIT_MS = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 } as const;

/** `6m0s`, `1.5s`, `20ms`, plain seconds, or a date (RFC 3339); 0 for anything else. */
function readReset(value: string, now: number): number {
  const text = value.trim();
  if (/^(?:[\d.]+(?:ms|[hms]))+$/.test(text)) {
    let sum = 0;
    for (const [, amount, unit] of text.matchAll(/([\d.]+)(ms|[hms])/g)) {
      sum += Number(amount) * UNIT_MS[unit as keyof typeof UNIT_MS];
    }
    return Number.isFinite(sum) ? sum : 0;
  }
  const seconds = Number(text);
  if (text !== '' && seconds >= 0) return seconds * 1000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? 0 : Math.max(0, date - now);
}

/** Characters of a request's JSON for each token of it: a rough figure is enough to see that an allowance is used up. */
const CHARACTERS_PER_TOKEN = 4;

/**
 * A `fetch` that tells how long the server wants no further request, whenever an answer's headers say so. Another
 * request is taken to be as large as the one that was answered.
 */
export function watchRateLimits(fetchOne: typeof fetch, onWait: (waitMs: number) => void): typeof fetch {
  return async (input, init) => {
    const response = await fetchOne(input, init);
    const size = typeof init?.body === 'string' ? init.body.length : 0;
    const wait = rateLimitWaitMs(response.headers, Math.ceil(size / CHARACTERS_PER_TOKEN));
    if (wait > 0) onWait(wait);
    return response;
  };
}
