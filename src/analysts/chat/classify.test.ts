import { expect, test } from 'vitest';
import { classify } from './classify.js';

const NOW = Date.UTC(2026, 0, 1);
const asIs = (text: string) => text;

test.each([
  [{ 'retry-after': '7' }, 7000],
  [{ 'retry-after': 'Thu, 01 Jan 2026 00:00:30 GMT' }, 30_000],
  [{ 'retry-after': 'Wed, 31 Dec 2025 23:00:00 GMT' }, 0],
  [{ 'retry-after-ms': '250', 'retry-after': '1' }, 250],
  [{ 'retry-after': 'soon' }, null],
  [{ 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': '1m2s' }, 62_000],
  [{ 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': '1m2s', 'retry-after': '3' }, 3000],
  [{}, null],
])('how long the server asks to wait: %j', (headers, expected) => {
  const plain = classify({ status: 429, headers }, asIs, NOW);
  const asHeaders = classify({ status: 429, headers: new Headers(Object.entries(headers)) }, asIs, NOW);
  expect([plain.retryAfterMs, asHeaders.retryAfterMs]).toEqual([expected, expected]);
});

test('a message is one short line', () => {
  const page = `<html>\n\n${'x'.repeat(1000)}</html>`;
  const { message } = classify({ status: 500, message: `500 ${page}` }, asIs);
  expect(message).toMatch(/^the server answered 500: <html> x+…$/);
  expect(message.length).toBeLessThan(350);
});

test('of a secret nothing is left where a message is cut short', () => {
  const redact = (text: string) => text.replaceAll('key-of-the-test', '[redacted]');
  for (let before = 280; before <= 300; before++) {
    const { message } = classify({ status: 500, message: `${'.'.repeat(before)}key-of-the-test` }, redact);
    expect(message).not.toContain('key');
  }
});

test.each(['key-of-the-test', `{"choices": key-of-the-test ${'.'.repeat(99)}`])(
  'of a body that is no JSON nothing is quoted: %s',
  (body) => {
    let thrown: unknown;
    try {
      JSON.parse(body);
    } catch (error) {
      thrown = error;
    }
    expect(classify(thrown, asIs).message).toBe("the reply is not JSON: Unexpected token 'k'");
  },
);

const refused = new TypeError('fetch failed', {
  cause: Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:1'), { code: 'ECONNREFUSED' }),
});

test.each([
  [{ status: 400, message: "This model's maximum context length is 8192 tokens" }, 'context-length', false],
  [{ status: 413, message: 'prompt is too long' }, 'context-length', false],
  [{ status: 403, message: 'no' }, 'auth', false],
  [{ status: 402, message: 'pay' }, 'quota', false],
  [{ status: 503, message: 'later' }, 'overloaded', true],
  [new Error('Connection error.', { cause: refused }), 'unreachable', true],
  [new Error('Connection error.', { cause: new Error('socket hang up') }), 'connection', true],
])('%j', (error, kind, worthRetrying) => {
  expect(classify(error, asIs)).toMatchObject({ kind, worthRetrying });
});
