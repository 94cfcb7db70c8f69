import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type EventLine, parseEventLine, readUntimed } from './event-line.js';

/** What a line tells beside its message, as `time | component | level | pid`, and the message. */
function read(line: string): [fields: string, message: string] {
  const event = parseEventLine(line) as EventLine;
  return [`${event.time} | ${event.component} | ${event.level} | ${event.pid}`, event.message];
}

function momentOf(line: string): string | null {
  const at = parseEventLine(line)?.at ?? null;
  return at === null ? null : new Date(at).toISOString();
}

describe('the fields of a line', () => {
  test.each([
    [
      'Thu Mar 27 12:33:32 2014 ROUTER (INFO) Router started in Interior mode, area=0 id=QDR.01',
      'Thu Mar 27 12:33:32 2014 | ROUTER | INFO | null',
      'Router started in Interior mode, area=0 id=QDR.01',
    ],
    [
      'Thu Mar 27 12:33:32 dispatch.router (DEBUG) Event: new_node',
      'Thu Mar 27 12:33:32 | dispatch.router | DEBUG | null',
      'Event: new_node',
    ],
    [
      '2026-11-22 09:34:08.238084 +0000 AGENT (debug) Add entity',
      '2026-11-22 09:34:08.238084 +0000 | AGENT | debug | null',
      'Add entity',
    ],
    [
      '2026-11-22T08:44:12: Warning: Unable to drop privileges',
      '2026-11-22T08:44:12 | null | Warning | null',
      'Unable to drop privileges',
    ],
    [
      '2026-11-22T08:44:15: \tstatus/sensor-017',
      '2026-11-22T08:44:15 | null | null | null',
      'status/sensor-017',
    ],
    [
      '1700000000: mosquitto version 2.0.15 starting',
      '1700000000 | null | null | null',
      'mosquitto version 2.0.15 starting',
    ],
    [
      '9184:M 22 Nov 2026 08:49:41.191 * Ready to accept connections',
      '22 Nov 2026 08:49:41.191 | master | notice | 9184',
      'Ready to accept connections',
    ],
    [
      '9189:signal-handler (1795337401) Received SIGTERM scheduling shutdown...',
      '1795337401 | signal-handler | null | 9189',
      'Received SIGTERM scheduling shutdown...',
    ],
    [
      '2026-11-22 08:50:27: (server.c.1428) server started (lighttpd/1.4.50) ',
      '2026-11-22 08:50:27 | server.c | null | null',
      'server started (lighttpd/1.4.50)',
    ],
    [
      '2026-11-22 08:50:30: (server.c.942) [note] graceful shutdown started ',
      '2026-11-22 08:50:30 | server.c | note | null',
      'graceful shutdown started',
    ],
    [
      'Oct 11 22:14:15 mymachine su[231]: pam_unix: session opened',
      'Oct 11 22:14:15 | su | null | 231',
      'pam_unix: session opened',
    ],
    ['<34>Oct  1 22:14:15 mymachine su: refused', 'Oct  1 22:14:15 | su | crit | null', 'refused'],
    [
      '<165>1 2003-10-11T22:14:15.003Z host.example evntslog 8710 ID47 [a@1 b="c]d"] An event',
      '2003-10-11T22:14:15.003Z | evntslog | notice | 8710',
      'An event',
    ],
    ['<14>1 - - - - - - booted', 'null | null | info | null', 'booted'],
    [
      '2026-11-22T09:34:08+01:00 host systemd[1]: Started.',
      '2026-11-22T09:34:08+01:00 | systemd | null | 1',
      'Started.',
    ],
    [
      '2026/11/22 09:34:08 [error] 1234#5678: *9 connect() failed',
      '2026/11/22 09:34:08 | null | error | 1234',
      '*9 connect() failed',
    ],
    [
      '[Thu Mar 27 12:33:32.123456 2014] [core:error] [pid 35708:tid 4328] [client 72.15.99.187] File missing',
      'Thu Mar 27 12:33:32.123456 2014 | core | error | 35708',
      '[client 72.15.99.187] File missing',
    ],
    [
      'I1122 09:34:08.238084  1234 server.cc:42] listening',
      '1122 09:34:08.238084 | server.cc | INFO | null',
      'listening',
    ],
    [
      '2026-11-22 09:34:08,238 INFO [main] org.example.Server - started',
      '2026-11-22 09:34:08,238 | org.example.Server | INFO | null',
      'started',
    ],
    [
      '09:34:08.238 [main] WARN  org.example.Server - slow',
      '09:34:08.238 | org.example.Server | WARN | null',
      'slow',
    ],
    [
      '[2026-11-22 09:34:08,238] INFO [Broker id=1] started (kafka.server)',
      '2026-11-22 09:34:08,238 | null | INFO | null',
      '[Broker id=1] started (kafka.server)',
    ],
    [
      '2026-11-22 09:34:08.238  INFO 77 --- [main] o.e.Application : Started',
      '2026-11-22 09:34:08.238 | o.e.Application | INFO | 77',
      'Started',
    ],
    [
      '2026-11-22 09:34:08,238 - broker.net - ERROR - refused',
      '2026-11-22 09:34:08,238 | broker.net | ERROR | null',
      'refused',
    ],
    [
      '2026-11-22 09:34:08.238 UTC [1234] LOG:  database system is ready',
      '2026-11-22 09:34:08.238 UTC | null | LOG | 1234',
      'database system is ready',
    ],
    [
      '2026-11-22T09:34:08.238084Z 0 [Warning] [MY-010068] [Server] CA certificate is self signed.',
      '2026-11-22T09:34:08.238084Z | null | Warning | null',
      '[MY-010068] [Server] CA certificate is self signed.',
    ],
    [
      '[2026-11-25  08:21:03] INFO source/source_main Client added',
      '2026-11-25  08:21:03 | null | INFO | null',
      'source/source_main Client added',
    ],
    [
      '[2026-11-22 09:34:08 +0000] [77] [INFO] Listening at: port 80',
      '2026-11-22 09:34:08 +0000 | null | INFO | 77',
      'Listening at: port 80',
    ],
    [
      '{"level":30,"time":1700000000250,"pid":7,"name":"api","msg":"request done","status":200}',
      '1700000000250 | api | info | 7',
      'request done status=200',
    ],
    [
      'time="2026-11-22T09:34:08Z" level=warning msg="low on \\"disk\\"" free=3%',
      '2026-11-22T09:34:08Z | null | warning | null',
      'low on "disk" free=3%',
    ],
    [
      'time=2026-11-23T03:31:32Z level=warn app=larder-client msg="refused" reply="ERR syntax"',
      '2026-11-23T03:31:32Z | larder-client | warn | null',
      'refused reply=ERR syntax',
    ],
    ['WARNING:broker.net:refused', 'null | broker.net | WARNING | null', 'refused'],
    ['[warn] low on memory', 'null | null | warn | null', 'low on memory'],
    ['ERROR: low on memory', 'null | null | ERROR | null', 'low on memory'],
    ['[   12.345678] usb 1-1: new device', '12.345678 | null | null | null', 'usb 1-1: new device'],
  ])('%s', (line, fields, message) => {
    expect(read(line)).toEqual([fields, message]);
  });

  test.each([
    '[0x8432e80]:ERROR[-2] connection aborted',
    'cmd/gw-1 start 1',
    'Error saving the database',
    'User (INFOX) logged in',
    'Listener   : 127.0.0.1:20102',
    '12 monkeys',
    '99:99:99 is no time',
    "alloc.c: Items of type 'qd_link_t' remain allocated at shutdown: 106",
    'Sun Xyz 22 09:01:31 2026 is no time',
    '<999>1 is no priority',
    '2026 is a year',
    '{"a": 1}',
    '{ not JSON }',
    'level=high water',
    '[5] [7] numbers alone tell nothing',
  ])('a line without any is all message: %s', (line) => {
    expect(read(line)).toEqual(['null | null | null | null', line]);
  });
});

