import { createGunzip } from 'node:zlib';

type Pieces = Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

/** Called with what is wrong where compressed data are damaged or cut short; everything before is passed on. */
export type OnDamage = (what: string) => void;

/** Compressed data are passed on to the decompressor in pieces of this size, so that it makes no huge ones of them. */
const SLICE = 1 << 14;
const LONGEST_MAGIC = 4;

/**
 * Passes the pieces of a log on, decompressed where its first bytes are those of a gzip file (RFC 1952, also of
 * several members) or of a Zstandard file (RFC 8878, also of several frames). Bytes of any other log are passed on as
 * they are. A piece that was handed in may be overwritten when the next is asked for.
 */
export async function* decompress(pieces: Pieces, onDamage: OnDamage): AsyncGenerator<Uint8Array> {
  const iterator = toAsync(pieces);
  let head: Uint8Array = new Uint8Array(0);
  while (head.length < LONGEST_MAGIC) {
    const { value, done } = await iterator.next();
    if (done) break;
    head = head.length === 0 ? value : Buffer.concat([head, value]);
  }
  const all = chain(head, iterator);
  if (isGzip(head)) yield* gunzip(all, onDamage);
  else if (isZstd(head)) yield* unzstd(all, onDamage);
  else yield* all;
}

function isGzip(head: Uint8Array): boolean {
  return head[0] === 0x1f && head[1] === 0x8b && head[2] === 8;
}

/** A frame, or a skippable frame, which may come first. */
function isZstd(head: Uint8Array): boolean {
  const [first = 0, second, third, fourth] = head;
  if (first === 0x28) return second === 0xb5 && third === 0x2f && fourth === 0xfd;
  return first >> 4 === 5 && second === 0x2a && third === 0x4d && fourth === 0x18;
}

/** Every piece is decompressed before the next is asked for, so that nothing read before an error is lost. */
async function* gunzip(pieces: AsyncIterable<Uint8Array>, onDamage: OnDamage): AsyncGenerator<Uint8Array> {
  const stream = createGunzip();
  const output: Uint8Array[] = [];
  let failure: Error | null = null;
  stream.on('data', (piece: Uint8Array) => output.push(piece));
  stream.on('error', (error) => {
    failure = error;
  });
  const closed = new Promise<void>((resolve) => stream.on('close', resolve));
  try {
    for await (const piece of slices(pieces)) {
      const taken = new Promise<void>((resolve) => stream.write(piece, () => setImmediate(resolve)));
      await Promise.race([taken, closed]);
      yield* output.splice(0);
      if (failure !== null) break;
    }
    if (failure === null) {
      stream.end();
      await closed;
      yield* output.splice(0);
    }
  } finally {
    stream.destroy();
  }
  if (failure !== null) onDamage(`gzip data that cannot be read on: ${(failure as Error).message}`);
}

async function* unzstd(pieces: AsyncIterable<Uint8Array>, onDamage: OnDamage): AsyncGenerator<Uint8Array> {
  const { Decompress } = await import('fzstd');
  const output: Uint8Array[] = [];
  const stream = new Decompress((piece) => output.push(piece));
  try {
    for await (const piece of slices(pieces)) {
      stream.push(piece);
      yield* output.splice(0);
    }
    stream.push(new Uint8Array(0), true);
  } catch (error) {
    if (!isZstdError(error)) throw error;
    yield* output.splice(0);
    onDamage(`Zstandard data that cannot be read on: ${error.message}`);
  }
}

/** Errors of the decompressor carry a number; those of reading the file do not. */
function isZstdError(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && typeof error.code === 'number';
}

/** Small copies of the pieces: a decompressor keeps what it was given. */
async function* slices(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces) {
    for (let at = 0; at < piece.length; at += SLICE) yield Uint8Array.from(piece.subarray(at, at + SLICE));
  }
}

async function* chain(head: Uint8Array, rest: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  if (head.length > 0) yield head;
  yield* rest;
}

async function* toAsync(pieces: Pieces): AsyncGenerator<Uint8Array> {
  yield* pieces;
}
