import path from 'node:path';
import { expect, test } from 'vitest';
import { loadCase } from '../cases/load-case.js';
import { materialOf } from '../evidence/material-of.js';
import { packageRoot } from '../package-root.js';
import type { ChatSettings } from './chat/settings.js';
import { startTestServer } from './chat/test-server.js';
import { chatAnalyst } from './chat.js';

const report = async () => materialOf(await loadCase(path.join(packageRoot, 'datasets/dispatch-37-report')));

test('prompt set `report`: message for message what its author typed, the log in place of the attachment', async () => {
  await using server = await startTestServer((_, index) => `answer ${index + 1}`);
  const environment = { OPENAI_API_KEY: 'test', OPENAI_BASE_URL: server.url };
  const analyst = await chatAnalyst(
    'openai:test-model',
    { prompts: 'report', strategy: 'records' },
    { environment },
  );
  const session = await analyst.open(await report());
  for (const stage of ['relationship', 'leak', 'root-cause'] as const) await session.ask(stage);

  const messages = server.requests[2]?.body.messages ?? [];
  expect(messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user', 'assistant', 'user']);
  const [first, answer1, second, answer2, third] = messages.map(({ content }) => content) as [
    string,
    string,
    string,
    string,
    string,
  ];
  const asked = first.slice(first.indexOf('The following are logs'));
  expect(asked.split('\n').filter(Boolean)).toEqual([
    'The following are logs from Qpid Dispatch.',
    'Do you find any evidence of a calling relationship between processes?',
    '- Say ‘YES:{functions/processes}’ if you detect a relationship in the log',
    '- Say ‘NO:{INDEX}’ if there is no relationship',
    '- Say ‘Unsure if you need more details or context’',
  ]);
  expect(second.split('\n').filter(Boolean)).toEqual([
    'Do you find any evidence that two processes you mentioned have memory leak issue?',
    '- Say ‘YES:{LOG INDEX}’ if you detect a memory leak issue corresponding to these two processed.',
    '- Say ‘NO:{INDEX}’ if there is no memory leak issue',
    '- Say ‘Unsure if you need more details or context’',
  ]);
  expect(third.split('\n').filter(Boolean)).toEqual([
    'If you confirm two processes you mentioned have memory leak issue, could you deduce the root cause of this memory leak issue?',
    '- Say ‘YES:{LOG INDEX}’ if you deduce the root cause corresponding to the log content.',
    '- Say ‘NO:{INDEX}’ if you can not deduce the root cause.',
    '- Say ‘Unsure if you need more details or context’.',
  ]);
  expect([answer1, answer2]).toEqual(['answer 1', 'answer 2']);
  const log = first.slice(0, first.indexOf('The following are logs'));
  for (const line of [
    'Event: new_neighbor: id=QDR.02 link_id=0',
    'definitely lost in loss record 351 of 2,684',
    'possibly lost in loss record 20 of 2,684',
  ]) {
    expect(log).toContain(line);
  }
});

test.each<[string, ChatSettings, string, string]>([
  [
    'openai:gpt-4.1',
    {},
    'openai:gpt-4.1 needs a key, and OPENAI_API_KEY is not set',
    'put OPENAI_API_KEY=... into',
  ],
  ['openai:m', { keyVariable: 'MINE' }, 'openai:m needs a key, and MINE is not set', 'put MINE=... into'],
  [
    'google-genai:m',
    {},
    'google-genai:m needs a key, and GOOGLE_API_KEY or GEMINI_API_KEY is not set',
    'put GOOGLE_API_KEY',
  ],
])(
  'without a key nothing is sent, and the variable is named: %s %j',
  async (name, settings, message, hint) => {
    await expect(chatAnalyst(name, settings, { environment: {} })).rejects.toMatchObject({
      code: 'auth',
      exitCode: 2,
      message,
      hint: expect.stringContaining(hint),
    });
  },
);

test.each<[string, ChatSettings, string]>([
  ['acme:m', {}, 'no provider is called acme'],
  ['openai:m', { prompts: 'nosuch' }, 'no prompt set named nosuch'],
  ['ollama:m', { reasoningEffort: 'low' }, 'reasoningEffort cannot be set for ollama'],
  ['anthropic:m', { seed: 1 }, 'seed cannot be set for anthropic'],
  ['anthropic:m', {}, 'anthropic needs the package @langchain/anthropic'],
])('what is not to be had is told before anything is sent: %s %j', async (name, settings, message) => {
  const environment = { OPENAI_API_KEY: 'test', ANTHROPIC_API_KEY: 'test' };
  await expect(chatAnalyst(name, settings, { environment })).rejects.toMatchObject({
    code: 'usage',
    message,
  });
});

test('a server on this machine needs no key', async () => {
  await using server = await startTestServer(() => 'NO:<>');
  const analyst = await chatAnalyst('openai:local', {}, { environment: { OPENAI_BASE_URL: server.url } });
  const reply = await (await analyst.open(await report())).ask('leak');
  expect(reply).toMatchObject({ text: 'NO:<>', attempts: 1 });
});

test('the server that a setting names comes before the one of the environment', async () => {
  await using server = await startTestServer(() => 'NO:<>');
  const environment = { OPENAI_API_KEY: 'test', OPENAI_BASE_URL: 'http://127.0.0.1:1/v1' };
  const analyst = await chatAnalyst('openai:m', { baseUrl: server.url }, { environment });
  await (await analyst.open(await report())).ask('leak');
  expect(server.requests).toHaveLength(1);
});
