import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lost, outcome } from './label.fixture.js';
import { carryOver, label, scaleByEvents } from './label.js';
import { memcheckReport, type WrittenLoss } from './memcheck-report.fixture.js';

test('what is gone or has shrunk is what the fix removed', async () => {
  const before = await memcheckReport({
    losses: [
      lost(300, 'session_open < accept_peer < main'),
      lost(200, 'queue_open < accept_peer < main'),
      lost(40, 'load_plugins < main'),
    ],
  });
  const after = await memcheckReport({
    losses: [
      lost(12, 'queue_open < accept_peer < main'),
      lost(41, 'load_plugins < main'),
      lost(5, 'audit < main'),
    ],
  });
  const labelling = label([[before]], [[after]]);
  expect(outcome(labelling)).toEqual([
    'gone session_open < accept_peer < main',
    'shrunk queue_open < accept_peer < main',
    'same load_plugins < main',
    'new audit < main',
  ]);
  expect(labelling.records).toEqual(['1', '2']);
});

test('a count that differs by chance is the same', async () => {
  const before = await memcheckReport({ losses: [lost(100, 'session_open < main')] });
  const after = await memcheckReport({ losses: [lost(85, 'session_open < main')] });
  expect(outcome(label([[before]], [[after]]))).toEqual(['same session_open < main']);
});

test('one block that shrank to less than half has shrunk', async () => {
  const before = await memcheckReport({ losses: [lost(1, 'grow_table < main', { bytes: 1_048_576 })] });
  const after = await memcheckReport({ losses: [lost(1, 'grow_table < main', { bytes: 4096 })] });
  expect(outcome(label([[before]], [[after]]))).toEqual(['shrunk grow_table < main']);
});

test('a smaller workload explains fewer blocks', async () => {
  const session = (peers: number) =>
    memcheckReport({
      losses: [lost(peers, 'session_open < main')],
      lines: Array.from({ length: peers }, (_, peer) => `2026-11-22 09:00:00 peer ${peer} accepted`),
    });
  const [before, after] = [[[await session(90)]], [[await session(30)]]];
  expect(outcome(label(before, after))).toEqual(['shrunk session_open < main']);
  const scale = scaleByEvents(before, after, (message) => /peer \d+ accepted/.test(message));
  expect(scale).toBeCloseTo(1 / 3);
  expect(outcome(label(before, after, { scale: scale ?? 1 }))).toEqual(['same session_open < main']);
  expect(scaleByEvents(before, after, (message) => message.includes('no such event'))).toBeNull();
});

test('kind is no part of the match', async () => {
  const before = await memcheckReport({
    losses: [lost(453, 'tree_new < link_open < main', { kind: 'possibly lost' })],
  });
  const after = await memcheckReport({ losses: [lost(453, 'tree_new < link_open < main')] });
  expect(outcome(label([[before]], [[after]]))).toEqual(['same tree_new < link_open < main']);
});

test('a definite loss that is gone is a root, an indirect one that goes with it a child', async () => {
  const before = await memcheckReport({
    losses: [
      lost(5, 'property_value < will_read < main', { kind: 'indirectly lost' }),
      lost(5, 'property_new < will_read < main', { indirect: 80 }),
      lost(1, 'name_service < main', { kind: 'still reachable' }),
    ],
  });
  const after = await memcheckReport({ losses: [] });
  const labelling = label([[before]], [[after]]);
  expect(labelling.groups.map(({ part }) => part)).toEqual(['child', 'root', null]);
});

test('what may be among unprinted indirect blocks is not settled; a report of all kinds settles it', async () => {
  const child = 'engine.c:name_new < engine.c:link_open < main.c:main';
  const root = 'engine.c:connection_new < main.c:main';
  const before = await memcheckReport({ losses: [lost(12, child, { kind: 'possibly lost' })] });
  const after = {
    losses: [lost(1, root, { indirect: 192 })],
    unprinted: { 'indirectly lost': { bytes: 192, blocks: 12 } },
  };
  const labelling = label([[before]], [[await memcheckReport(after)]]);
  expect(outcome(labelling)).toEqual(['new connection_new < main', 'hidden name_new < link_open < main']);
  expect(labelling.leftOut[0]?.why).toBe(
    'may be among 192 bytes of indirectly-lost blocks that the report does not print',
  );
  expect(labelling.records).toEqual([]);

  const all = await memcheckReport({
    losses: [lost(12, child, { kind: 'indirectly lost' }), lost(1, root, { indirect: 192 })],
  });
  expect(outcome(label([[before]], [[all]]))[0]).toBe('same name_new < link_open < main');
});

