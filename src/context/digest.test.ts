import { expect, test } from 'vitest';
import { chunkMaterial } from './chunk.js';
import { fillTemplate } from './digest-timeline.js';
import { stackTree } from './stack-tree.js';
import { materialOfTexts } from './test-material.js';

const LOG = `==7== Memcheck, a memory error detector
==7== Command: ./server -p 1
Sun Nov 22 09:01:31 2026 NET (INFO) Listening on port 80
Sun Nov 22 09:01:33 2026 NET (INFO) Connection 1 closed
Sun Nov 22 09:01:35 2026 NET (INFO) Connection 2 closed
==7== 64 bytes in 2 blocks are definitely lost in loss record 1 of 3
==7==    at 0x1: malloc (vg_replace_malloc.c:381)
==7==    by 0x2: strdup (strdup.c:42)
==7==    by 0x3: log_line (log.c:10)
==7==    by 0x4: main (main.c:3)
==7== 
==7== 32 bytes in 1 blocks are definitely lost in loss record 2 of 3
==7==    at 0x1: malloc (vg_replace_malloc.c:381)
==7==    by 0x2: strdup (strdup.c:42)
==7==    by 0x3: log_line (log.c:10)
==7==    by 0x4: serve (serve.c:8)
==7== 
==7== 96 bytes in 3 blocks are possibly lost in loss record 3 of 3
==7==    at 0x1: malloc (vg_replace_malloc.c:381)
==7==    by 0x2: strdup (strdup.c:42)
==7==    by 0x3: log_line (log.c:10)
==7==    by 0x4: serve (serve.c:8)
==7== 
`;

test('a digest tells each stack, each kind of event and each process once', async () => {
  const [chunk] = await chunkMaterial(await materialOfTexts({ A: LOG }), {
    strategy: 'digest',
    budget: 4000,
  });
  expect(chunk?.text).toMatchInlineSnapshot(`
    "# Made, log A: 23 lines
    # the log breaks off within a report
    # process 7, memcheck: ./server -p 1
    # loss records by stack: allocation first, "<" is "called by", an indented line goes on from above;
    # then record ids by kind (D definitely, I indirectly, P possibly lost, R still reachable); blocks/bytes
    strdup (strdup.c:42) < log_line (log.c:10)
     main (main.c:3): D 1; 2/64
     serve (serve.c:8): D 2 P 3; 4/128
    # events, each kind once, in seconds since Sun Nov 22 09:01:31 2026; xN: N times; <value> varies
    +0s NET INFO Listening on port 80
    +2..4s x2 NET INFO Connection <1> closed
    "
  `);
  expect(chunk?.stacks).toEqual(['1', '2', '3']);
});

test('where only the ids fit, they are all that is told of the records', async () => {
  const material = await materialOfTexts({ A: LOG });
  const refusal = await chunkMaterial(material, { strategy: 'digest', budget: 1 }).catch((error) => error);
  const least = Number(/\d+/.exec(refusal.hint)?.[0]);
  const [chunk] = await chunkMaterial(material, { strategy: 'digest', budget: least });
  expect(chunk?.text).toMatch(/^(?:strdup: )?D 1-2 P 3; 6\/192$/m);
  expect(chunk?.stacks).toEqual([]);
});

test('a tree writes shared calls once', () => {
  const leaf = (path: string, text: string) => ({ path: path.split(' '), text, source: 1 });
  const lines = stackTree([leaf('a b c', '1'), leaf('d', '2'), leaf('a b', '3'), leaf('a b c x', '4')]);
  expect(lines.map((line) => line.text)).toEqual(['a < b: 3', ' c: 1', '  x: 4', 'd: 2']);
});

test.each([
  ['Connection <*> closed', 'Connection 41 closed', 'Connection <41> closed'],
  ['<*> to <*>', 'a to b', '<a> to <b>'],
  ['link <*>', 'link ', 'link <>'],
  ['Connection <*> closed', 'something else', 'Connection <*> closed'],
  ['<*><*> end', 'ab end', '<><ab> end'],
])('%s', (template, message, filled) => {
  expect(fillTemplate(template, message)).toBe(filled);
});
