import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LeaktrailError } from '../error.js';
import { chunkMaterial } from './chunk.js';
import { materialOfTexts, memcheckLog } from './test-material.js';

test.each(['whole', 'records', 'digest', 'retrieve'] as const)(
  '%s refuses a budget that is too small, and names the smallest that is not',
  async (strategy) => {
    await fc.assert(
      fc.asyncProperty(
        memcheckLog,
        fc.constantFrom('a', 'router-a', 'x'.repeat(40)),
        fc.integer({ min: 1, max: 120 }),
        async (log, role, budget) => {
          const material = await materialOfTexts({ [role]: log });
          const chunks = (within: number) =>
            chunkMaterial(material, { strategy, budget: within }).catch((error: LeaktrailError) => error);
          const refusal = await chunks(budget);
          if (!(refusal instanceof LeaktrailError)) return;
          const least = Number(/\d+/.exec(refusal.hint ?? '')?.[0]);
          expect(least).toBeGreaterThan(budget);
          expect(await chunks(least)).toBeInstanceOf(Array);
          expect(await chunks(least - 1)).toBeInstanceOf(LeaktrailError);
        },
      ),
      { numRuns: 60 },
    );
  },
);

test('a budget that has room for a short header has room, whatever longer one it could have', async () => {
  const log = `==7== Memcheck, a memory error detector
==7== All heap blocks were freed -- no leaks are possible
==7== ERROR SUMMARY: 0 errors from 0 contexts (suppressed: 0 from 0)
${'x\n'.repeat(100_000)}`;
  const material = { ...(await materialOfTexts({ a: log })), system: null };
  for (const budget of [83, 84, 89]) {
    const chunks = await chunkMaterial(material, { strategy: 'records', budget });
    expect(Math.max(...chunks.map(({ tokens }) => tokens))).toBeLessThanOrEqual(budget);
  }
});