test('blocks cannot hang from a root of other code, nor from one that holds too little', async () => {
  const before = await memcheckReport({ losses: [lost(12, 'queue.c:queue_open < main.c:main')] });
  const after = await memcheckReport({
    losses: [
      lost(1, 'engine.c:connection_new < peer.c:accept', { indirect: 9000 }),
      lost(1, 'queue.c:other', { indirect: 16 }),
    ],
    unprinted: { 'indirectly lost': { bytes: 9016, blocks: 90 } },
  });
  expect(outcome(label([[before]], [[after]]))[0]).toBe('gone queue_open < main');
});

test('a root that carries less than before hides nothing that was definitely lost', async () => {
  const run = (sessions: number, ...more: WrittenLoss[]) =>
    memcheckReport({
      losses: [lost(sessions, 'session_open < main', { indirect: sessions * 32 }), ...more],
      unprinted: { 'indirectly lost': { bytes: sessions * 32, blocks: sessions * 2 } },
    });
  const before = await run(52, lost(3, 'queue_open < main'));
  expect(label([[before]], [[await run(50)]]).records).toEqual(['2']);
});

test('reachable blocks hide what is missing only where there are that many more of them', async () => {
  const reachable = (blocks: number) => ({ 'still reachable': { bytes: blocks * 16, blocks } });
  const losses = [lost(12, 'queue_open < main')];
  const before = await memcheckReport({ losses, unprinted: reachable(1000) });
  const same = await memcheckReport({ losses: [], unprinted: reachable(1000) });
  const more = await memcheckReport({ losses: [], unprinted: reachable(1012) });
  expect(outcome(label([[before]], [[same]]))).toEqual(['gone queue_open < main']);
  expect(outcome(label([[before]], [[more]]))).toEqual(['hidden queue_open < main']);
});

test('it does not matter which thread ran the loop, nor how deep a function called itself', async () => {
  const before = await memcheckReport({
    losses: [
      lost(20, 'link_open < serve < run < server_start < main'),
      lost(4, 'parse < parse < read_map < serve'),
    ],
  });
  const after = await memcheckReport({
    losses: [lost(20, 'link_open < serve < run < start_thread < clone'), lost(4, 'parse < read_map < serve')],
  });
  expect(outcome(label([[before]], [[after]]))).toEqual([
    'same link_open < serve < run',
    'same parse < read_map < serve',
  ]);
});

test('blocks that came by another way are not gone', async () => {
  const before = await memcheckReport({
    losses: [lost(52, 'event_new < forward < serve'), lost(10, 'event_new < send < serve')],
  });
  const after = await memcheckReport({ losses: [lost(62, 'event_new < send < serve')] });
  expect(outcome(label([[before]], [[after]]))).toEqual([
    'same event_new < forward < serve',
    'same event_new < send < serve',
  ]);
});

test('moves are found between means of runs, scaled', async () => {
  const run = async (forward: number, send: number) => [
    await memcheckReport({
      losses: [lost(forward, 'event_new < forward < serve'), lost(send, 'event_new < send < serve')],
    }),
  ];
  const before = [await run(50, 11), await run(53, 10), await run(51, 10)];
  const after = [await run(5, 11), await run(6, 12), await run(5, 10)];
  expect(label(before, after, { scale: 1 / 3 }).records).toEqual(['1']);
  expect(label(before, [await run(1, 20), await run(1, 20)], { scale: 1 / 3 }).records).toEqual([]);
});

