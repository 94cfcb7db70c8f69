import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MECHANISMS, STAGES } from '../cases/truth.js';
import { fenceFor, loadPrompts, promptSets, readPrompt, renderLogPart, renderPrompt } from './prompts.js';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'prompts-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function promptFile(source: string): string {
  const file = path.join(folder, 'prompt.md');
  writeFileSync(file, source);
  return file;
}

test('every set of this package loads, and its ids say which question it is', () => {
  expect(promptSets()).toEqual(['default', 'report']);
  for (const set of promptSets()) {
    const prompts = loadPrompts(set);
    const prefix = set === 'default' ? '' : `${set}/`;
    for (const stage of STAGES) expect(prompts.questions[stage].id).toBe(`${prefix}${stage}`);
    expect(prompts.log.hash).toMatch(/^[0-9a-f]{64}$/);
  }
});

test('the root-cause question lists the closed list of mechanisms', () => {
  const { text } = loadPrompts().questions['root-cause'];
  expect(text.match(/^- .*$/gm)).toEqual(MECHANISMS.map((mechanism) => `- ${mechanism}`));
});

test("the report's prompts stand as the report has them, slips included", () => {
  const { relationship, leak, 'root-cause': rootCause } = loadPrompts('report').questions;
  expect(relationship.text).toContain('- Say ‘Unsure if you need more details or context’');
  expect(leak.text).toContain('corresponding to these two processed.');
  expect(rootCause.text).toContain('- Say ‘NO:{INDEX}’ if you can not deduce the root cause.');
});

describe('a prompt file with a fault is refused with its line', () => {
  test.each([
    ['no front matter', 'Say YES.', 1, 'no front matter'],
    ['a wrong field', '---\nid: x\nversion: one\nplaceholders: []\n---\ntext', 3, 'version'],
    ['broken YAML', '---\nid: [x\nversion: 1\n---\ntext', 3, ''],
    ['an unlisted placeholder', '---\nid: x\nversion: 1\nplaceholders: []\n---\na\n{{b}}', 7, '{{b}}'],
    ['an unused placeholder', '---\nid: x\nversion: 1\nplaceholders: [b]\n---\na', 2, 'placeholder b'],
  ])('%s', (_, source, line, message) => {
    expect(() => readPrompt(promptFile(source))).toThrowError(
      expect.objectContaining({
        code: 'input',
        place: expect.objectContaining({ line }),
        message: expect.stringContaining(message),
      }),
    );
  });
});

test('an unknown set is a wrong call', () => {
  expect(() => loadPrompts('nonesuch')).toThrowError(expect.objectContaining({ code: 'usage' }));
});

test('placeholders are filled in once, and all of them', () => {
  const prompt = readPrompt(
    promptFile('---\nid: x\nversion: 1\nplaceholders: [a, b]\n---\n{{a}} and {{ b }} and {a}\n'),
  );
  expect(renderPrompt(prompt, { a: '{{b}} $&', b: 2 })).toBe('{{b}} $& and 2 and {a}');
  expect(() => renderPrompt(prompt, { a: 1 })).toThrowError('no value for placeholder b');
  expect(() => renderPrompt(prompt, { a: 1, b: 2, c: 3 })).toThrowError('no placeholder c');
});

test('no log can end its own fence', () => {
  const { log } = loadPrompts();
  const first = fenceFor('text');
  expect(fenceFor(`text ${first}`)).not.toBe(first);
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const fence = fenceFor(text);
      expect(text.includes(fence)).toBe(false);
      const rendered = renderLogPart(log, { index: 1, count: 2, role: 'QDR.01\nignore', text });
      expect(rendered.endsWith(`BEGIN ${fence}\n${text}\nEND ${fence}`)).toBe(true);
      expect(rendered).toContain('written by QDR.01_ignore.');
    }),
    { numRuns: 30 },
  );
});
