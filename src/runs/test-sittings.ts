import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type Behaviour, type SeenRequest, startTestServer } from '../analysts/chat/test-server.js';
import { temporaryFolder } from '../temporary-folder.fixture.js';
import { type CarryOutOptions, carryOut, type Outcome } from './carry-out.js';
import { readExperiment } from './experiment.js';
import { loadRun } from './load-run.js';
import { ONE_CASE } from './one-case.fixture.js';
import type { Progress } from './progress.js';
import type { ReplyLine } from './run-file.js';

/** What must be found nowhere. */
export const KEY = 'key-of-the-test-7f3a9c';

/** A sitting and what came of it. */
export interface Trial {
  readonly outcome: Outcome;
  readonly replies: readonly ReplyLine[];
  readonly requests: readonly SeenRequest[];
  readonly events: readonly Progress[];
  /** Everything that was written, in one string. */
  readonly written: string;
}

/** Carries an experiment out with one model on the report's case, once for each server, one after the other. */
export async function sittings(
  servers: readonly ((request: SeenRequest, index: number) => Behaviour)[],
  yaml: { readonly head?: string; readonly contestant?: string } = {},
  more: Partial<CarryOutOptions> | readonly Partial<CarryOutOptions>[] = {},
): Promise<Trial[]> {
  await using folder = await temporaryFolder();
  const file = path.join(folder.path, 'model.yaml');
  const contestant = yaml.contestant ?? '{analyst: openai:test-model}';
  await writeFile(
    file,
    `schema: 1\nname: model\ncases: [dispatch-37-report]\n${yaml.head ?? ''}\ncontestants: [${contestant}]\n`,
  );
  const experiment = await readExperiment(file);
  const trials: Trial[] = [];
  for (const [index, behave] of servers.entries()) {
    await using server = await startTestServer(behave);
    const events: Progress[] = [];
    const outcome = await carryOut(experiment, {
      datasets: ONE_CASE,
      runs: folder.path,
      environment: { OPENAI_API_KEY: KEY, OPENAI_BASE_URL: server.url },
      retry: { retries: 2, firstWaitMs: 1, longestWaitMs: 50 },
      onProgress: (event) => events.push(event),
      ...(Array.isArray(more) ? more[index] : more),
    });
    const { replies } = await loadRun(outcome.folder);
    const texts = await Promise.all(
      (await readdir(outcome.folder)).map((name) => readFile(path.join(outcome.folder, name), 'utf8')),
    );
    trials.push({ outcome, replies, requests: server.requests, events, written: texts.join('') });
  }
  return trials;
}

/** A single sitting. */
export async function sitting(
  behave: (request: SeenRequest, index: number) => Behaviour,
  yaml?: Parameters<typeof sittings>[1],
  more?: Partial<CarryOutOptions>,
): Promise<Trial> {
  const [trial] = await sittings([behave], yaml, more);
  return trial as Trial;
}

/** The reply to the first question, and how many requests it took. */
export async function firstReply(
  behave: (request: SeenRequest, index: number) => Behaviour,
  contestant = '{analyst: openai:test-model}',
): Promise<Trial & { line: ReplyLine }> {
  const trial = await sitting(behave, { head: 'stages: [relationship]', contestant });
  return { ...trial, line: trial.replies[0] as ReplyLine };
}
