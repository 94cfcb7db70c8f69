import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { LeaktrailError } from '../error.js';
import { decompress } from '../log/decompress.js';
import { readLogs } from '../log/read-log.js';
import { logText } from '../log/text.js';
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
  const texts = await Promise.all(sources.map(({ source }) => textOf(source)));
  return {
    id: sources.map(({ role }) => role).join('+'),
    system: null,
    logs: documents.map((document, index) => ({ document, text: logText(texts[index] as Uint8Array) })),
    transcripts: new Map(),
  };
}

/** The text of a log; what is damaged in compressed data is already told in the document. */
async function textOf(file: string): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of decompress([await readFile(file)], () => {})) pieces.push(piece);
  return pieces.length === 1 ? (pieces[0] as Uint8Array) : Buffer.concat(pieces);
}
