import fc from 'fast-check';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../temporary-folder.fixture.js';
import { fileText } from './file-text.js';
import { logText } from './text.js';

const line = fc.oneof(fc.constant(''), fc.string({ unit: 'grapheme', maxLength: 12 }));

test('a log has the same lines in its file as in memory, in whatever order they are asked for', async () => {
  await using folder = await temporaryFolder();
  await fc.assert(
    fc.asyncProperty(
      fc.array(line, { maxLength: 40 }),
      fc.oneof(fc.integer({ min: 0, max: 2500 }), fc.constant(20_000)),
      fc.constantFrom('\n', '\r\n'),
      fc.boolean(),
      fc.array(fc.integer({ min: -1, max: 2600 }), { maxLength: 8 }),
      async (some, filler, end, closed, numbers) => {
        const lines = [...some, ...new Array<string>(filler).fill('filler'), ...some];
        const bytes = Buffer.from(lines.join(end) + (closed ? end : ''));
        const there = await fileText(await folder.write('a.log', bytes));
        const here = logText(bytes);
        expect([there.lineCount, there.byteCount]).toEqual([here.lineCount, here.byteCount]);
        for (const number of numbers) expect(there.line(number)).toBe(here.line(number));
        const [first = 1, last = 30] = numbers;
        expect(there.range(first, last)).toEqual(here.range(first, last));
        expect(there.range(1, there.lineCount)).toEqual(here.range(1, here.lineCount));
        for (const number of numbers) expect(there.line(number)).toBe(here.line(number));
        expect(there.whole()).toBe(here.whole());
      },
    ),
    { numRuns: 50 },
  );
});
