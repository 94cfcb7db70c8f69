import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decompress } from './decompress.js';

const TEXT = '==7== 8 bytes in 1 blocks are definitely lost in loss record 1 of 2\n'.repeat(40);

/** `TEXT` as `zstd -19` writes it, with the content's size and a checksum. */
const ZSTD = Buffer.from(
  'KLUv/QRoBQIAAgQNEbBrDD/JYpOnaB9y8s8L+fIYQJzaYeTaUfdjO3xtHZfCZZsUra781GnLHGb7UxjN5MyRGQIAsnQEX5C9UDB550w=',
  'base64',
);

/** The text that comes out, and what was said to be wrong. */
async function read(
  bytes: Uint8Array,
  pieceLength = bytes.length,
): Promise<[text: string, damage: string[]]> {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += pieceLength) pieces.push(bytes.subarray(at, at + pieceLength));
  const out: Uint8Array[] = [];
  const damage: string[] = [];
  for await (const piece of decompress(pieces, (what) => damage.push(what))) out.push(Uint8Array.from(piece));
  return [Buffer.concat(out).toString(), damage];
}

describe.each([
  ['gzip', gzipSync(TEXT)],
  ['Zstandard', ZSTD],
])('%s', (_, bytes) => {
  test.each([1, 7, 100, 1_000_000])('in pieces of %i bytes', async (length) => {
    expect(await read(bytes, length)).toEqual([TEXT, []]);
  });

  test('of several parts', async () => {
    expect(await read(Buffer.concat([bytes, bytes]))).toEqual([TEXT + TEXT, []]);
  });

  test('cut short: what there is, and the damage', async () => {
    const [text, damage] = await read(Buffer.concat([bytes, bytes.subarray(0, -6)]));
    expect(text.startsWith(TEXT)).toBe(true);
    expect(damage).toHaveLength(1);
  });

  test('damaged', async () => {
    const damaged = Buffer.from(bytes);
    damaged.fill(0xff, 12, 30);
    const [, damage] = await read(damaged);
    expect(damage).toHaveLength(1);
  });
});

test('a Zstandard file may begin with a skippable frame', async () => {
  const skippable = Buffer.from([0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3]);
  expect(await read(Buffer.concat([skippable, ZSTD]))).toEqual([TEXT, []]);
});

test('an error of the source is not one of the data', async () => {
  async function* broken(): AsyncGenerator<Uint8Array> {
    yield gzipSync(TEXT).subarray(0, 20);
    throw new Error('the disk is gone');
  }
  await expect(async () => {
    for await (const _ of decompress(broken(), () => {}));
  }).rejects.toThrow('the disk is gone');
});

test('other bytes are passed on as they are', async () => {
  const other = fc
    .uint8Array({ maxLength: 50 })
    .filter(([first = 0]) => first !== 0x1f && first !== 0x28 && first >> 4 !== 5);
  await fc.assert(
    fc.asyncProperty(other, fc.integer({ min: 1, max: 9 }), async (bytes, length) => {
      const out: Uint8Array[] = [];
      for await (const piece of decompress([bytes.subarray(0, length), bytes.subarray(length)], () => {})) {
        out.push(Uint8Array.from(piece));
      }
      expect(Buffer.concat(out)).toEqual(Buffer.from(bytes));
    }),
  );
});
