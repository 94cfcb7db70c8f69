import { describe, expect, test } from 'vitest';
import { analyse } from './analyse.js';
import { materialOfLines, report, times } from './small-log.fixture.js';

type Lines = Parameters<typeof materialOfLines>[0];

async function pairs(lines: Lines): Promise<string[]> {
  const { relationship } = analyse(await materialOfLines(lines));
  return relationship.links.map(({ processes }) => processes.join(' + '));
}

test('a log that names the role of another talks to it', async () => {
  const lines = { NODE_1: times(2, 'hello from NODE_2!'), NODE_2: times(2, 'waiting') };
  expect(await pairs(lines)).toEqual(['NODE_1 + NODE_2']);
});

test('logs that name the same numbered things have to do with each other', async () => {
  const lines = {
    broker: [...times(1, 'cup-7 is full'), ...times(1, 'cup-8 is full')],
    table: [...times(1, 'emptied cup-8'), ...times(1, 'emptied cup-7')],
  };
  expect(await pairs(lines)).toEqual(['broker + table']);
});

test('part of a longer name is no mention', async () => {
  expect(await pairs({ cup: times(2, 'cupboard and teacup'), pot: times(2, 'potato') })).toEqual([]);
});

test('processes of one log have to do with the one that was there first', async () => {
  const child = report([]).map((line) =>
    line.replace('==7==', '==9==').replace('./kettle', 'bin/lid --tight'),
  );
  expect(await pairs([...report([]), ...child])).toEqual(['kettle + lid']);
});

test('names of one family in the events are names of peers', async () => {
  const events = [...times(3, 'hello id=NODE.A'), ...times(3, 'seen NODE.B again')];
  expect(await pairs(events)).toEqual(['NODE.A + NODE.B']);
});

test('lines of source files are no peers', async () => {
  expect(await pairs([...times(3, '(serve.c.12) tea'), ...times(3, '(serve.c.97) soup')])).toEqual([]);
});

test('what a log sends to and receives from is a partner', async () => {
  const events = [
    ...times(3, 'Sending CUP to dashboard (#)'),
    ...times(3, 'Received SIP from dashboard (#)'),
  ];
  expect(await pairs(events)).toEqual(['kettle + dashboard']);
});

test('an arrow between two names sets them side by side', async () => {
  expect(await pairs(times(2, 'MASTER <-> REPLICA sync started'))).toEqual(['MASTER + REPLICA']);
});

test('where no name is told, the address at the other end of a connection stands for it', async () => {
  const events = times(4, 'connection from 10.7.0.2:410#');
  expect(await pairs(events)).toEqual(['kettle + 10.7.0.2']);
  expect(await pairs(times(4, 'login of # from 10.7.0.2'))).toEqual(['kettle + 10.7.0.2']);
  const access = Array.from(
    { length: 3 },
    () => '10.7.0.2 - - [25/Nov/2026:08:21:03 +0000] "GET / HTTP/1.0" 404',
  );
  expect(await pairs(access)).toEqual(['kettle + 10.7.0.2']);
  expect(await pairs(times(4, 'release 10.7.0.2 of 2026'))).toEqual([]);
  expect(await pairs(times(1, 'listening on 10.7.0.2:4100'))).toEqual([]);
});

describe('who wrote the events', () => {
  const said = (by: string, count = 3) =>
    Array.from({ length: count }, () => `Jan 02 03:04:05 hearth ${by}: boiling`);

  test('processes whose lines stand in one file have to do with each other', async () => {
    const lines = { console: [...said('stove[12]'), ...said('fan[34]')] };
    expect(await pairs(lines)).toEqual(['stove + fan']);
  });

  test('modules of one process are no processes', async () => {
    expect(await pairs({ console: [...said('stove[12]'), ...said('flame[12]')] })).toEqual([]);
  });

  test('a machine full of processes shows no pair', async () => {
    const lines = ['cron[1]', 'stove[2]', 'fan[3]', 'lamp[4]'].flatMap((by) => said(by));
    expect(await pairs({ console: lines })).toEqual([]);
  });

  test('a process goes by the name that it uses most', async () => {
    const lines = [
      ...said('stove[12]', 5),
      ...said('cleanup[12]', 1),
      ...said('fan[34]'),
      ...said('cleanup[34]', 2),
    ];
    expect(await pairs({ console: lines })).toEqual(['stove + fan']);
  });

  test('what is called after a daemon is its peer', async () => {
    expect(await pairs({ console: [...said('stoved'), ...said('stove-timer')] })).toEqual([
      'stoved + stove-timer',
    ]);
    expect(await pairs({ console: [...said('stoved'), ...said('timer')] })).toEqual([]);
  });

  test('a daemon and its peer whose reports stand in files of their own', async () => {
    const of = (name: string, pid: number) =>
      report([]).map((line) => line.replace('==7==', `==${pid}==`).replace('./kettle', `bin/${name}`));
    expect(await pairs({ one: of('stoved', 8), other: of('stove-timer', 9) })).toEqual([
      'stoved + stove-timer',
    ]);
  });

  test('a stream is nobody, and what stands in it is written by the one program that there is', async () => {
    const events = [
      ...times(3, 'Sending CUP to dashboard (#)'),
      ...times(3, 'Received SIP from dashboard (#)'),
    ];
    expect(await pairs({ kettle: report([]), console: events })).toEqual(['kettle + dashboard']);
  });
});

test('calls come from the stacks of what is lost, side by side', async () => {
  const lines = report([{ blocks: 40, stack: ['cup_new', 'serve', 'main'] }]);
  const { relationship } = analyse(await materialOfLines(lines));
  expect(relationship.verdict).toBe('YES');
  expect(relationship.calls.map(({ caller, callee }) => `${caller} -> ${callee}`)).toEqual([
    'serve -> cup_new',
    'main -> serve',
  ]);
});

test('where nothing is lost, the stacks of what is still in use show who calls whom', async () => {
  const lines = report([{ kind: 'still reachable', blocks: 1, stack: ['tables_load', 'main'] }]);
  const { relationship, leak } = analyse(await materialOfLines(lines));
  expect(leak.verdict).toBe('NO');
  expect(relationship).toMatchObject({ verdict: 'YES', calls: [{ caller: 'main', callee: 'tables_load' }] });
});

test('NO where nothing shows a relationship', async () => {
  expect(analyse(await materialOfLines(times(3, 'boiling'))).relationship.verdict).toBe('NO');
});
