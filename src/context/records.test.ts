import fc from 'fast-check';
import { expect, test } from 'vitest';
import { chunkMaterial } from './chunk.js';
import { materialOfTexts } from './test-material.js';

test('a line that exceeds the budget many times fills chunk after chunk', async () => {
  const part = fc.constantFrom('x', ' ', '7', 'alpha ', '0x5eb3840', '日本', '👩‍👩‍👧', '==');
  await fc.assert(
    fc.asyncProperty(fc.array(part, { minLength: 200, maxLength: 600 }), async (parts) => {
      const line = `line ${parts.join('').repeat(30)}.`;
      const material = await materialOfTexts({ A: `before\n${line}\nafter\n` });
      const chunks = await chunkMaterial(material, { strategy: 'records', budget: 500, clean: false });
      const full = chunks.slice(1, -2);
      for (const { tokens } of full) expect(tokens).toBeGreaterThan(500 - 24);
      const told = chunks.flatMap(({ text, source }) => text.split('\n').filter((_, at) => source[at] === 2));
      expect(told.join('')).toBe(line);
    }),
    { numRuns: 12 },
  );
});
