import { expect, test } from 'vitest';
import { byImportance } from './importance.js';
import { materialOfTexts } from './test-material.js';

const record = (number: number, what: string, ...calls: string[]) =>
  [
    `==7== ${what} lost in loss record ${number} of 9`,
    '==7==    at 0x1: malloc (vg_replace_malloc.c:381)',
    ...calls.map((call) => `==7==    by 0x2: ${call}`),
    '==7== ',
  ].join('\n');

async function order(...records: string[]): Promise<string[]> {
  const log = `==7== Memcheck, a memory error detector\n==7== Command: ./a\n${records.join('\n')}\n`;
  const material = await materialOfTexts({ A: log });
  const { groups } = (material.logs[0] as (typeof material.logs)[0]).document;
  return byImportance(groups).map((group) => group.records.join(' '));
}

test("the program's own allocations come before a runtime's, known by its neighbours in the file", async () => {
  const runtime = record(
    1,
    '900 bytes in 90 blocks are definitely',
    'fast_function (ceval.c:5)',
    'PyEval_EvalFrameEx (ceval.c:9)',
  );
  const own = record(2, '8 bytes in 1 blocks are possibly', 'add_entry (table.c:7)', 'main (main.c:3)');
  expect(await order(runtime, own)).toEqual(['2', '1']);
});

test('what the C library copies for the program is the program’s', async () => {
  const runtime = record(
    1,
    '8 bytes in 1 blocks are definitely',
    'PyDict_New (dictobject.c:5)',
    'main (main.c:3)',
  );
  const copied = record(
    2,
    '8 bytes in 1 blocks are definitely',
    'strdup (strdup.c:42)',
    'add_name (table.c:7)',
  );
  expect(await order(runtime, copied)).toEqual(['2', '1']);
});

test('surer kinds come first, then what was lost more often, then more bytes', async () => {
  const kind = (number: number, what: string) => record(number, what, `f${number} (a.c:1)`);
  expect(
    await order(
      kind(1, '9 bytes in 9 blocks are possibly'),
      kind(2, '9 bytes in 1 blocks are definitely'),
      kind(3, '5 bytes in 5 blocks are definitely'),
      kind(4, '8 bytes in 5 blocks are definitely'),
    ),
  ).toEqual(['4', '3', '2', '1']);
});
