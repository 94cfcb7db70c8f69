import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { readCaseLogs } from '../cases/case-logs.js';
import { type Case, loadCase } from '../cases/load-case.js';
import type { LogDocument } from '../log/document.js';
import { readLog } from '../log/read-log.js';
import { packageRoot } from '../package-root.js';
import { carryOver, label } from './label.js';

const caseOf = (id: string): Promise<Case> => loadCase(path.join(packageRoot, 'datasets', id));

async function logsOf(source: Case): Promise<LogDocument[]> {
  return (await readCaseLogs(source)).map(({ document }) => document);
}

/** A log that a truth was derived from and that is no log of the case. */
async function evidence(id: string, name: string): Promise<LogDocument[]> {
  const file = path.join(packageRoot, 'datasets', id, 'evidence', name);
  return [await readLog(gunzipSync(await readFile(file)), { role: 'router-a' })];
}

/** What a labelling names and the truth does not, and the reverse. */
function difference(labelled: readonly string[], truth: readonly string[]) {
  return {
    more: labelled.filter((id) => !truth.includes(id)),
    less: truth.filter((id) => !labelled.includes(id)),
  };
}

test.each([
  'dhcpd-2022-2929',
  'dispatch-41',
  'dispatch-177',
  'dispatch-1952',
  'dispatch-1962',
  'icecast-mount',
  'icecast-refbuf',
  'lighttpd-2894',
  'lldpd-2020-27827',
  'lldpd-cdp',
  'mosquitto-00b24e0e',
  'mosquitto-2023-28366',
  'mosquitto-subscribe',
  'openvpn-2026-12932',
  'openvpn-2026-13698',
  'redis-beb94c901',
  'tinyproxy-618',
])('the difference between %s and its twin is its truth', async (id) => {
  const [before, after] = [await caseOf(id), await caseOf(`${id}-fixed`)];
  const { records } = label([await logsOf(before)], [await logsOf(after)]);
  expect(difference(records, before.truth.leak.records)).toEqual({ more: [], less: [] });
});

test('dispatch-582: what Proton keeps of deliveries in router B shrinks as well', async () => {
  const [before, after] = [await caseOf('dispatch-582'), await caseOf('dispatch-582-fixed')];
  const { records } = label([await logsOf(before)], [await logsOf(after)]);
  const { more, less } = difference(records, before.truth.leak.records);
  expect(less).toEqual([]);
  expect(more).toHaveLength(44);
  expect(more.filter((id) => !before.truth.leak.otherLeaks.includes(id))).toEqual([]);
});

test.each([
  ['lighttpd-2894-unloaded', 'lighttpd-2894-fixed'],
  ['mosquitto-00b24e0e-xml', 'mosquitto-00b24e0e-fixed'],
])('%s against a twin with symbols, or in another form of report', async (id, twin) => {
  const [before, after] = [await caseOf(id), await caseOf(twin)];
  const { records } = label([await logsOf(before)], [await logsOf(after)]);
  expect(records).toEqual(before.truth.leak.records);
});

test('dispatch-37: reports of all kinds of loss give its truth', async () => {
  const source = await caseOf('dispatch-37');
  const labelling = label(
    [await evidence('dispatch-37', 'before-all-kinds.log.gz')],
    [await evidence('dispatch-37', 'after-all-kinds.log.gz')],
  );
  const carried = carryOver(labelling, await logsOf(source));
  // Python's garbage, which the fix collects, and pool items that came by another stack: see datasets/README.md.
  expect(difference(carried, source.truth.leak.records)).toEqual({
    more: ['872', '1445', '1723', '1809', '1894', '1898', '2010', '2023', '2061', '2129', '2133'],
    less: ['178', '2094', '2095'],
  });
});

test('dispatch-37: reports of the default kinds settle part of it, and none of that wrongly', async () => {
  const [before, after] = [await caseOf('dispatch-37'), await caseOf('dispatch-37-fixed')];
  const { records, leftOut } = label([await logsOf(before)], [await logsOf(after)]);
  const { more, less } = difference(records, before.truth.leak.records);
  expect(more).toEqual([]);
  const open = new Set(leftOut.flatMap((group) => group.before.records));
  // Pool items of one stack, of which 32 are lost before the fix and 29 after it.
  expect(less.filter((id) => !open.has(id))).toEqual(['1177', '2001']);
});

test('two runs of the same build differ nowhere', async () => {
  const [first] = await logsOf(await caseOf('dispatch-37'));
  const one = [{ ...(first as LogDocument), role: 'router-a' }];
  const other = await evidence('dispatch-37', 'before-2.log.gz');
  for (const labelling of [label([one], [other]), label([other], [one])]) {
    expect(labelling.groups.filter(({ change }) => change !== 'same')).toEqual([]);
    expect(labelling.records).toEqual([]);
  }
});