test('an allocator that everybody calls is no other way', async () => {
  const users = Array.from({ length: 10 }, (_, user) => lost(5, `pool_get < user_${user} < main`));
  const before = await memcheckReport({ losses: [lost(30, 'pool_get < session_new < main'), ...users] });
  const after = await memcheckReport({ losses: [...users, lost(30, 'pool_get < newcomer < main')] });
  expect(label([[before]], [[after]]).records).toEqual(['1']);
});

test('what some runs of a build print and others do not is left out', async () => {
  const session = lost(300, 'session_open < main');
  const before = [
    [await memcheckReport({ losses: [session, lost(1, 'warm_up < main')] })],
    [await memcheckReport({ losses: [lost(290, 'session_open < main')] })],
  ];
  const after = [[await memcheckReport({ losses: [] })]];
  const labelling = label(before, after);
  expect(outcome(labelling)).toEqual(['gone session_open < main', 'unstable warm_up < main']);
  expect(labelling.records).toEqual(['1']);
});

test('programs are told apart', async () => {
  const run = async (broker: number, client: number) => [
    await memcheckReport({ role: 'a', command: './broker', losses: [lost(broker, 'open < main')] }),
    await memcheckReport({ role: 'b', command: '/usr/bin/client -v', losses: [lost(client, 'open < main')] }),
  ];
  const { groups } = label([await run(50, 40)], [await run(50, 1)]);
  expect(groups.map(({ program, change }) => [program, change])).toEqual([
    ['a broker', 'same'],
    ['b client', 'shrunk'],
  ]);
});

test('a labelling is carried over by stack, and to other stacks by their beginning', async () => {
  const before = await memcheckReport({
    losses: [lost(30, 'pool_get < session_new < accept < main'), lost(5, 'pool_get < plugin_new < main')],
  });
  const after = await memcheckReport({ losses: [lost(5, 'pool_get < plugin_new < main')] });
  const other = await memcheckReport({
    losses: [
      lost(1, 'pool_get < plugin_new < main'),
      lost(1, 'pool_get < session_new < accept < main'),
      lost(1, 'pool_get < session_new < resume < main'),
      lost(1, 'pool_get < stranger < main'),
    ],
  });
  expect(carryOver(label([[before]], [[after]]), [other])).toEqual(['2', '3']);
});

const functionName = fc.constantFrom('open', 'serve', 'parse', 'accept', 'queue', 'pool_get', 'copy', 'grow');
const anyLoss: fc.Arbitrary<WrittenLoss> = fc.record({
  kind: fc.constantFrom('definitely lost', 'possibly lost', 'indirectly lost', 'still reachable'),
  blocks: fc.integer({ min: 1, max: 500 }),
  bytes: fc.integer({ min: 500, max: 90_000 }),
  stack: fc
    .array(functionName, { minLength: 1, maxLength: 6 })
    .map((names) => [...names, 'main'].join(' < ')),
});
const anyLosses = fc.uniqueArray(anyLoss, {
  selector: ({ kind, stack }) => `${kind} ${stack}`,
  maxLength: 12,
});

test('a run differs nowhere from itself, whatever its process, order, numbers and addresses', async () => {
  await fc.assert(
    fc.asyncProperty(anyLosses, fc.nat(), async (losses, turn) => {
      const at = losses.length === 0 ? 0 : turn % losses.length;
      const one = await memcheckReport({ losses });
      const other = await memcheckReport({
        losses: [...losses.slice(at), ...losses.slice(0, at)],
        pid: 4711,
      });
      const { groups, leftOut, records } = label([[one]], [[other]]);
      expect(groups.every(({ change }) => change === 'same')).toBe(true);
      expect([...leftOut, ...records]).toEqual([]);
    }),
    { numRuns: 100 },
  );
});

test('a fix that leaves nothing has removed everything', async () => {
  const clean = await memcheckReport({ losses: [] });
  await fc.assert(
    fc.asyncProperty(anyLosses, async (losses) => {
      const before = await memcheckReport({ losses });
      expect(label([[before]], [[clean]]).records).toEqual(before.records.map(({ id }) => id));
    }),
    { numRuns: 100 },
  );
});
