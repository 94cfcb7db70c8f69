import { expect, test } from 'vitest';
import { loadCase } from '../cases/load-case.js';
import { packageRoot } from '../package-root.js';
import { strategyTable } from './strategy-table.js';
import { everyCase } from './test-material.js';

test('the digest of dispatch-37 shows all in a twentieth, where the usual splitter divides records', async () => {
  const id = 'dispatch-37';
  const { truth } = await loadCase(`${packageRoot}/datasets/${id}`);
  const cases = (await everyCase()).filter((material) => material.id === id);
  const rows = await strategyTable(cases.map((material) => ({ id, material, truth: truth.leak.records })));
  expect(rows.map(({ strategy }) => strategy)).toEqual(['whole', 'lines', 'records', 'digest', 'retrieve']);
  const [whole, lines, records, digest] = rows;
  expect(whole).toMatchObject({ share: 1, truthShown: 1, divided: 0 });
  expect(lines?.divided).toBeGreaterThan(0);
  expect(records).toMatchObject({ truthShown: 1, divided: 0 });
  expect(digest).toMatchObject({ truthShown: 1, divided: 0 });
  expect(digest?.share).toBeLessThanOrEqual(0.05);
});
