import { expect, test } from 'vitest';
import { loadCase } from '../cases/load-case.js';
import { materialOf } from '../evidence/material-of.js';
import { packageRoot } from '../package-root.js';
import { strategyRows } from './strategy-rows.js';

test('the digest of dispatch-37 shows all in a twentieth, where the usual splitter divides records', async () => {
  const source = await loadCase(`${packageRoot}/datasets/dispatch-37`);
  const { leak, 'root-cause': rootCause } = source.truth;
  const rows = await strategyRows({
    id: source.id,
    material: await materialOf(source),
    leak: leak.records,
    causes: rootCause.causes.flatMap(({ records }) => records),
  });
  expect(rows.map(({ strategy }) => strategy)).toEqual(['whole', 'lines', 'records', 'digest', 'retrieve']);
  const [whole, lines, records, digest, retrieve] = rows;
  const all = {
    leak: { shown: 144, of: 144 },
    causes: { shown: 144, of: 144 },
    records: { shown: 690, of: 690 },
  };
  for (const row of [whole, records, digest]) expect(row).toMatchObject({ ...all, divided: 0 });
  expect(whole?.tokens).toBe(whole?.whole);
  expect(lines?.divided).toBeGreaterThan(0);
  expect(digest?.tokens).toBeLessThanOrEqual(0.05 * (whole?.tokens ?? 0));
  expect(retrieve?.tokens).toBeLessThanOrEqual(digest?.tokens ?? 0);
});
