import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { packageRoot } from '../package-root.js';
import { TemplateMiner } from './drain.js';
import { parseEventLine } from './event-line.js';

/** The templates of some messages, as `count template`. */
function templatesOf(messages: readonly string[]): string[] {
  const miner = new TemplateMiner();
  for (const [index, message] of messages.entries()) miner.add(message, null, null, index + 1, null);
  return miner.templates().map(({ count, template }) => `${count} ${template}`);
}

describe('what varies becomes <*>, what never does stays', () => {
  test('numbers, and what their words begin with', () => {
    expect(
      templatesOf([
        'Accepting Connection from localhost:51258',
        'Accepting Connection from localhost:39776',
        'Event: lost_neighbor: id=QDR.02',
        'Event: lost_neighbor: id=QDR.02',
        'New client connected from 127.0.0.1:39378 as sensor-005 (p5, c1, k30).',
        'New client connected from 127.0.0.1:39452 as sensor-017 (p5, c1, k30).',
        '[C1][L14][D496] Delivery created',
        '[C12][L3][D5] Delivery created',
      ]),
    ).toEqual([
      '2 Accepting Connection from localhost:<*>',
      '2 Event: lost_neighbor: id=QDR.02',
      '2 New client connected from 127.0.0.1:<*> as sensor-<*> (p5, c1, k30).',
      '2 [C<*>][L<*>][D<*>] Delivery created',
    ]);
  });

  test('paths, by folder', () => {
    expect(templatesOf(['open /srv/www/index.html', 'open /srv/logs/a.log'])).toEqual(['2 open /srv/<*>']);
  });

  test('a word of text, when most of the text is the same', () => {
    expect(
      templatesOf([
        'Sending the retained message to dashboard again',
        'Sending the retained message to plant again',
        'Sending the retained list of clients away now',
      ]),
    ).toEqual([
      '2 Sending the retained message to <*> again',
      '1 Sending the retained list of clients away now',
    ]);
  });
});

test('addresses, UUIDs, digests and payloads never show', () => {
  expect(
    templatesOf([
      "Message(0x773f630){to=amqp:/_local body='\\d1\\00\\00'} sending",
      'link=34b163ad-08cd-48bf-8602-c27659b9eab8-/closest/bounce',
      'Sentinel ID is 9134296b9134296b9134296b9134296b9134296b',
      'RAW: "\\x00\\x00\\x00e"',
      'RAW: "\\x00 cut sho',
    ]),
  ).toEqual([
    "1 Message(<*>){to=amqp:/_local body='<*>'} sending",
    '1 link=<*>-/closest/bounce',
    '1 Sentinel ID is <*>',
    '1 RAW: "<*>"',
    '1 RAW: "<*>',
  ]);
});

test('a quoted name is text, and an apostrophe opens no quotation', () => {
  expect(
    templatesOf(["Core action 'link_flow'", "Core action 'link_detach'", "The file doesn't exist"]),
  ).toEqual(["1 Core action 'link_flow'", "1 Core action 'link_detach'", "1 The file doesn't exist"]);
});

test('other keys, components and levels make other events', () => {
  const miner = new TemplateMiner();
  const add = (message: string, component: string | null, level: string | null) =>
    miner.add(message, component, level, 1, null);
  expect([
    add('link up', 'A', 'INFO'),
    add('link up', 'B', 'INFO'),
    add('link up', 'B', null),
    add('link up, id=1', 'B', null),
    add('link up, no=1', 'B', null),
    add('link up', 'A', 'INFO'),
  ]).toEqual([0, 1, 2, 3, 4, 0]);
});

test('a stack trace below the message is no part of its template', () => {
  expect(
    templatesOf([
      'request 1 failed\n\tat a.B.c(B.java:12)\n\tat a.D.e(D.java:1)',
      'request 2 failed\n\tat x.Y.z(Y.java:3)',
    ]),
  ).toEqual(['2 request <*> failed']);
});

test('a template tells where and when its events were first and last seen', () => {
  const miner = new TemplateMiner();
  miner.add('tick 1', 'CLOCK', 'INFO', 10, '09:00');
  const template = miner.add('tick 2', 'CLOCK', 'INFO', 60, '09:30');
  miner.countAgain(template, 70, '10:00');
  expect(miner.templates()).toEqual([
    {
      template: 'tick <*>',
      component: 'CLOCK',
      level: 'INFO',
      count: 3,
      firstLine: 10,
      lastLine: 70,
      firstTime: '09:00',
      lastTime: '10:00',
    },
  ]);
});

