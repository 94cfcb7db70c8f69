import path from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../package-root.js';
import { readLog } from './read-log.js';

const read = (log: string) => readLog(path.join(packageRoot, 'datasets', log));

test('text and XML of one workload have the same groups', async () => {
  const [text, xml] = await Promise.all([
    read('mosquitto-00b24e0e/logs/mosquitto.log'),
    read('mosquitto-00b24e0e-xml/logs/mosquitto.xml'),
  ]);
  const lossesOf = ({ groups }: typeof text) =>
    new Map(groups.map(({ signature, blocks, bytes, kinds }) => [signature, { blocks, bytes, kinds }]));
  expect(lossesOf(xml)).toEqual(lossesOf(text));
  expect(xml.processes[0]?.errorSummary).toEqual(text.processes[0]?.errorSummary);
  expect(xml.records.map(({ id }) => id)).toEqual(text.records.map(({ id }) => id));
});

test.each([
  ['dispatch-1952/logs/router-a.log.gz', 13, 964_012, 1_360],
  ['dispatch-1962/logs/router-a.log.gz', 11, 968_584, 656],
  ['redis-beb94c901/logs/redis.log.gz', 1, 1_360, 340],
])('the leaks of %s come to what its SUMMARY says', async (log, count, bytes, blocks) => {
  const { records, problems, processes } = await read(log);
  expect(records).toHaveLength(count);
  expect(records.reduce((sum, record) => sum + record.bytes, 0)).toBe(bytes);
  expect(records.reduce((sum, record) => sum + record.blocks, 0)).toBe(blocks);
  expect(processes).toMatchObject([{ tool: 'address-sanitizer', checks: [{ number: 1 }] }]);
  expect(problems).toEqual([]);
});

test('the processes of redis tell their events apart', async () => {
  const { events, templates } = await read('redis-beb94c901/logs/redis.log.gz');
  expect(new Set(events.map(({ pid }) => pid)).size).toBeGreaterThanOrEqual(3);
  expect(new Set(events.map(({ component }) => component))).toEqual(
    new Set(['child', 'master', 'replica', 'sentinel', 'signal-handler']),
  );
  const accepted = templates.filter(({ template }) => template === 'Accepted 127.0.0.1:<*>');
  expect(accepted.map(({ component }) => component).sort()).toEqual(['master', 'replica', 'sentinel']);
});
