import fc from 'fast-check';
import { expect, test } from 'vitest';
import { redactor } from './redact.js';

test('what looks like a key goes, wherever it comes from', () => {
  const redact = redactor({});
  expect(redact('Incorrect key sk-proj-abcdef1234567890XYZ given')).toBe('Incorrect key [redacted] given');
  expect(redact('authorization: Bearer abc.def-ghi_123')).toBe('authorization: Bearer [redacted]');
});

test('an answer about a log keeps its words', () => {
  const text = 'YES:<351, 20>: a sk-lost token of the bearer is never freed by task-runner sk-1';
  expect(redactor({ HOME: '/root', PATH: '/usr/bin' })(text)).toBe(text);
});

test('no secret of the environment is left in any text', () => {
  const secret = fc.string({ minLength: 8, maxLength: 40 });
  fc.assert(
    fc.property(secret, secret, fc.array(fc.string()), (one, other, parts) => {
      const redact = redactor({ OPENAI_API_KEY: one, SOME_TOKEN: other });
      const clean = redact(parts.flatMap((part) => [part, one, other, one + other]).join(''));
      // The mask itself is the only place where a secret that is a part of it may still be found.
      if (!'[redacted]'.includes(one)) expect(clean.replaceAll('[redacted]', '\0')).not.toContain(one);
      if (!'[redacted]'.includes(other)) expect(clean.replaceAll('[redacted]', '\0')).not.toContain(other);
    }),
  );
});
