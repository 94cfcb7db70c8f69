import { randomUUID } from 'node:crypto';
import { appendFile, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import type { WireRequest } from '../analysts/chat/batch-wire.js';

/** A file of requests that is ready to become a batch. */
export interface OutboxFile {
  /** Tells the batch that is made of it from all others. */
  readonly tag: string;
  readonly file: string;
  readonly endpoint: string;
  readonly requests: number;
}

/** What a batch may hold at most: requests, and bytes of the file (the API takes 50,000 and 200 MB). */
export interface BatchSize {
  readonly requests: number;
  readonly bytes: number;
}

export const BATCH_SIZE: BatchSize = { requests: 50_000, bytes: 100_000_000 };

const PREFIX = 'outbox-';

/** Collects requests in files that the batch API takes. */
export interface Outbox {
  add(customId: string, request: WireRequest): Promise<void>;
  /** Ends the last file; gives back all of them. */
  close(): Promise<OutboxFile[]>;
}

/** Removes what a process that was killed left in a run's folder. */
export async function clearOutboxes(folder: string): Promise<void> {
  const left = (await readdir(folder)).filter((name) => name.startsWith(PREFIX));
  await Promise.all(left.map((name) => rm(path.join(folder, name))));
}

/** Opens an outbox in a run's folder. */
export function openOutbox(folder: string, size: BatchSize): Outbox {
  const files: (OutboxFile & { requests: number; bytes: number })[] = [];
  let written: Promise<void> = Promise.resolve();
  const begin = (endpoint: string) => {
    const tag = randomUUID();
    const file = path.join(folder, `${PREFIX}${tag}.jsonl`);
    const begun = { tag, file, endpoint, requests: 0, bytes: 0 };
    files.push(begun);
    return begun;
  };
  return {
    async add(customId, { endpoint, body }) {
      // The body is JSON already; parsing it only to write it again would cost the time of every log.
      const head = JSON.stringify({ custom_id: customId, method: 'POST', url: endpoint });
      const line = `${head.slice(0, -1)},"body":${body}}\n`;
      const bytes = Buffer.byteLength(line);
      let current = files.at(-1);
      const fits =
        current?.endpoint === endpoint &&
        current.requests < size.requests &&
        current.bytes + bytes <= size.bytes;
      if (current === undefined || !fits) current = begin(endpoint);
      current.requests++;
      current.bytes += bytes;
      const { file } = current;
      written = written.then(() => appendFile(file, line));
      await written;
    },
    async close() {
      await written;
      return files.map(({ tag, file, endpoint, requests }) => ({ tag, file, endpoint, requests }));
    },
  };
}
