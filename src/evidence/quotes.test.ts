import { readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { loadCase } from '../cases/load-case.js';
import { packageRoot } from '../package-root.js';
import type { Material } from './material.js';
import { materialOf } from './material-of.js';
import { quoteChecker } from './quotes.js';

const folder = path.join(packageRoot, 'datasets/dispatch-37-report');
let material: Material;
beforeAll(async () => {
  material = await materialOf(await loadCase(folder));
});

const check = (reply: string) => quoteChecker(material.logs)(reply);

describe("the report's recorded answers", () => {
  test.each([
    ['relationship', 4],
    ['leak', 11],
    ['root-cause', 17],
  ])('%s quotes the log %i times, and truly', (stage, lines) => {
    const reply = readFileSync(path.join(folder, 'transcripts/report', `${stage}.md`), 'utf8');
    expect(check(reply)).toEqual({ quoted: lines, found: lines });
  });
});

describe('a quotation', () => {
  test('may lose addresses, spacing, the prefix and its end', () => {
    const forgiven = [
      '> `by 0x1234: qd_hash_internal_insert`',
      '- 8 bytes in 1 blocks  are possibly lost in loss record 20 of 2,684',
      'Thu Mar 27 12:34:06 dispatch.router (INFO) Neighbor...',
    ];
    expect(check(forgiven.join('\n'))).toEqual({ quoted: 3, found: 3 });
  });

  test('that no log holds is not found', () => {
    const invented = [
      '==2761== 8 bytes in 1 blocks are definitely lost in loss record 20 of 2,684',
      '==2761==    by 0x4C26100: qd_hash_remove',
      'Thu Mar 27 12:34:07 dispatch.router (INFO) Neighbor lost: QDR.02',
    ];
    expect(check(invented.join('\n'))).toEqual({ quoted: 3, found: 0 });
  });

  test('is no prose, code or answer', () => {
    expect(check('Record 20 lost 8 bytes in 1 blocks.\n  free(ref);\nYES:<20,351>\n==2761==')).toEqual({
      quoted: 0,
      found: 0,
    });
  });
});
