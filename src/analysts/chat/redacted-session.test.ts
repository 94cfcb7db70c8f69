import { expect, test } from 'vitest';
import type { Material } from '../../evidence/material.js';
import { readLog } from '../../log/read-log.js';
import { assignRecordIds } from '../../log/record-id.js';
import { logText } from '../../log/text.js';
import { chatAnalyst } from '../chat.js';
import type { ChatSettings } from './settings.js';
import { type Behaviour, type SeenRequest, startTestServer } from './test-server.js';

const SECRETS = /acme|alice|hunter2|10\.1\.2\.3|build42|00:1b:44/;

const LOG = `==7== Memcheck, a memory error detector
==7== Command: ./server --config /home/alice/server.conf
Sun Nov 22 09:01:01 2026 NET (INFO) hostname=build42 listens
Sun Nov 22 09:01:02 2026 NET (INFO) link to broker-1.acme.com lost after ${'.'.repeat(270)} amqp://bob:hunter2@10.1.2.3/q
Sun Nov 22 09:01:03 2026 NET (INFO) mail to alice@mail.acme.com from 00:1b:44:11:3a:b7 refused
==7== 24 bytes in 2 blocks are definitely lost in loss record 1 of 1
==7==    at 0x48417B4: malloc (vg_replace_malloc.c:381)
==7==    by 0x10A2B3: link_open (/home/alice/server/link.c:20)
==7==    by 0x10A2C4: main (/home/alice/server/main.c:9)
==7==
`;

async function material(): Promise<Material> {
  const bytes = Buffer.from(LOG);
  const document = await readLog(bytes, { role: 'broker-9.acme.com' });
  assignRecordIds([document]);
  return { id: 'own', system: null, logs: [{ document, text: logText(bytes) }], transcripts: new Map() };
}

/** A model that speaks of a host by the name that it was given, and invents one that it was not. */
function answer({ body }: SeenRequest): Behaviour {
  const host = /<HOST-\d>/.exec(JSON.stringify(body.messages))?.[0];
  const text = `The link to ${host ?? 'a host'} and <HOST-77> stays.\nYES:<1>`;
  return body.response_format === undefined
    ? text
    : JSON.stringify({ verdict: 'YES', records: ['1'], explanation: text });
}

/** All stages asked; what went over the wire, and what came back. */
async function sitting(settings: ChatSettings, behave: (request: SeenRequest) => Behaviour) {
  await using server = await startTestServer(behave);
  const mappings: Readonly<Record<string, string>>[] = [];
  const analyst = await chatAnalyst(
    'openai:test-model',
    { ...settings, redact: true },
    {
      environment: { OPENAI_API_KEY: 'key-of-the-test', OPENAI_BASE_URL: server.url },
      onRedactor: (redactor) => mappings.push(redactor.mapping()),
    },
  );
  const session = await analyst.open(await material());
  const replies: string[] = [];
  for (const stage of ['relationship', 'leak', 'root-cause'] as const) {
    replies.push((await session.ask(stage)).text);
  }
  return { sent: server.requests.map(({ body }) => JSON.stringify(body)), replies, mappings };
}

test.each<ChatSettings>([
  { strategy: 'whole' },
  { strategy: 'lines', chunkTokens: 600 },
  { strategy: 'records', chunkTokens: 600 },
  { strategy: 'digest' },
  { strategy: 'retrieve' },
  { protocol: 'map-reduce', chunkTokens: 300 },
  { answers: 'schema' },
])('with %j no secret leaves, and the reply has them again', async (settings) => {
  const { sent, replies, mappings } = await sitting(settings, answer);
  expect(sent.length).toBeGreaterThanOrEqual(3);
  for (const body of sent) expect(body).not.toMatch(SECRETS);
  expect(sent.at(-1)).toMatch(/<HOST-\d+>/);
  for (const reply of replies)
    expect(reply).toMatch(/The link to (?:[\w.-]+\.acme\.com|build42) and <HOST-77>/);
  expect(Object.values(mappings[0] ?? {})).toEqual(expect.arrayContaining(['broker-1.acme.com', 'alice']));
});

test('with tools, results have names, and a model may call by these names', async () => {
  const calls = [
    { name: 'search', args: { text: 'acme' } },
    { name: 'lines', args: { log: '<HOST-3>', first: 1, last: 5 } },
    { name: 'record', args: { id: 'of alice' } },
    { name: 'groups', args: {} },
  ];
  const { sent, replies } = await sitting({ protocol: 'tools' }, ({ body }) => {
    const results = (body.messages ?? []).filter(({ role }) => role === 'tool');
    return results.length < calls.length
      ? { text: '', calls: calls.slice(results.length, results.length + 1) }
      : { text: 'It is <HOST-3>.\nYES:<1>' };
  });
  expect(replies).toEqual(Array(3).fill('It is broker-9.acme.com.\nYES:<1>'));
  const results = sent.at(-1) ?? '';
  expect(results).toContain('/home/<USER-1>/server.conf');
  expect(results.replaceAll('\\"acme\\"', '').replaceAll('of alice', '')).not.toMatch(SECRETS);
});

test('what a session finds does not depend on another one over the same log', async () => {
  const once = await sitting({}, answer);
  const again = await sitting({}, answer);
  expect(again.sent).toEqual(once.sent);
});
