import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import type { ChatRequest } from '../src/analysts/chat/request.js';
import { temporaryFolder } from '../src/temporary-folder.fixture.js';
import { askJudge } from './ask-judge.js';
import { answerKey, cause, storedRun } from './run.fixture.js';
import { scoreRun } from './score-run.js';

const run = scoreRun(
  storedRun({
    keys: ['a', 'b', 'c'].map((id) =>
      answerKey({ case: id, leak: { records: ['1'] }, rootCause: { causes: [cause({ records: ['1'] })] } }),
    ),
    contestants: ['model'],
    reply: ({ key }) => `It leaks in ${key.case} with sk-secret.\nYES:<1>`,
  }),
);

/** A judge that answers each request in turn and notes what it was asked. */
function judgeOf(answers: readonly (string | Error)[]) {
  const asked: ChatRequest[] = [];
  const open = async () => ({
    name: 'test:judge',
    redact: (text: string) => text.replaceAll('sk-secret', '[key]'),
    send: async (request: ChatRequest) => {
      const answer = answers[asked.push(request) - 1];
      if (answer === undefined || answer instanceof Error) throw answer;
      return { text: answer, latencyMs: 1, attempts: 1 };
    },
  });
  return { asked, open };
}

test('each root cause is judged once, whatever stops the judge', async () => {
  await using folder = await temporaryFolder();
  const first = judgeOf(['GRADE: SAME', new Error('overloaded')]);
  await expect(askJudge(run, folder.path, 'test:judge', first.open, 1)).rejects.toThrow('overloaded');
  expect(first.asked).toHaveLength(2);

  const second = judgeOf(['GRADE: PARTLY', 'I cannot tell.']);
  const { judgements, asked, kept } = await askJudge(run, folder.path, 'test:judge', second.open, 1);
  expect({ asked, kept }).toEqual({ asked: 2, kept: 1 });
  expect(judgements.map(({ case: id, grade }) => [id, grade])).toEqual([
    ['a', 'SAME'],
    ['b', 'PARTLY'],
    ['c', null],
  ]);

  const third = judgeOf([]);
  expect(await askJudge(run, folder.path, 'test:judge', third.open, 1)).toMatchObject({
    asked: 0,
    kept: 3,
    judgements,
  });
  expect(third.asked).toEqual([]);
});

test('another judge has judgements of its own, and no key is sent or stored', async () => {
  await using folder = await temporaryFolder();
  const one = judgeOf(Array(3).fill('GRADE: SAME'));
  await askJudge(run, folder.path, 'test:judge', one.open, 2);
  const other = judgeOf(Array(3).fill('GRADE: DIFFERENT, for sk-secret\nGRADE: DIFFERENT'));
  const { file, judgements } = await askJudge(run, folder.path, 'other:judge', other.open, 2);
  expect(judgements.filter(({ judge }) => judge === 'other:judge').map(({ grade }) => grade)).toEqual(
    Array(3).fill('DIFFERENT'),
  );
  expect(JSON.stringify(one.asked)).not.toContain('sk-secret');
  expect(await readFile(file, 'utf8')).not.toContain('sk-secret');
});
