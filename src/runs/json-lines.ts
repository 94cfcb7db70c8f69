import { open, readFile } from 'node:fs/promises';
import type { z } from 'zod';
import { LeaktrailError } from '../error.js';

const NEWLINE = 10;

/**
 * Reads a file of JSON lines, each checked against a schema. A last line without its line end, as a process that was
 * killed leaves behind, is read when it is whole and left out when it is torn. A file that is absent is empty.
 * Throws a `LeaktrailError` with file and line for any other line that is not what the schema asks for.
 */
export async function readJsonLines<T>(file: string, schema: z.ZodType<T>): Promise<T[]> {
  const bytes = await readIfThere(file);
  const lines = bytes.toString('utf8').split('\n');
  const last = lines.pop() as string;
  const values = lines.map((line, index) => parseLine(line, { file, line: index + 1 }, schema));
  if (isWhole(last)) values.push(parseLine(last, { file, line: lines.length + 1 }, schema));
  return values;
}

/** Values as JSON lines. */
export function toJsonLines(values: Iterable<unknown>): string {
  let text = '';
  for (const value of values) text += `${JSON.stringify(value)}\n`;
  return text;
}

/** A file that grows line by line. */
export interface LineFile {
  /** Resolves when the value is on the disk: it outlasts a loss of power and not only the end of this process. */
  append(value: unknown): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens a file of JSON lines for appending and makes its end whole first: a torn last line is cut off.
 * Values that are appended while the disk is busy are written and flushed together.
 */
export async function appendJsonLines(file: string): Promise<LineFile> {
  const bytes = await readIfThere(file);
  const handle = await open(file, 'a');
  const end = bytes.lastIndexOf(NEWLINE) + 1;
  if (end < bytes.length) {
    if (isWhole(bytes.toString('utf8', end))) await handle.appendFile('\n');
    else await handle.truncate(end);
  }

  let waiting = '';
  let flushed: Promise<void> = Promise.resolve();
  let next: Promise<void> | null = null;
  const flush = async () => {
    const text = waiting;
    waiting = '';
    next = null;
    try {
      await handle.appendFile(text);
      await handle.datasync();
    } catch (cause) {
      throw new LeaktrailError('input', `cannot be written: ${(cause as Error).message}`, {
        place: { file },
        hint: 'make room on the disk or choose another folder; the same command continues the run',
        cause,
      });
    }
  };
  return {
    append(value) {
      waiting += `${JSON.stringify(value)}\n`;
      if (next === null) {
        next = flushed.then(flush);
        flushed = next;
      }
      return next;
    },
    async close() {
      await flushed.catch(() => {});
      await handle.close();
    },
  };
}

async function readIfThere(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Buffer.alloc(0);
    throw error;
  }
}

function isWhole(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}

function parseLine<T>(line: string, place: { file: string; line: number }, schema: z.ZodType<T>): T {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new LeaktrailError('input', 'not a line of JSON', {
      place,
      hint: 'remove the line; what it held is asked again when the run is continued',
    });
  }
  const checked = schema.safeParse(value);
  if (checked.success) return checked.data;
  const [issue] = checked.error.issues;
  throw new LeaktrailError('input', `${issue?.path.join('.') || 'the line'}: ${issue?.message}`, {
    place,
    hint: 'remove the line; what it held is asked again when the run is continued',
  });
}
