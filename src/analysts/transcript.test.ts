import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Material } from '../evidence/material.js';
import { transcript } from './transcript.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'leaktrail-'));
});
afterEach(() => rm(folder, { recursive: true }));

function materialWith(transcripts: Record<string, string>): Material {
  return { id: 'kettle', system: null, logs: [], transcripts: new Map(Object.entries(transcripts)) };
}

test('gives back what was written down, to the byte', async () => {
  await writeFile(path.join(folder, 'leak.md'), '\r\n**YES: {351, 20}**\n');
  const session = await transcript('chat').open(materialWith({ chat: folder }));
  expect(await session.ask('leak')).toEqual({ text: '\r\n**YES: {351, 20}**\n' });
});

test('a case without the transcript is missing, and the message names those it has', async () => {
  const session = await transcript('chat').open(materialWith({ review: folder }));
  await expect(session.ask('leak')).rejects.toMatchObject({
    code: 'missing',
    message: 'case kettle has no transcript chat',
    hint: 'it has review',
  });
});

test('a transcript without the stage is missing, too', async () => {
  const session = await transcript('chat').open(materialWith({ chat: folder }));
  await expect(session.ask('root-cause')).rejects.toMatchObject({
    code: 'missing',
    message: 'transcript chat has no answer to the root-cause question',
  });
});
