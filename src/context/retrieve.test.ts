import { expect, test } from 'vitest';
import { chunkMaterial } from './chunk.js';
import { materialOfTexts } from './test-material.js';

const LEAK = `==7== Memcheck, a memory error detector
==7== 64 bytes in 2 blocks are definitely lost in loss record 1 of 2
==7==    at 0x1: malloc (vg_replace_malloc.c:381)
==7==    by 0x2: table_insert (table.c:42)
==7== 
==7== 32 bytes in 1 blocks are definitely lost in loss record 2 of 2
==7==    at 0x1: malloc (vg_replace_malloc.c:381)
==7==    by 0x4: copy_name (name.c:8)
==7== 
`;

test('one huge line does not keep what was found after it out', async () => {
  const dump = `lost leak memory freed ${'0123456789abcdef '.repeat(5000)}`;
  const material = await materialOfTexts({ A: `${LEAK}${dump}\nheartbeat\n` });
  const [chunk] = await chunkMaterial(material, { strategy: 'retrieve', budget: 1000, stage: 'leak' });
  expect(chunk?.records).toEqual(['1', '2']);
  expect(chunk?.text).toContain('heartbeat');
  expect(chunk?.text).not.toContain('0123456789abcdef');
});
