import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { LeaktrailError } from '../error.js';
import type { LogDocument } from '../log/document.js';
import { readLogs } from '../log/read-log.js';
import { type LogText, logText } from '../log/text.js';
import type { CaseLog } from './case-file.js';
import type { Case } from './load-case.js';

/** A log of a case: what it says, and its lines. */
export interface ReadCaseLog {
  readonly document: LogDocument;
  readonly text: LogText;
}

/**
 * Reads the logs of a case, in the order of case.yaml, with record ids that are unique among them.
 * Throws a `LeaktrailError` when a log is missing, cannot be decompressed or is no log.
 */
export async function readCaseLogs({ folder, about }: Case): Promise<ReadCaseLog[]> {
  const bytes = await Promise.all(about.logs.map((log) => readLogBytes(folder, log)));
  const sources = about.logs.map(({ file, role }, index) => ({ source: bytes[index] as Buffer, file, role }));
  const documents = await readLogs(sources).catch((error) => {
    if (!(error instanceof LeaktrailError)) throw error;
    const { code, message, hint, place } = error;
    throw new LeaktrailError(code, message, {
      place: { ...place, file: path.join(folder, place.file ?? '') },
      ...(hint !== undefined && { hint }),
      cause: error,
    });
  });
  return documents.map((document, index) => ({ document, text: logText(bytes[index] as Buffer) }));
}

/** The text of a log as bytes; a file that ends in `.gz` is decompressed. */
export async function readLogBytes(folder: string, { file }: Pick<CaseLog, 'file'>): Promise<Buffer> {
  const place = { file: path.join(folder, file) };
  const stored = await readFile(place.file).catch((cause) => {
    throw new LeaktrailError('input', 'no such log', {
      place,
      hint: 'correct the file name in case.yaml',
      cause,
    });
  });
  if (!file.endsWith('.gz')) return stored;
  try {
    return gunzipSync(stored);
  } catch (cause) {
    throw new LeaktrailError('input', 'damaged: cannot be decompressed', {
      place,
      hint: 'compress the log again with gzip',
      cause,
    });
  }
}

/** SHA-256 of a log's text, in hexadecimal. */
export function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
