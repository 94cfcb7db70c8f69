import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { LeaktrailError } from '../error.js';
import { decompress } from '../log/decompress.js';
import type { LogDocument } from '../log/document.js';
import { fileText } from '../log/file-text.js';
import { readLogs } from '../log/read-log.js';
import { type LogText, logText } from '../log/text.js';
import type { Material } from './material.js';

/** Logs of a user's own that belong together, with the names of who wrote them. */
export interface OwnLogs {
  readonly files: readonly string[];
  /** In the order of the files; a file without one is named after itself. */
  readonly roles: readonly string[];
}

/** Each file with a role that no other has: the given one, or the file's name, numbered where names are the same. */
export function sourcesOf({ files, roles }: OwnLogs): { source: string; role: string }[] {
  if (roles.length > files.length) {
    throw new LeaktrailError('usage', `${roles.length} roles for ${files.length} logs`, {
      hint: 'give each log at most one role, in the same order',
    });
  }
  const taken = new Set<string>();
  return files.map((source, index) => {
    const given = roles[index];
    if (given !== undefined && taken.has(given)) {
      throw new LeaktrailError('usage', `two logs have the role ${given}`, {
        hint: 'give each log its own role',
      });
    }
    const role = given ?? freeName(path.basename(source).split('.')[0] || 'log', taken);
    taken.add(role);
    return { source, role };
  });
}

function freeName(name: string, taken: ReadonlySet<string>): string {
  let free = name;
  for (let number = 2; taken.has(free); number++) free = `${name}-${number}`;
  return free;
}

/**
 * What an analyst may look at of a user's own logs.
 * Throws a `LeaktrailError` for a file that cannot be read or is no log.
 */
export async function materialOfLogs(logs: OwnLogs): Promise<Material> {
  const sources = sourcesOf(logs);
  const documents = await readLogs(sources);
  const texts = await Promise.all(
    sources.map(({ source }, index) => textOf(source, documents[index] as LogDocument)),
  );
  return {
    id: sources.map(({ role }) => role).join('+'),
    system: null,
    logs: documents.map((document, index) => ({ document, text: texts[index] as LogText })),
    transcripts: new Map(),
  };
}

/** From here on, in bytes, a log's text stays in its file. */
const LARGE = 1 << 26;

/**
 * The text of a log, in memory unless it is large. A large log that is compressed is held in memory all the same. What is
 * damaged in compressed data is already told in the document.
 */
async function textOf(file: string, { bytes }: LogDocument): Promise<LogText> {
  // A file that is as long as its text is not compressed.
  if (bytes >= LARGE && (await stat(file)).size === bytes) return fileText(file);
  const pieces: Uint8Array[] = [];
  for await (const piece of decompress([await readFile(file)], () => {})) pieces.push(piece);
  return logText(pieces.length === 1 ? (pieces[0] as Uint8Array) : Buffer.concat(pieces));
}
