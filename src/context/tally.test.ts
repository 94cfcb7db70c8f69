import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Tally } from './tally.js';
import { loadCounter } from './tokens.js';

test('a tally tells what counting all lines anew tells', async () => {
  const counter = await loadCounter('o200k_base');
  const line = fc.constantFrom('', ' ', '/path', '  at malloc', 'closed 41', ')', '===', '\t', "it's");
  fc.assert(
    fc.property(fc.array(fc.array(line, { maxLength: 4 }), { maxLength: 10 }), (parts) => {
      const tally = new Tally(counter);
      const sofar: string[] = [];
      for (const part of parts) {
        sofar.push(...part);
        expect(tally.with(part)).toBe(counter.countLines(sofar));
        tally.add(part);
      }
      expect(tally.with([])).toBe(counter.countLines(sofar));
    }),
  );
});