describe('the moment of a line', () => {
  test.each([
    ['Thu Mar 27 12:33:32 2014 ROUTER (INFO) x', '2014-03-27T12:33:32.000Z'],
    ['2026-11-22 09:34:08.238084 +0000 AGENT (debug) x', '2026-11-22T09:34:08.238Z'],
    ['2026-11-22T09:34:08,5+01:30 x', '2026-11-22T08:04:08.500Z'],
    ['2026-11-22 09:34:08.25 x', '2026-11-22T09:34:08.250Z'],
    ['2026-11-22 09:34:08 -0500 x', '2026-11-22T14:34:08.000Z'],
    ['1700000000: x', '2023-11-14T22:13:20.000Z'],
    ['{"ts":1700000000.25,"msg":"x"}', '2023-11-14T22:13:20.250Z'],
    ['{"time":1700000000250,"msg":"x"}', '2023-11-14T22:13:20.250Z'],
    ['ts=2026-11-22T09:34:08.25Z msg=x', '2026-11-22T09:34:08.250Z'],
    ['1700000000.25 x', '2023-11-14T22:13:20.250Z'],
    ['9184:M 22 Nov 2026 08:49:41.191 * x', '2026-11-22T08:49:41.191Z'],
    ['22/Nov/2026:09:34:08 +0100 x', '2026-11-22T08:34:08.000Z'],
    ['I20261122 09:34:08.238084  1234 server.cc:42] x', '2026-11-22T09:34:08.238Z'],
  ])('%s', (line, moment) => {
    expect(momentOf(line)).toBe(moment);
  });

  test.each(['Thu Mar 27 12:33:32 a', 'Oct 11 22:14:15 host su: a', '09:34:08.238 a', 'no time'])(
    'is unknown without a year: %s',
    (line) => expect(momentOf(line)).toBeNull(),
  );

  test('does not depend on the lines read before', () => {
    const lines = ['2026-11-22 09:34:08.25 x', '2026-11-22 09:34:08 +0200 x', '2026-11-22 09:34:08,001 x'];
    const forwards = lines.map(momentOf);
    expect(lines.toReversed().map(momentOf).toReversed()).toEqual(forwards);
    expect(forwards).toEqual([
      '2026-11-22T09:34:08.250Z',
      '2026-11-22T07:34:08.000Z',
      '2026-11-22T09:34:08.001Z',
    ]);
  });
});

