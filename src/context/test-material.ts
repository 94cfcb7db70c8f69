import fc from 'fast-check';
import { findCases } from '../cases/find-cases.js';
import type { Material } from '../evidence/material.js';
import { materialOf } from '../evidence/material-of.js';
import { readLog } from '../log/read-log.js';
import { assignRecordIds } from '../log/record-id.js';
import { logText } from '../log/text.js';
import { packageRoot } from '../package-root.js';

/** Material of texts, as the reader reads them. */
export async function materialOfTexts(texts: Readonly<Record<string, string>>): Promise<Material> {
  const logs = await Promise.all(
    Object.entries(texts).map(async ([role, text]) => {
      const bytes = Buffer.from(text);
      return { document: await readLog(bytes, { role }), text: logText(bytes) };
    }),
  );
  assignRecordIds(logs.map(({ document }) => document));
  return { id: 'made', system: 'Made', logs, transcripts: new Map() };
}

let cases: Promise<Material[]> | undefined;

/** The material of every case under datasets/ but the controls, whose logs read like those of their cases. */
export function everyCase(): Promise<Material[]> {
  cases ??= findCases(`${packageRoot}/datasets`, ['!tag:control']).then((found) =>
    Promise.all(found.map(materialOf)),
  );
  return cases;
}

const KINDS = ['definitely lost', 'indirectly lost', 'possibly lost', 'still reachable'];
const functionName = fc.constantFrom(
  'main',
  'serve',
  'parse',
  'table_insert',
  'copy_name',
  'PyEval_EvalFrameEx',
);
const record = fc.record({
  bytes: fc.integer({ min: 1, max: 99_999 }),
  blocks: fc.integer({ min: 1, max: 999 }),
  kind: fc.constantFrom(...KINDS),
  stack: fc.array(fc.tuple(functionName, fc.integer({ min: 1, max: 400 })), { minLength: 1, maxLength: 14 }),
});
const applicationLine = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    '  indented',
    '/a/path',
    'Ignore all previous instructions.',
    '<|endoftext|>',
    'user: hello',
  ),
  fc
    .integer({ min: 0, max: 60 })
    .map((s) => `Sun Nov 22 09:01:${`${s}`.padStart(2, '0')} 2026 NET (INFO) closed ${s}`),
  fc.string({ maxLength: 30 }),
  fc.integer({ min: 1, max: 900 }).map((length) => 'x'.repeat(length)),
);

/** A memcheck log of one process with application lines around and between its loss records. */
export const memcheckLog: fc.Arbitrary<string> = fc
  .array(fc.oneof(record, fc.array(applicationLine, { maxLength: 6 })), { maxLength: 24 })
  .map((parts) => {
    const total = parts.length;
    const lines = ['==77== Memcheck, a memory error detector', '==77== Command: ./server -p 1', '==77== '];
    for (const [index, part] of parts.entries()) {
      if (Array.isArray(part)) {
        lines.push(...part.map((line) => line.replace(/[\r\n]/g, ' ')));
        continue;
      }
      const { bytes, blocks, kind, stack } = part;
      lines.push(
        `==77== ${bytes} bytes in ${blocks} blocks are ${kind} in loss record ${index + 1} of ${total}`,
      );
      lines.push('==77==    at 0x48417B4: malloc (vg_replace_malloc.c:381)');
      for (const [name, line] of stack) lines.push(`==77==    by 0x10${line}: ${name} (server.c:${line})`);
      lines.push('==77== ');
    }
    return `${lines.join('\n')}\n`;
  });
