import { expect, test } from 'vitest';
import { budgetOf, type Need, type Reservation } from './budget.js';
import type { ReplyLine } from './run-file.js';

const NEED: Need = { tokens: 100, usd: 0 };

function line(outputTokens: number): ReplyLine {
  return {
    case: 'a',
    contestant: 'openai:a',
    stage: 'leak',
    repeat: 1,
    chunk: 0,
    text: 'NO:<>',
    error: null,
    usage: { inputTokens: 0, outputTokens },
    attempts: 1,
    cost: 0,
  };
}

test('what is under way is set aside, so that requests together stay within the budget', () => {
  const budget = budgetOf({ tokens: 250 }, []);
  expect(budget.reserve(NEED)).not.toBeNull();
  expect(budget.reserve(NEED)).not.toBeNull();
  expect(budget.reserve(NEED)).toBeNull();
  expect(budget.exhausted()).toBeNull();
  expect(budget.refusal()).toBe('the budget of 250 tokens has no room for another request (0 used)');
});

test('a request waits for those under way, and is sent where they used less than was set aside', async () => {
  const budget = budgetOf({ tokens: 150 }, []);
  const first = budget.reserve(NEED) as Reservation;
  const second = budget.reserveInTurn(NEED);
  first.settle(line(20));
  expect(await second).not.toBeNull();
  expect(budget.refusal()).toBeNull();
});

test('with nothing under way a request that does not fit is refused, also where it waited', async () => {
  const budget = budgetOf({ tokens: 150 }, []);
  expect(await budget.reserveInTurn({ tokens: 151, usd: 0 })).toBeNull();
  const first = budget.reserve(NEED) as Reservation;
  const second = budget.reserveInTurn(NEED);
  first.settle(line(51));
  expect(await second).toBeNull();
});

test('what earlier sittings used counts, and what was given up does not', () => {
  const budget = budgetOf({ tokens: 150 }, [line(60)]);
  expect(budget.reserve(NEED)).toBeNull();
  const roomy = budgetOf({ tokens: 160 }, [line(60)]);
  roomy.reserve(NEED)?.settle(null);
  expect(roomy.reserve(NEED)).not.toBeNull();
});

test('money and requests are held to as well', () => {
  const money = budgetOf({ usd: 1 }, []);
  expect(money.reserve({ tokens: 1, usd: 0.6 })).not.toBeNull();
  expect(money.reserve({ tokens: 1, usd: 0.6 })).toBeNull();
  const requests = budgetOf({ requests: 1 }, [line(1)]);
  expect(requests.exhausted()).toBe('the budget of 1 requests is used up');
  expect(requests.reserve(NEED)).toBeNull();
});
