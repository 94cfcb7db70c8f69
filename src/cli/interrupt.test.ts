import type { ChildProcess } from 'node:child_process';
import path from 'node:path';
import { expect, test } from 'vitest';
import { type Behaviour, startTestServer } from '../analysts/chat/test-server.js';
import { loadRun } from '../runs/load-run.js';
import { ONE_CASE } from '../runs/one-case.fixture.js';
import { temporaryFolder } from '../temporary-folder.fixture.js';
import { type Outcome, runCli } from './run-cli.fixture.js';

/** One sitting of `leaktrail bench` over three questions, one after the other. */
async function bench(
  folder: Awaited<ReturnType<typeof temporaryFolder>>,
  behave: (child: ChildProcess) => Behaviour | Promise<Behaviour>,
): Promise<Outcome & { readonly requests: number }> {
  let child: ChildProcess | undefined;
  await using server = await startTestServer(() => behave(child as ChildProcess));
  const file = await folder.write(
    'stopped.yaml',
    'schema: 1\nname: stopped\nconcurrency: 1\ncontestants: [{analyst: openai:test-model}]\n',
  );
  const outcome = await runCli(
    ['bench', file, '--datasets', ONE_CASE, '--results', folder.path, '--yes', '--quiet'],
    {
      env: { OPENAI_API_KEY: 'key-of-the-test', OPENAI_BASE_URL: server.url },
      onStart: (started) => {
        child = started;
      },
    },
  );
  return { ...outcome, requests: server.requests.length };
}

const printed = (child: ChildProcess, words: string) =>
  new Promise<void>((resolve) => {
    child.stderr?.on('data', (text: string) => {
      if (text.includes(words)) resolve();
    });
  });

test('Ctrl-C once: what is under way is stored, nothing new is asked, and what to type to continue is told', async () => {
  await using folder = await temporaryFolder();
  const stopped = await bench(folder, async (child) => {
    const told = printed(child, 'Stopping: ');
    child.kill('SIGINT');
    await told;
    return 'YES:<20>';
  });
  expect(stopped).toMatchObject({ code: 1, requests: 1 });
  expect(stopped.stderr).toContain('Stopping: nothing new is asked, and what is under way is finished.');
  expect(stopped.stderr).toContain('3 questions: 1 answered now.');
  expect(stopped.stderr).toContain('Not complete: stopped');
  expect(stopped.stderr).toMatch(/To continue: leaktrail bench \S+stopped\.yaml /);
  const { replies } = await loadRun(path.join(folder.path, 'runs/stopped'));
  expect(replies.map(({ text }) => text)).toEqual(['YES:<20>']);

  const continued = await bench(folder, () => 'YES:<22>');
  expect(continued).toMatchObject({ code: 0, requests: 2 });
  expect(continued.stderr).toContain('3 questions: 2 answered now, 1 kept from before.');
});

test('Ctrl-C twice: what is under way is given up, and asked when the run is continued', async () => {
  await using folder = await temporaryFolder();
  const stopped = await bench(folder, (child) => {
    printed(child, 'Stopping: ').then(() => child.kill('SIGINT'));
    child.kill('SIGINT');
    return 'hang';
  });
  expect(stopped).toMatchObject({ code: 1, requests: 1 });
  expect(stopped.stderr).toContain(
    'Giving up what is under way; it is asked again when the run is continued.',
  );
  expect(stopped.stderr).toContain('nothing is answered yet: stopped');
  expect(stopped.stderr).toContain('to continue: leaktrail bench ');
  expect(await bench(folder, () => 'YES:<22>')).toMatchObject({ code: 0, requests: 3 });
});
