import { expect, test } from 'vitest';
import { loadRanks, NO_RANK, Ranks } from './ranks.js';

const rank = (ranks: Ranks, token: string | Buffer) => {
  const bytes = Buffer.concat([Buffer.from('<'), Buffer.from(token), Buffer.from('>')]);
  return ranks.rankOf(bytes, 1, bytes.length - 1);
};

test('every token has its rank, and nothing else has one', () => {
  const tokens = Array.from({ length: 500 }, (_, at) => `${at * 7919}`);
  let end = 0;
  const ends = Int32Array.from(tokens.map((token) => (end += token.length)));
  const ranks = new Ranks(Buffer.from(tokens.join('')), ends);
  expect(tokens.map((token) => rank(ranks, token))).toEqual(tokens.map((_, at) => at));
  expect(['', '79', '79191', 'x'].map((text) => rank(ranks, text))).toEqual(Array(4).fill(NO_RANK));
  expect(ranks.longest).toBe(7);
});

test("an encoding's tokens are read with their bytes", async () => {
  const ranks = await loadRanks('o200k_base');
  expect([rank(ranks, '!'), rank(ranks, '"')]).toEqual([0, 1]);
  expect(rank(ranks, Buffer.from([0xff]))).toBeGreaterThan(0);
  expect(rank(ranks, ' '.repeat(128))).toBeGreaterThan(0);
  expect(rank(ranks, '<|endoftext|>')).toBe(NO_RANK);
});
