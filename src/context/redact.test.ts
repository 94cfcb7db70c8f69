import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { packageRoot } from '../package-root.js';
import { makeRedactor } from './redact.js';

test.each([
  ['mail from alice@mail.acme.com refused', 'mail from <EMAIL-1> refused'],
  ['Accepting connection from 10.1.2.3:5672', 'Accepting connection from <IP-1>:5672'],
  ['peer fe80::1ff:fe23:4567:890a up', 'peer <IP-1> up'],
  ['eth0 00:1b:44:11:3a:b7 up', 'eth0 <MAC-1> up'],
  ['connect to broker-7.eu.acme.com:5672', 'connect to <HOST-1>:5672'],
  ['hostname=build42 ready', 'hostname=<HOST-1> ready'],
  ['amqp://bob:hunter2@10.1.2.3/q', 'amqp://<URL-LOGIN-1>@<IP-1>/q'],
  ['amqp://bob:hunter2@relay.acme.com:5672/q', 'amqp://<URL-LOGIN-1>@<HOST-1>:5672/q'],
  ['ssh://bob@build42/', 'ssh://<HOST-2>@<HOST-1>/'],
  ['Authorization: Bearer abcdefgh12345678', 'Authorization: Bearer <SECRET-1>'],
  ['saslPassword=hunter2; retry', 'saslPassword=<SECRET-1>; retry'],
  ['key sk-proj-abcdefghijklmnop1234', 'key <SECRET-1>'],
  ['open /home/alice/app/a.conf', 'open /home/<USER-1>/app/a.conf'],
  [`${'MIIEpAIBAAKCAQEA'.repeat(4)}`, '<SECRET-1>'],
  ['open C:\\Users\\alice\\a.conf', 'open C:\\Users\\<USER-1>\\a.conf'],
])('%s', (line, redacted) => {
  const redactor = makeRedactor();
  expect(redactor.redact(line)).toBe(redacted);
  expect(redactor.restore(redacted)).toBe(line);
});

test.each([
  '==2738==    by 0x48727A3: qd_log_configure (log.c:250)',
  '    #1 0x55f in std::vector<int>::push_back(int&&) /usr/include/c++/12/bits/stl_vector.h:1294',
  '==1==    at 0x4: dead::beef::fade(ab::cd) (a.cpp:1)',
  'Sun Nov 22 09:01:32 2026 SERVER (TRACE) Listening on 127.0.0.1:20100',
  'Using Valgrind-3.19.0 and LibVEX',
  'Manageable Entity Type (object) org.apache.qpid.dispatch.router.link',
  'token=0x5eb3840 released',
  'token: [redacted]',
  '==1==    by 0x10A2B3: json::token::next(json::token::kind) (token.cpp:1)',
])('no secret: %s', (line) => {
  expect(makeRedactor().redact(line)).toBe(line);
});

test('the same secret gets the same name throughout, another one another', () => {
  const { redact, mapping } = makeRedactor();
  expect(redact('10.0.0.1 -> 10.0.0.2')).toBe('<IP-1> -> <IP-2>');
  expect(redact('10.0.0.2 closed by 10.0.0.1')).toBe('<IP-2> closed by <IP-1>');
  expect(mapping()).toEqual({ '<IP-1>': '10.0.0.1', '<IP-2>': '10.0.0.2' });
});

test('a line that holds such a name by itself comes back as it was', () => {
  const { redact, restore } = makeRedactor();
  const line = 'is <IP-1> 10.0.0.1?';
  expect(redact(line)).toBe('is <TEXT-1> <IP-1>?');
  expect(restore(redact(line))).toBe(line);
});

test('what was found once is hidden again wherever an answer names it, also inside of JSON', () => {
  const { redact, hide, restore } = makeRedactor();
  redact('password=a\\bcd from hostname=build42 for /home/al/');
  expect(hide('build42 leaks; al does not, as `allocate` shows')).toBe(
    '<HOST-1> leaks; <USER-1> does not, as `allocate` shows',
  );
  const answer = JSON.stringify({ explanation: 'a\\bcd on build42, not on <HOST-1>' });
  expect(hide(answer)).toBe('{"explanation":"<SECRET-1> on <HOST-1>, not on <TEXT-1>"}');
  const written = restore(hide(answer), (secret) => JSON.stringify(secret).slice(1, -1));
  expect(JSON.parse(written)).toEqual(JSON.parse(answer));
});

test('an answer loses the secrets that it says, and keeps the names', () => {
  const { redact, cover } = makeRedactor();
  redact('hostname=build42 at 10.1.2.3');
  expect(cover('build42 (<HOST-1>) at 10.1.2.3:5672, not <HOST-77> at valgrind.org')).toBe(
    '<HOST-1> (<HOST-1>) at <IP-1>:5672, not <HOST-77> at valgrind.org',
  );
});

test('what the redacted log shows all the same is no secret', () => {
  const finder = makeRedactor();
  const shown = finder.redact('/home/hash/a.c token: 2761 hash_free of 2761 for /home/alice/');
  const { cover } = makeRedactor(finder.mapping(), shown);
  expect(cover('hash_free in 2761 by alice')).toBe('hash_free in 2761 by <USER-2>');
});

test('a fork keeps the names so far and finds its own from there on', () => {
  const redactor = makeRedactor();
  redactor.redact('10.0.0.1');
  const [one, other] = [redactor.fork(), redactor.fork()];
  expect(one.redact('10.0.0.2 10.0.0.1')).toBe('<IP-2> <IP-1>');
  expect(other.redact('10.0.0.3 10.0.0.1')).toBe('<IP-2> <IP-1>');
  expect(redactor.mapping()).toEqual({ '<IP-1>': '10.0.0.1' });
});

test('every text comes back as it was', () => {
  const part = fc.oneof(
    fc.string(),
    fc.ipV4(),
    fc.ipV6(),
    fc.emailAddress(),
    fc.webUrl(),
    fc.constantFrom('<IP-1>', '<TEXT-1>', 'token=abcd', '/home/x/', 'Bearer 12345678', '<', '>'),
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
      const { redact, restore, hide, cover, mapping } = makeRedactor();
      const line = parts.join(' ');
      expect(restore(redact(line))).toBe(line);
      expect(restore(hide(line))).toBe(line);
      const rest = cover(line).split(/<[A-Z-]+-\d+>/);
      for (const [name, secret] of Object.entries(mapping())) {
        if (secret.length < 4 || name.startsWith('<TEXT-')) continue;
        expect(rest.filter((between) => between.includes(secret))).toEqual([]);
      }
    }),
    { numRuns: 250 },
  );
});

test('stacks of a real log are left as they are', () => {
  const log = readFileSync(path.join(packageRoot, 'datasets/dispatch-37/logs/router-a.log'), 'utf8');
  const { redact } = makeRedactor();
  const changed = log.split('\n').filter((line) => line.startsWith('==') && redact(line) !== line);
  expect(changed).toEqual([]);
});
