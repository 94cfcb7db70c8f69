import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { packageRoot } from '../package-root.js';
import type { LeakKind, LogDocument } from './document.js';
import { readLogs } from './read-log.js';

/** Logs of one program in every form; `npm run fixtures:check` names a folder of fresh ones. */
const folder = process.env.THREE_FORMS ?? path.join(packageRoot, 'src/log/fixtures/three-forms');

const FORMS: { readonly [form: string]: readonly string[] } = {
  'memcheck text': ['memcheck.log'],
  'memcheck XML': ['memcheck-parent.xml', 'memcheck-child.xml'],
  LeakSanitizer: ['leak-sanitizer.log'],
  AddressSanitizer: ['address-sanitizer.log'],
};

interface Loss {
  readonly blocks: number;
  /** Without what a block holds indirectly, which only Memcheck adds to it. */
  readonly bytes: number;
  readonly kinds: { readonly [kind in LeakKind]?: number };
}

/** What three-forms.c loses, as its text has it. What a C library allocates for itself is left out of the comparison. */
const LOST: { readonly [signature: string]: Loss } = {
  'receive_message < serve < main': { blocks: 5, bytes: 150, kinds: { 'definitely-lost': 5 } },
  'open_session < main': { blocks: 3, bytes: 144, kinds: { 'definitely-lost': 3 } },
  'strdup < open_session < main': { blocks: 3, bytes: 30, kinds: { 'indirectly-lost': 3 } },
  'append < fill_queue < main': {
    blocks: 4,
    bytes: 64,
    kinds: { 'definitely-lost': 1, 'indirectly-lost': 3 },
  },
};

/** Sanitizers count a pointer into a block as one to the block, and do not report what can be reached. */
const SEEN_BY_MEMCHECK_ALONE: { readonly [signature: string]: Loss } = {
  'fill_buffer < main': { blocks: 1, bytes: 256, kinds: { 'possibly-lost': 1 } },
  'load_config < main': { blocks: 1, bytes: 16, kinds: { 'still-reachable': 1 } },
  'strdup < load_config < main': { blocks: 1, bytes: 22, kinds: { 'still-reachable': 1 } },
};

const documents = Object.fromEntries(
  await Promise.all(
    Object.entries(FORMS).map(async ([form, files]) => {
      const logs = files.map((file) => ({ source: path.join(folder, file) }));
      return [form, await readLogs(logs)] as const;
    }),
  ),
);

function lossesOf(logs: readonly LogDocument[]): { [signature: string]: Loss } {
  const groups = logs.flatMap((log) => log.groups).filter(({ signature }) => signature.endsWith('main'));
  return Object.fromEntries(
    groups.map(({ signature, blocks, directBytes, kinds }) => [
      signature,
      { blocks, bytes: directBytes, kinds },
    ]),
  );
}

describe.each(Object.keys(FORMS))('%s', (form) => {
  const logs = documents[form] as LogDocument[];

  test('has the same groups as every other form', () => {
    const lost = form.startsWith('memcheck') ? { ...LOST, ...SEEN_BY_MEMCHECK_ALONE } : LOST;
    expect(lossesOf(logs)).toEqual(lost);
  });

  test('has two processes with a leak check each, and nothing to flag', () => {
    const processes = logs.flatMap((log) => log.processes);
    expect(new Set(processes.map(({ pid }) => pid)).size).toBe(2);
    expect(processes.map(({ checks }) => checks.length)).toEqual([1, 1]);
    expect(logs.flatMap((log) => log.problems)).toEqual([]);
    expect(logs.some((log) => log.truncated)).toBe(false);
  });

  test('has ids that are unique', () => {
    const ids = logs.flatMap((log) => log.records.map(({ id }) => id));
    expect(new Set(ids).size).toBe(ids.length);
  });
});

test("the program's own lines are events wherever they stand with the report", () => {
  for (const form of ['memcheck text', 'LeakSanitizer', 'AddressSanitizer']) {
    const templates = documents[form]?.flatMap((log) => log.templates) ?? [];
    expect(templates.map(({ count, template }) => `${count} ${template}`).sort()).toEqual([
      '1 parent: queue of 4 entries',
      '3 parent: opened session-<*>',
      '5 child: received <*> bytes',
    ]);
  }
});

test('the records of text and XML are the same, one by one', () => {
  const records = (form: string) =>
    documents[form]
      ?.flatMap((log) => log.records)
      .map(({ number, kind, bytes, blocks, directBytes, indirectBytes, frames }) => ({
        number,
        kind,
        bytes,
        blocks,
        directBytes,
        indirectBytes,
        functions: frames.map((frame) => `${frame.function} ${frame.file}:${frame.line} ${frame.object}`),
      }))
      .sort((a, b) => a.number - b.number || b.bytes - a.bytes);
  expect(records('memcheck XML')).toEqual(records('memcheck text'));
});
