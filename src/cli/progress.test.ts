import { expect, test } from 'vitest';
import type { Progress } from '../runs/progress.js';
import type { ReplyLine } from '../runs/run-file.js';
import { showProgress } from './progress.js';

const BEGIN: Progress = {
  kind: 'begin',
  folder: 'results/runs/a',
  contestants: [
    { id: 'openai:a', questions: 10 },
    { id: 'rules', questions: 10 },
  ],
  questions: 20,
  concurrency: 8,
};

function answered(more: Partial<ReplyLine> = {}, right = true, stored = false): Progress {
  const line: ReplyLine = {
    case: 'a',
    contestant: 'openai:a',
    stage: 'leak',
    repeat: 1,
    chunk: 0,
    text: 'NO:<>',
    error: null,
    usage: { inputTokens: 1000, outputTokens: 200 },
    latencyMs: 1000,
    attempts: 1,
    cost: 0.05,
    ...more,
  };
  return { kind: 'answered', line, stored, right };
}

/** A stream that keeps what it is given, and time that passes only when it is told to. */
function display(isTTY: boolean, quiet = false) {
  let text = '';
  let time = 0;
  const stream = {
    isTTY,
    columns: 200,
    write(part: string) {
      text += part;
      return true;
    },
  };
  const { show, note, end } = showProgress(stream, quiet, () => time);
  return {
    note,
    end,
    /** Shows an event a minute after the last one; gives back what was written for it. */
    after(event: Progress): string {
      time += 60_000;
      text = '';
      show(event);
      return text;
    },
    written: () => text,
  };
}

test('a terminal shows each contestant and the sum, drawn again over the old lines', () => {
  const { after } = display(true);
  expect(after(BEGIN)).toBe(
    ['openai:a  0 of 10 · 0 right', 'rules     0 of 10 · 0 right', '0 of 20 · 0 right'].join('\n'),
  );
  expect(after(answered())).toBe(
    '\r\x1b[2A\x1b[J' +
      [
        'openai:a  1 of 10 · 1 right · 1,200 tokens · $0.0500',
        'rules     0 of 10 · 0 right',
        '1 of 20 · 1 right · 1,200 tokens · $0.0500',
      ].join('\n'),
  );
});

test('errors, unknown prices, the limit, batches and the time that is left are told', () => {
  const { after } = display(true);
  after(BEGIN);
  after(answered({ text: null, error: { kind: 'timeout', message: 'x' }, cost: null }, false));
  after(answered({ cost: null }));
  after({ kind: 'limit', contestant: 'openai:a', concurrency: 4 });
  const rows = after(answered({ cost: null })).split('\n');
  expect(rows[0]).toContain('3 of 10 · 2 right · 1 in error · 3,600 tokens · cost unknown · 4 at a time');
  // Three answers in three minutes and a second; seventeen are left.
  expect(rows[2]).toMatch(/ · 17 min left$/);
  const batch = {
    kind: 'batch',
    contestant: 'openai:a',
    batch: 'batch_1',
    status: 'in_progress',
    done: 3,
    failed: 0,
    total: 9,
    pollMs: 60_000,
  } as const;
  const told = after(batch);
  expect(told).toContain('openai:a: batch batch_1 in_progress, 3 of 9 done; looked at every 60 s\n');
  expect(told).toContain('batch in_progress 3/9');
  expect(after(batch)).not.toContain('looked at');
});

test('piped, there is a line now and then, and no control character', () => {
  const { after } = display(false);
  expect(after(BEGIN)).toBe('0 of 20 · 0 right\n');
  expect(after(answered())).toBe('1 of 20 · 1 right · 1,200 tokens · $0.0500\n');
  const retry = { kind: 'retry', contestant: 'openai:a', reason: 'busy\x1b[2J', waitMs: 1500 } as const;
  expect(after(retry).split('\n')[0]).toBe('openai:a: busy␛[2J; again in 2 s');
});

test('quick runs that are piped show nothing', () => {
  const parts: unknown[] = [];
  const stream = { isTTY: false, columns: 80, write: (part: unknown) => parts.push(part) > 0 };
  const { show, end } = showProgress(stream, false, () => 0);
  show(BEGIN);
  for (let index = 0; index < 20; index++) show(answered());
  end();
  expect(parts).toEqual([]);
});

test('quiet shows nothing but what has to be said', () => {
  const { after, note, written, end } = display(true, true);
  expect(after(BEGIN)).toBe('');
  expect(after({ kind: 'stopped', contestant: 'openai:a', reason: 'no key' })).toBe('');
  note('Stopping');
  end();
  expect(written()).toBe('Stopping\n');
});