describe('a line that goes on with the event before', () => {
  test.each([
    '        SSL: 0',
    '\tat org.example.Server.run(Server.java:12)',
    'Caused by: java.io.IOException',
    'java.lang.IllegalStateException: closed',
    'Traceback (most recent call last):',
    'During handling of the above exception, another exception occurred:',
    '}',
  ])('%s', (line) => expect(parseEventLine(line)).toBeNull());

  test('a quoted value may hold a line break', () => {
    const open = "Message(0x5f){to='amqp:/_local/qdhello' body='\\d1\\00";
    expect(parseEventLine("\\a1\\06ls_se'} on link qdlink.1", open)).toBeNull();
    expect(parseEventLine("\\a1\\06ls_se'} on link qdlink.1", `${open}'}`)?.message).toContain('on link');
    expect(parseEventLine('x', "it's odd")?.message).toBe('x');
  });

  test('a Python traceback ends with its error', () => {
    const traceback = 'failed\nTraceback (most recent call last):\n  File "a.py", line 3, in f';
    expect(parseEventLine('ValueError: no such port', traceback)).toBeNull();
    expect(parseEventLine('ValueError: no such port', `${traceback}\nValueError: x`)?.message).toContain(
      'port',
    );
    expect(parseEventLine('ValueError: no such port', 'failed')?.message).toContain('port');
  });

  test('a line with a time never does', () => {
    expect(parseEventLine('2026-11-22 09:34:08 x', "body='")?.message).toBe('x');
  });
});

test('any line is read, and nothing of its message is made up', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (line) => {
      const event = parseEventLine(line) ?? readUntimed(line);
      expect(line.startsWith('{') || line.trimEnd().endsWith(event.message)).toBe(true);
      expect(event.at === null || Number.isFinite(event.at)).toBe(true);
    }),
  );
});
