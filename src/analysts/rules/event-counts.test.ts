import { expect, test } from 'vitest';
import { analyse } from './analyse.js';
import { countEvents, type EventCounts, matchEvents } from './event-counts.js';
import { materialOfLines, report, times } from './small-log.fixture.js';

async function logOf(...lines: string[][]): Promise<EventCounts> {
  const { logs } = await materialOfLines(lines.flat());
  return countEvents((logs[0] as (typeof logs)[number]).document);
}

const best = (blocks: number, log: EventCounts) => matchEvents(blocks, log)[0];

test('as many blocks as events, a multiple of them, or one less', async () => {
  const log = await logOf(times(40, 'guest # seated'), times(7, 'lamp # lit'));
  expect(best(40, log)).toMatchObject({ relation: 'as many', events: 40, factor: 1, trouble: false });
  expect(best(120, log)).toMatchObject({ relation: 'a multiple', events: 40, factor: 3 });
  expect(best(39, log)).toMatchObject({ relation: 'one less', events: 40 });
  expect(best(33, log)).toBeUndefined();
});

test('counts of a handful say nothing', async () => {
  const log = await logOf(times(7, 'lamp # lit'), times(40, 'guest # seated'));
  expect(best(7, log)).toBeUndefined();
});

test('a hit is the more surprising the larger its count and the fewer events are about as frequent', async () => {
  const few = await logOf(times(60, 'guest # seated'));
  const many = await logOf(
    ...[58, 59, 60, 61, 62].map((count) =>
      times(count, `${'guest lamp door bell tray'.split(' ')[count - 58]} # seen`),
    ),
  );
  const [rare, common] = [best(60, few), best(60, many)];
  expect(rare?.expectedByChance).toBeLessThan(common?.expectedByChance ?? 0);
});

test('trouble is told by words, not by settings of the same name', async () => {
  const log = await logOf(times(40, 'order # rejected: no cups'), times(50, 'connect # timeout=30'));
  expect(best(40, log)?.trouble).toBe(true);
  expect(best(50, log)?.trouble).toBe(false);
});

test('trouble of several kinds counts together, too', async () => {
  const log = await logOf(
    times(13, 'order # rejected: no cups'),
    times(9, 'order # failed: no tea'),
    times(50, 'lamp # lit'),
  );
  expect(best(22, log)).toMatchObject({ relation: 'as many', scope: 'trouble', trouble: true });
});

test('something that is lost with every line of the log is found, too', async () => {
  const log = await logOf(times(40, 'guest # seated'), times(33, 'lamp # lit'));
  expect(best(73, log)).toMatchObject({ relation: 'as many', scope: 'all' });
});

test('a stream says as much as the log itself; a peer says less', async () => {
  const lost = report([{ blocks: 12, stack: ['cup_new', 'main'] }]);
  const trouble = times(12, 'order # rejected: no cups');
  const mechanismWith = async (role: string) =>
    analyse(
      await materialOfLines({
        kettle: lost,
        [role]: [...times(14, 'lamp # lit'), ...times(16, 'bell # rung'), ...trouble],
      }),
    ).causes[0]?.mechanism;
  expect(await mechanismWith('console')).toBe('missing free on an error path');
  expect(await mechanismWith('guest')).not.toBe('missing free on an error path');
});
