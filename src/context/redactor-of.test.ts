import { expect, test } from 'vitest';
import { chunkMaterial, STRATEGIES } from './chunk.js';
import { redactorOf } from './redactor-of.js';
import { materialOfTexts } from './test-material.js';

const LOG = `==7== Memcheck, a memory error detector
==7== Command: ./a /home/hash/x.conf
Sun Nov 22 09:01:01 2026 NET (INFO) link to broker-1.acme.com lost by table_hash
Sun Nov 22 09:01:02 2026 NET (INFO) link to broker-2.acme.com lost
`;

test('the same logs give the same names, whatever a strategy takes of them', async () => {
  const material = await materialOfTexts({ 'broker-9.acme.com': LOG });
  const names = {
    '<USER-1>': 'hash',
    '<HOST-1>': 'broker-1.acme.com',
    '<HOST-2>': 'broker-2.acme.com',
    '<HOST-3>': 'broker-9.acme.com',
    '<EMAIL-1>': 'ann@acme.com',
  };
  for (const strategy of STRATEGIES) {
    const { redact, mapping } = redactorOf(material, (line) => line, ['found by ann@acme.com']);
    await chunkMaterial(material, { strategy, budget: 2000, redact });
    expect(mapping()).toEqual(names);
  }
});

test('what is taken out of a line first gets no name', async () => {
  const material = await materialOfTexts({ A: 'token=of-our-own from build.acme.com\n' });
  const { mapping } = redactorOf(material, (line) => line.replace('of-our-own', '[redacted]'));
  expect(mapping()).toEqual({ '<HOST-1>': 'build.acme.com' });
});

test('a word that the logs show unnamed is kept where an answer says it', async () => {
  const { cover } = redactorOf(await materialOfTexts({ A: LOG }));
  expect(cover('table_hash lost broker-1.acme.com')).toBe('table_hash lost <HOST-1>');
});