describe('the events of DISPATCH-37', () => {
  const miner = new TemplateMiner();
  const log = path.join(packageRoot, 'datasets/dispatch-37/logs/router-a.log');
  const lines = readFileSync(log, 'utf8').split('\n');
  const timed = lines.filter((line) => line.startsWith('Sun Nov 22'));
  for (const [index, line] of timed.entries()) {
    const event = parseEventLine(line);
    if (event !== null) miner.add(event.message, event.component, event.level, index + 1, event.time);
  }
  const templates = miner.templates();

  test('every event is in one template', () => {
    expect(templates.reduce((sum, { count }) => sum + count, 0)).toBe(timed.length);
  });

  // A template that took in two kinds of events would lose the words that tell them apart.
  test.each([
    [/^Accepting Connection/, 110],
    [/new_neighbor/, 6],
    [/add_neighbor_router/, 6],
    [/Router Link Lost/, 6],
    [/lost_neighbor/, 6],
    [/del_neighbor_router/, 6],
    [/new_node/, 1],
    [/add_remote_router/, 6],
    [/del_remote_router/, 5],
    [/ Mapped to router/, 2],
    [/ Unmapped from router/, 1],
    [/^Message.* received, link=/, 594],
    [/^Message.* sending, link=/, 126],
    [/\{to=[^}].*body=/, 160],
    [/^SENT: /, 97],
    [/^RCVD: /, 73],
  ])('%s stands in templates of %i events', (words, count) => {
    const counted = templates.filter(({ template }) => words.test(template));
    expect(counted.reduce((sum, template) => sum + template.count, 0)).toBe(count);
    const inLog = timed.filter((line) => words.test(parseEventLine(line)?.message ?? ''));
    expect(inLog).toHaveLength(count);
  });

  test('the templates are few, and read as the log does', () => {
    expect(templates.length).toBeLessThan(80);
    const shown = templates.map(
      ({ count, component, level, template }) => `${count} ${component} (${level}) ${template}`,
    );
    expect(shown).toEqual(
      expect.arrayContaining([
        '520 MESSAGE (TRACE) Message(<*>){to=} received, link=<*>-/closest/bounce',
        '110 SERVER (TRACE) Accepting Connection from localhost:<*>',
        '6 dispatch.router (DEBUG) Event: lost_neighbor: id=QDR.02',
        '6 dispatch.router (INFO) Router Link Lost - link_id=0',
      ]),
    );
  });
});

describe('any text', () => {
  const message = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 120 }),
    fc.stringMatching(/^[a-c ='"\\/.0-9x:-]{0,60}$/),
  );

  test('every message is counted once, in a template of its own component', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(message, fc.constantFrom('A', null)), { maxLength: 60 }), (events) => {
        const miner = new TemplateMiner();
        const indices = events.map(([text, component], index) =>
          miner.add(text, component, null, index + 1, null),
        );
        const templates = miner.templates();
        expect(templates.reduce((sum, { count }) => sum + count, 0)).toBe(events.length);
        for (const [index, [, component]] of events.entries()) {
          expect(templates[indices[index] as number]?.component).toBe(component);
        }
      }),
    );
  });

  test('a template is its message with parts replaced', () => {
    fc.assert(
      fc.property(fc.array(message, { minLength: 1, maxLength: 30 }), (messages) => {
        const miner = new TemplateMiner();
        const indices = messages.map((text, index) => miner.add(text, null, null, index + 1, null));
        const templates = miner.templates();
        for (const [index, text] of messages.entries()) {
          const [first = '', ...rest] = (templates[indices[index] as number]?.template ?? '').split('<*>');
          let at = 0;
          const flat = text.replace(/[\s\p{Cc}]+/gu, ' ').trim();
          expect(flat.startsWith(first)).toBe(true);
          for (const part of [first, ...rest]) {
            const found = flat.indexOf(part.trim(), at);
            expect(found).toBeGreaterThanOrEqual(0);
            at = found + part.trim().length;
          }
        }
      }),
    );
  });

  test('control characters are blanks', () => {
    const miner = new TemplateMiner();
    for (const message of ['cup\0full', 'cup\u0001full', '\0']) miner.add(message, null, null, 1, null);
    expect(miner.templates().map(({ template }) => template)).toEqual(['cup full', '']);
  });

  test('the dot behind a path is no part of it, and a message without it another event', () => {
    const miner = new TemplateMiner();
    for (const message of ['/tmp.', '0', '/var.']) miner.add(message, null, null, 1, null);
    expect(miner.templates().map(({ template }) => template)).toEqual(['/<*>.', '0']);
  });

  test('the number of templates is bounded, and what has no room shares one', () => {
    const miner = new TemplateMiner();
    const letters = 'abcdefghij';
    const name = (index: number) => [...String(index)].map((digit) => letters[Number(digit)]).join('');
    for (let index = 0; index < 12_000; index++) miner.add(`${name(index)}=1`, null, null, index, null);
    const templates = miner.templates();
    expect(templates).toHaveLength(10_001);
    expect(templates.at(-1)).toMatchObject({ template: '<*>', count: 2_000 });
  });
});
