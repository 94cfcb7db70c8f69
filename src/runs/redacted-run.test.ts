import { appendFile, cp } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../temporary-folder.fixture.js';
import { ONE_CASE } from './one-case.fixture.js';
import { sittings } from './test-sittings.js';

test('a redacted run stores replies with what was there, and what was sent without', async () => {
  await using folder = await temporaryFolder();
  const datasets = path.join(folder.path, 'dispatch-37-report');
  await cp(ONE_CASE, datasets, { recursive: true });
  await appendFile(
    path.join(datasets, 'logs/router-a.log'),
    'Sun Nov 22 09:01:01 2026 NET (INFO) link to broker-1.acme.com lost\n',
  );
  const answer = () => 'The link to <HOST-1> is lost.\nYES:<351>';
  const [first, again] = await sittings(
    [answer, answer],
    { contestant: '{analyst: openai:test-model, redact: true}' },
    { datasets },
  );
  expect(first?.replies.map(({ text }) => text)).toEqual(
    Array(3).fill('The link to broker-1.acme.com is lost.\nYES:<351>'),
  );
  expect(first?.requests).toHaveLength(3);
  expect(JSON.stringify(first?.requests)).not.toContain('acme');
  expect(JSON.stringify(first?.requests)).toContain('The link to <HOST-1> is lost.');
  expect(again?.requests).toEqual([]);
  expect(again?.replies).toEqual(first?.replies);
});
