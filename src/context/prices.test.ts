import path from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../package-root.js';
import { modelPrice, readModelTable } from './models.js';
import { costOf, type ModelPrice } from './prices.js';

test('a model and its dated versions have the price of their own row', async () => {
  const mini = await modelPrice('openai:gpt-4.1-mini');
  expect(mini).toMatchObject({ input: 0.4, cached: 0.1, output: 1.6 });
  expect(await modelPrice('openai:gpt-4.1-mini-2025-04-14')).toEqual(mini);
  expect(await modelPrice('openai:gpt-4.1')).toMatchObject({ input: 2, output: 8 });
});

test('a price that nobody told is unknown, not zero', async () => {
  expect(await modelPrice('openai:gpt-4.1-mini-audio')).toBeNull();
  expect(await modelPrice('ollama:llama3')).toBeNull();
});

test('cached input costs what cached input costs', () => {
  const price: ModelPrice = { models: ['m'], input: 2, cached: 0.5, output: 8, asOf: '2026-01-01' };
  const usage = { inputTokens: 1_000_000, outputTokens: 100_000 };
  expect(costOf(price, usage)).toBeCloseTo(2.8);
  expect(costOf(price, { ...usage, cachedTokens: 600_000 })).toBeCloseTo(0.8 + 0.3 + 0.8);
  const { cached: _, ...uncached } = price;
  expect(costOf(uncached, { ...usage, cachedTokens: 600_000 })).toBeCloseTo(2.8);
});

test('rows of prices and rows of limits stand in one file', async () => {
  expect((await readModelTable(path.join(packageRoot, 'models.yaml'))).models.at(-1)?.model).toBe('*');
});
