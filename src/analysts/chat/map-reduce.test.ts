import { expect, test } from 'vitest';
import type { Briefing } from './conversation.js';
import { findingsOf, mapReduce } from './map-reduce.js';
import type { ChatRequest, Send } from './request.js';

const briefing: Briefing = {
  parts: [
    { text: 'PART ONE', records: ['1', '2'] },
    { text: 'PART TWO', records: ['3'] },
    { text: 'PART THREE', records: [] },
  ],
  questions: { relationship: 'Q1?', leak: 'Q2?', 'root-cause': 'Q3?' },
  recordCount: 3,
  structured: false,
};

/** Answers from a table of stage and chunk; keeps what was asked. */
function sender(answers: Record<string, string>): { send: Send; asked: ChatRequest[] } {
  const asked: ChatRequest[] = [];
  const send: Send = async (request) => {
    asked.push(request);
    const text = answers[`${request.stage} ${request.chunk}`];
    if (text === undefined) throw new Error(`no answer to ${request.stage} ${request.chunk}`);
    return { text, attempts: 1, latencyMs: 1 };
  };
  return { send, asked };
}

test('each part is asked by itself, then what was found in them, and earlier answers go before', async () => {
  const { send, asked } = sender({
    'relationship 1': 'NO:<>',
    'relationship 2': 'YES:<A <-> B>',
    'relationship 3': 'UNSURE',
    'relationship 0': 'YES:<A <-> B>',
    'leak 1': 'Lost twice.\nYES:<1, 2>',
    'leak 2': 'YES:<3>',
    'leak 3': 'NO:<>',
    'leak 0': 'YES:<1,2,3>',
  });
  const session = mapReduce(briefing, send);
  await session.ask('relationship');
  expect((await session.ask('leak')).text).toBe('YES:<1,2,3>');

  expect(asked.map(({ stage, chunk }) => `${stage} ${chunk}`)).toEqual([
    'relationship 1',
    'relationship 2',
    'relationship 3',
    'relationship 0',
    'leak 1',
    'leak 2',
    'leak 3',
    'leak 0',
  ]);
  expect(asked[5]?.messages).toEqual([
    { role: 'user', text: 'PART TWO\n\nQ1?' },
    { role: 'assistant', text: 'YES:<A <-> B>' },
    { role: 'user', text: 'Q2?' },
  ]);
  expect(asked[5]?.shown).toEqual(['3']);
  const merged = asked[7]?.messages[0]?.text ?? '';
  expect(merged).toContain('The logs have 3 parts.');
  expect(merged).toContain('Part 1 of 3:\nLost twice.\nYES:<1, 2>');
  expect(merged).toContain('Loss records cited in all parts together: 1, 2, 3');
  expect(merged).not.toContain('PART');
  expect(asked[7]?.messages.at(-1)).toEqual({ role: 'user', text: 'Q2?' });
  expect(asked[7]?.shown).toBeUndefined();
});

test('a part without an answer leaves the stage without one, and the other parts are asked all the same', async () => {
  const { send, asked } = sender({ 'leak 1': 'NO:<>', 'leak 3': 'NO:<>', 'leak 0': 'NO:<>' });
  await expect(mapReduce(briefing, send).ask('leak')).rejects.toThrow('no answer to leak 2');
  expect(asked.map(({ chunk }) => chunk)).toEqual([1, 2, 3]);
});

test('a log of one part is a conversation', async () => {
  const { send, asked } = sender({ 'leak 0': 'NO:<>' });
  await mapReduce({ ...briefing, parts: briefing.parts.slice(0, 1) }, send).ask('leak');
  expect(asked.map(({ chunk }) => chunk)).toEqual([0]);
});

test('no record is cited twice, and none is told as none', () => {
  expect(findingsOf('leak', ['YES:<7,8>', 'YES:<8>'])).toContain('together: 7, 8');
  expect(findingsOf('leak', ['NO:<>', 'UNSURE'])).toContain('together: none');
});
