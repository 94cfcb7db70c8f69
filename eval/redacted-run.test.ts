import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { type SeenRequest, startTestServer } from '../src/analysts/chat/test-server.js';
import type { Stage } from '../src/cases/truth.js';
import { redactorOf } from '../src/context/redactor-of.js';
import { materialOfLogs } from '../src/evidence/material-of-logs.js';
import { carryOut } from '../src/runs/carry-out.js';
import { readExperiment } from '../src/runs/experiment.js';
import { loadRun } from '../src/runs/load-run.js';
import { secretiveCase } from '../src/runs/secretive-case.fixture.js';
import { temporaryFolder } from '../src/temporary-folder.fixture.js';
import { scoreRun } from './score-run.js';

type Answers = { readonly [stage in Stage]: string };

const QUOTE = `> Sun Nov 22 09:01:02 2026 NET (INFO) link amqp://bob:hunter2@relay.acme.com/q of 00:1b:44:11:3a:b7 lost
> Sun Nov 22 09:01:02 2026 NET (INFO) link amqp://bob:hunter2@relay.acme.com/q of 00:1b:44:11:3a:b8 lost`;

const CANONICAL: Answers = {
  relationship: `${QUOTE}\n\nYES:<broker-9.acme.com <-> client-1.acme.com, qd_hash_insert -> qd_hash_internal_insert>`,
  leak: 'YES:<broker-9.acme.com:351,broker-9.acme.com:2761:20,client-1.acme.com:22,broker-9.acme.com:253>',
  'root-cause': 'Function: qd_hash_free\nMechanism: nested object not freed\nYES:<broker-9.acme.com:20>',
};

const IN_PROSE: Answers = {
  relationship: 'broker-9.acme.com connects to client-1.acme.com. In short:\n\n**YES**',
  leak: 'So the answer is **YES**: {broker-9.acme.com: 351, 20; client-1.acme.com: 22}.',
  'root-cause':
    'Answer: YES {broker-9.acme.com:20}. `qd_hash_free` never frees the nested keys of process 2761 for alice.',
};

const IN_JSON: Answers = {
  relationship: JSON.stringify({
    explanation: 'as alice says: "\\link\\"',
    verdict: 'YES',
    processes: [['client-1.acme.com', 'broker-9.acme.com']],
    calls: [['qd_hash_insert', 'qd_hash_internal_insert']],
  }),
  leak: JSON.stringify({ verdict: 'YES', records: ['broker-9.acme.com:351', 'client-1.acme.com:2761:22'] }),
  'root-cause': JSON.stringify({
    verdict: 'YES',
    functions: ['qd_hash_free'],
    mechanism: 'nested object not freed',
    records: ['broker-9.acme.com:20'],
  }),
};

function stageOf({ body }: SeenRequest): Stage {
  const answered = (body.messages ?? []).filter(({ role }) => role === 'assistant').length;
  return (['relationship', 'leak', 'root-cause'] as const)[answered] as Stage;
}

/** A run in which a model and the offline analysts answer, graded. */
async function graded(folder: string, name: string, setting: string, say: (stage: Stage) => string) {
  await using server = await startTestServer((request) => say(stageOf(request)));
  const file = path.join(folder, `${name}.yaml`);
  await writeFile(
    file,
    `schema: 1\nname: ${name}\ncontestants: [{analyst: [rules, baselines]}, {analyst: openai:m, ${setting}}]\n`,
  );
  const { folder: run } = await carryOut(await readExperiment(file), {
    datasets: path.join(folder, 'dispatch-37-report'),
    runs: path.join(folder, 'runs'),
    environment: { OPENAI_API_KEY: 'test', OPENAI_BASE_URL: server.url },
  });
  const { sittings } = scoreRun(await loadRun(run));
  return sittings.map(({ contestant, questions }) => ({
    analyst: contestant.split(' ')[0],
    grades: [...questions.values()].map(({ grade }) => grade),
  }));
}

test.each<[string, string, Answers]>([
  ['canonical answers', 'strategy: whole', CANONICAL],
  ['answers in prose', 'strategy: digest', IN_PROSE],
  ['answers as objects', 'answers: schema', IN_JSON],
])('%s of a redacted run are graded like those of any other', async (_, settings, answers) => {
  await using folder = await temporaryFolder();
  const logs = path.join(await secretiveCase(folder.path), 'logs');
  const plain = await graded(folder.path, 'plain', settings, (stage) => answers[stage]);

  // What a model says that sees names is what a model says that sees secrets, with the names that the logs give.
  const files = ['router-a.log', 'router-b.log'].map((name) => path.join(logs, name));
  const { cover } = redactorOf(
    await materialOfLogs({ files, roles: ['broker-9.acme.com', 'client-1.acme.com'] }),
  );
  const redacted = await graded(folder.path, 'redacted', `redact: true, ${settings}`, (stage) =>
    cover(answers[stage]),
  );
  expect(redacted).toEqual(plain);
  const [model] = plain.filter(({ analyst }) => analyst === 'openai:m');
  expect(model?.grades[1]?.records?.f1).toBeGreaterThan(0);
});
