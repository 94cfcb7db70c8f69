import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { MECHANISMS, STAGES, VERDICTS } from '../src/cases/truth.js';
import { packageRoot } from '../src/package-root.js';
import { parseAnswer } from '../src/stages/parse-answer.js';

const pairs = z.array(z.tuple([z.string(), z.string()]));

/** A reply and the reading that a careful person gives it. What an entry leaves out is not compared. */
const entrySchema = z.strictObject({
  name: z.string(),
  stage: z.enum(STAGES).optional(),
  text: z.string(),
  verdict: z.enum(VERDICTS).nullable(),
  records: z.array(z.string()).default([]),
  processes: pairs.optional(),
  calls: pairs.optional(),
  functions: z.array(z.string()).optional(),
  mechanism: z.enum(MECHANISMS).nullable().optional(),
  form: z.enum(['canonical', 'lenient', 'unparseable']).optional(),
  contradictory: z.boolean().optional(),
  /** The record ids of the log, where the reading depends on them. */
  known: z.array(z.string()).optional(),
  /** Why it reads so, where that is not plain. */
  note: z.string().optional(),
});
const fileSchema = z.strictObject({ stage: z.enum(STAGES), replies: z.array(entrySchema) });

const folder = path.join(packageRoot, 'eval/answers');
const files = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
const corpus = files.map((name) => ({
  name,
  ...fileSchema.parse(parse(readFileSync(path.join(folder, name), 'utf8'))),
}));

test('the corpus holds at least 300 replies, each of them once', () => {
  const replies = corpus.flatMap(({ stage, replies }) =>
    replies.map((entry) => `${entry.stage ?? stage}\n${entry.known?.join()}\n${entry.text}`),
  );
  expect(replies.length).toBeGreaterThanOrEqual(300);
  expect(new Set(replies).size).toBe(replies.length);
});

describe.each(corpus)('$name', ({ stage: usual, replies }) => {
  test.each(replies)('$name', ({ name: _, note: __, text, stage = usual, known, ...reading }) => {
    const isKnown = known === undefined ? undefined : (id: string) => known.includes(id);
    expect(parseAnswer(text, stage, isKnown === undefined ? {} : { isKnown })).toMatchObject(reading);
  });
});
