import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { counterFor, inputBudget, modelLimits } from './models.js';

async function inFile<T>(text: string, use: (file: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(path.join(tmpdir(), 'leaktrail-models-'));
  try {
    const file = path.join(folder, 'models.yaml');
    await writeFile(file, text);
    return await use(file);
  } finally {
    await rm(folder, { recursive: true });
  }
}

test.each([
  ['openai:gpt-4.1-mini', 1_047_576, 'o200k_base'],
  ['gpt-4o-2024-11-20', 128_000, 'o200k_base'],
  ['gpt-4', 8_192, 'cl100k_base'],
  ['anthropic:claude-sonnet-4-5', 200_000, undefined],
  ['nobody:knows-this-one', 32_768, undefined],
])('%s', async (name, context, encoding) => {
  const limits = await modelLimits(name);
  expect([limits.context, limits.encoding]).toEqual([context, encoding]);
  expect(inputBudget(limits)).toBeGreaterThan(0);
});

test('what a model leaves for the log is less than its window by the answer and the question', async () => {
  const budget = inputBudget({ model: 'm', context: 10_000, output: 2_000 });
  expect(budget).toBeLessThanOrEqual(8_000 - 1_000);
  expect(() => inputBudget({ model: 'm', context: 3_000, output: 2_000 })).toThrow(/no room for a log/);
});

test("rows of one's own come first, and models of the package's table stay known", async () => {
  const own = 'models:\n  - { model: gpt-4o*, context: 64000, output: 1000, margin: 1.5 }\n';
  await inFile(own, async (file) => {
    expect(await modelLimits('gpt-4o', file)).toMatchObject({ context: 64_000, margin: 1.5 });
    expect(await modelLimits('gpt-4', file)).toMatchObject({ context: 8_192 });
  });
});

test.each([
  ['models:\n  - { model: a, context: many, output: 1 }\n', /context/],
  ['models:\n  - { model: a, context: 10, output: 20 }\n', /output must be less than context/],
  ['models: [', /YAML/],
])('a mistake in a file of models is one clear line: %j', async (text, message) => {
  await inFile(text, async (file) => {
    await expect(modelLimits('a', file)).rejects.toMatchObject({
      message: expect.stringMatching(message),
      code: 'input',
    });
  });
});

test('an estimate counts every digit and a margin on top, line by line', async () => {
  const exact = await counterFor({ model: 'm', context: 1000, output: 10, encoding: 'o200k_base' });
  const estimate = await counterFor({ model: 'm', context: 1000, output: 10 });
  const line = '12,104 bytes in 178 blocks are possibly lost in loss record 2,219 of 2,275';
  expect([exact.exact, estimate.exact]).toEqual([true, false]);
  expect(estimate.countLines([line])).toBeGreaterThanOrEqual(1.25 * (exact.countLines([line]) + 9));
  expect(estimate.countLines([line, line])).toBe(2 * estimate.countLines([line]));
});
