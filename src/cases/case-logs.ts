import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { LeaktrailError } from '../error.js';
import type { LogDocument } from '../log/document.js';
import { readLog } from '../log/read-log.js';
import { assignRecordIds } from '../log/record-id.js';
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
  const logs = await Promise.all(
    about.logs.map(async (log) => {
      const bytes = await readLogBytes(folder, log);
      const document = await readBytes(bytes, log.role, path.join(folder, log.file));
      return { document: { ...document, file: log.file }, text: logText(bytes) };
    }),
  );
  const documents = identifyRecords(logs.map(({ document }) => document));
  return logs.map(({ text }, index) => ({ document: documents[index] as LogDocument, text }));
}

async function readBytes(bytes: Uint8Array, role: string, file: string): Promise<LogDocument> {
  try {
    return await readLog(bytes, { role });
  } catch (error) {
    if (!(error instanceof LeaktrailError)) throw error;
    const { code, message, hint } = error;
    throw new LeaktrailError(code, message, { place: { file }, ...(hint && { hint }), cause: error });
  }
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

/** Gives the records of all documents together their ids, and names them so in the groups. */
function identifyRecords(documents: readonly LogDocument[]): LogDocument[] {
  const before = documents.map(({ records }) => records.map(({ id }) => id));
  assignRecordIds(documents);
  return documents.map((document, index) => {
    const renamed = new Map(document.records.map(({ id }, at) => [before[index]?.[at] as string, id]));
    const groups = document.groups.map((group) => ({
      ...group,
      records: group.records.map((id) => renamed.get(id) as string),
    }));
    return { ...document, groups };
  });
}
