import { type FileHandle, open } from 'node:fs/promises';
import path from 'node:path';
import { LeaktrailError } from '../error.js';
import { decompress } from './decompress.js';
import type { LogDocument } from './document.js';
import { DocumentBuilder, type Keep } from './document-builder.js';
import { LINE_READERS } from './line-readers.js';
import { LineSplitter } from './line-splitter.js';
import { assignRecordIds } from './record-id.js';
import { Scanner } from './scanner.js';
import { TextCheck } from './text-check.js';

/** A log to read: the path of a file, its bytes, or its bytes in pieces of any size. */
export type LogSource = string | Uint8Array | Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

export interface ReadOptions {
  /** Who wrote the log, as record ids name it; the file's name without its endings where absent, or `log`. */
  readonly role?: string;
  /** What to call the log in the document and in errors; the path that it was read from where absent, or `-`. */
  readonly file?: string;
  /**
   * `groups` keeps no single record or event, only what they come to: for logs of many gigabytes, whose reading then
   * takes memory by the number of different stacks and not by the size. Default: `all`.
   */
  readonly keep?: Keep;
}

/**
 * Reads one log: what every report in it says, and the application's own events.
 *
 * Whatever is torn, unknown or cut short in a log is told in the document's `problems` and `truncated`, and never
 * throws. A `LeaktrailError` of code `input` is thrown for what is no log at all: a file that is missing, a directory
 * or unreadable; a log with nothing in it but white space; and data that is not text.
 */
export async function readLog(source: LogSource, options: ReadOptions = {}): Promise<LogDocument> {
  const [document] = await readLogs([{ source, ...options }]);
  return document as LogDocument;
}

/** Reads the logs of one case, so that no two records of them share an id. Throws as `readLog` does. */
export async function readLogs(
  logs: readonly (ReadOptions & { readonly source: LogSource })[],
): Promise<LogDocument[]> {
  const read: { builder: DocumentBuilder; document: LogDocument }[] = [];
  for (const { source, role, keep, file = typeof source === 'string' ? source : '-' } of logs) {
    read.push(await readOne(source, file, role ?? roleOf(file), keep ?? 'all'));
  }
  assignRecordIds(read.map(({ document }) => document));
  for (const { builder, document } of read) builder.identify(document);
  return read.map(({ document }) => document);
}

/** `logs/router-a.log.gz` is `router-a`. */
function roleOf(file: string): string {
  return file === '-' ? 'log' : (path.basename(file).split('.')[0] as string) || path.basename(file);
}

async function readOne(source: LogSource, file: string, role: string, keep: Keep) {
  const builder = new DocumentBuilder(role, keep);
  const scanner = new Scanner(builder, LINE_READERS);
  const splitter = new LineSplitter(scanner);
  const check = new TextCheck();
  let checked = false;
  const damage: string[] = [];
  for await (const piece of decompress(piecesOf(source), (what) => damage.push(what))) {
    if (!checked) {
      checked = check.look(piece);
      if (!check.isText && checked) throw notText(file);
    }
    splitter.push(piece);
  }
  if (!check.isText) throw notText(file);
  splitter.end();
  for (const what of damage) builder.addProblem(splitter.lines, what, 'the log was read up to there');
  const templates = scanner.end();
  const document = builder.finish({ file, lines: splitter.lines, bytes: splitter.bytes, templates });
  if (isEmpty(document)) {
    throw new LeaktrailError('input', 'the log is empty', {
      place: { file },
      hint: 'give the file that holds the report of Valgrind or a sanitizer',
    });
  }
  return { builder, document };
}

function isEmpty({ processes, templates, errors, problems }: LogDocument): boolean {
  return [processes, templates, errors, problems].every((found) => found.length === 0);
}

function notText(file: string): LeaktrailError {
  return new LeaktrailError('input', 'not a text file', {
    place: { file },
    hint: 'give a log: text or XML, or either compressed with gzip or zstd',
  });
}

async function* piecesOf(source: LogSource): AsyncGenerator<Uint8Array> {
  if (typeof source === 'string') yield* piecesOfFile(source);
  else if (source instanceof Uint8Array) yield source;
  else yield* source;
}

const PIECE = 1 << 18;

/** Reads ahead by one piece; a piece is overwritten when the one after the next is asked for. */
async function* piecesOfFile(file: string): AsyncGenerator<Uint8Array> {
  const handle = await open(file).catch((cause) => {
    throw unreadable(file, cause);
  });
  try {
    let current = Buffer.allocUnsafeSlow(PIECE);
    let next = Buffer.allocUnsafeSlow(PIECE);
    let pending = readPiece(handle, file, current);
    for (let length = await pending; length > 0; length = await pending) {
      pending = readPiece(handle, file, next);
      pending.catch(() => {});
      yield current.subarray(0, length);
      [current, next] = [next, current];
    }
  } finally {
    await handle.close();
  }
}

async function readPiece(handle: FileHandle, file: string, into: Buffer): Promise<number> {
  try {
    return (await handle.read(into, 0, into.length, null)).bytesRead;
  } catch (cause) {
    throw unreadable(file, cause);
  }
}

const REASONS: { readonly [code: string]: string } = {
  ENOENT: 'no such file',
  EISDIR: 'is a directory, not a log',
  EACCES: 'may not be read: permission denied',
};

function unreadable(file: string, cause: unknown): LeaktrailError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  return new LeaktrailError('input', REASONS[code] ?? `cannot be read: ${code || cause}`, {
    place: { file },
    hint: code === 'EISDIR' ? 'name the files in it' : 'check the path and its permissions',
    cause,
  });
}
