import { closeSync, openSync, readSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { type LogText, logText } from './text.js';

const NEWLINE = 10;
const PIECE = 1 << 20;
/** Every so many lines the place of one is noted; between two of them, a block, the file is read again. */
const STRIDE = 1 << 6;
/** Blocks that are held: what cites lines goes through a log several times, mostly in its order. */
const MOST_HELD = 256;

/**
 * The lines of a log that stays in its file: memory holds the places of a few lines and the blocks read last. For logs
 * that are too large to hold, whose file does not change meanwhile; rejects where it cannot be read.
 */
export async function fileText(file: string): Promise<LogText> {
  const handle = await open(file);
  try {
    return textOf(file, await indexOf(handle));
  } finally {
    await handle.close();
  }
}

interface Index {
  /** Where lines 1, 1 + STRIDE, 1 + 2 * STRIDE ... begin, in bytes. */
  readonly places: readonly number[];
  readonly lineCount: number;
  readonly byteCount: number;
}

async function indexOf(handle: FileHandle): Promise<Index> {
  const piece = Buffer.allocUnsafeSlow(PIECE);
  const places = [0];
  let lines = 0;
  let byteCount = 0;
  let lastByte = NEWLINE;
  for (;;) {
    const { bytesRead } = await handle.read(piece, 0, PIECE, byteCount);
    if (bytesRead === 0) break;
    const bytes = piece.subarray(0, bytesRead);
    for (let at = bytes.indexOf(NEWLINE); at !== -1; at = bytes.indexOf(NEWLINE, at + 1)) {
      lines++;
      if (lines % STRIDE === 0) places.push(byteCount + at + 1);
    }
    lastByte = bytes[bytesRead - 1] as number;
    byteCount += bytesRead;
  }
  return { places, lineCount: lastByte === NEWLINE ? lines : lines + 1, byteCount };
}

function textOf(file: string, { places, lineCount, byteCount }: Index): LogText {
  const held = new Map<number, LogText>();
  const blockOf = (index: number): LogText => {
    let block = held.get(index);
    if (block === undefined) {
      block = logText(readBytes(file, places[index] as number, places[index + 1] ?? byteCount));
      const [oldest] = held.size < MOST_HELD ? [] : held.keys();
      if (oldest !== undefined) held.delete(oldest);
      held.set(index, block);
    }
    return block;
  };
  const line = (number: number): string => {
    if (number < 1 || number > lineCount) return '';
    const index = Math.floor((number - 1) / STRIDE);
    return blockOf(index).line(number - index * STRIDE);
  };
  return {
    lineCount,
    byteCount,
    line,
    range: (first, last) => {
      const lines: string[] = [];
      for (let number = Math.max(1, first); number <= Math.min(last, lineCount); number++)
        lines.push(line(number));
      return lines;
    },
    whole: () => readBytes(file, 0, byteCount).toString('utf8'),
  };
}

function readBytes(file: string, from: number, to: number): Buffer {
  const bytes = Buffer.allocUnsafe(to - from);
  const descriptor = openSync(file, 'r');
  try {
    let filled = 0;
    while (filled < bytes.length) {
      const read = readSync(descriptor, bytes, filled, bytes.length - filled, from + filled);
      if (read === 0) break;
      filled += read;
    }
    return bytes.subarray(0, filled);
  } finally {
    closeSync(descriptor);
  }
}
