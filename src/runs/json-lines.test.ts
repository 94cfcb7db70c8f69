import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { temporaryFolder } from '../temporary-folder.fixture.js';
import { appendJsonLines, readJsonLines, toJsonLines } from './json-lines.js';

const schema = z.strictObject({ n: z.number(), text: z.string() });

test('what is appended at once comes back in order', async () => {
  await using folder = await temporaryFolder();
  const file = path.join(folder.path, 'lines.jsonl');
  const values = Array.from({ length: 200 }, (_, n) => ({ n, text: `line\n${n}` }));
  const lines = await appendJsonLines(file);
  await Promise.all(values.map((value) => lines.append(value)));
  await lines.close();
  expect(await readJsonLines(file, schema)).toEqual(values);
});

test('a file cut at any byte loses the line that was cut and nothing else, and can be gone on with', async () => {
  await using folder = await temporaryFolder();
  const file = path.join(folder.path, 'lines.jsonl');
  const values = [
    { n: 1, text: 'first' },
    { n: 2, text: 'zweite Zeile, größer' },
    { n: 3, text: 'third' },
  ];
  const whole = Buffer.from(toJsonLines(values));
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: whole.length }), async (cut) => {
      await writeFile(file, whole.subarray(0, cut));
      const left = await readJsonLines(file, schema);
      expect(left).toEqual(values.slice(0, left.length));

      const lines = await appendJsonLines(file);
      await lines.append({ n: 9, text: 'after' });
      await lines.close();
      expect(await readJsonLines(file, schema)).toEqual([...left, { n: 9, text: 'after' }]);
    }),
    { numRuns: 60 },
  );
});

test('a line in the middle that is no JSON is told with its number', async () => {
  await using folder = await temporaryFolder();
  const file = path.join(folder.path, 'lines.jsonl');
  await writeFile(file, '{"n":1,"text":""}\n{"n":\n{"n":3,"text":""}\n');
  await expect(readJsonLines(file, schema)).rejects.toMatchObject({ place: { line: 2 } });
  await writeFile(file, '{"n":1,"text":""}\n{"n":"two","text":""}\n');
  await expect(readJsonLines(file, schema)).rejects.toMatchObject({
    message: 'n: Invalid input: expected number, received string',
    place: { line: 2 },
  });
});

test('a file that is not there is empty', async () => {
  await using folder = await temporaryFolder();
  expect(await readJsonLines(path.join(folder.path, 'none.jsonl'), schema)).toEqual([]);
  await expect(readFile(path.join(folder.path, 'none.jsonl'))).rejects.toThrow();
});

test('what cannot be written is told with the file, now and for every line after', async () => {
  await using folder = await temporaryFolder();
  const file = path.join(folder.path, 'lines.jsonl');
  const lines = await appendJsonLines(file);
  await lines.close();
  const told = { code: 'input', message: expect.stringMatching(/^cannot be written: /), place: { file } };
  await expect(lines.append({ n: 1, text: '' })).rejects.toMatchObject(told);
  await expect(lines.append({ n: 2, text: '' })).rejects.toMatchObject(told);
});
