import { existsSync } from 'node:fs';
import { readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { ChatRequest } from '../analysts/chat/request.js';
import { LeaktrailError } from '../error.js';
import { writeFileWhole } from '../write-file.js';
import { appendJsonLines, readJsonLines, toJsonLines } from './json-lines.js';
import { inRunOrder, keyOf, loadRunFile, type Question, RUN_FILES } from './load-run.js';
import { type AnswerKey, type ReplyLine, type Run, replyLineSchema } from './run-file.js';
import { LOCK_FILE, lockRun } from './run-lock.js';
import { openSentFiles } from './sent-files.js';

/** A run's folder while the run is carried out. No other process can open it until it is closed. */
export interface RunStore {
  readonly folder: string;
  /** What an earlier sitting stored for a question, whatever it was asked with. */
  stored(question: Question): ReplyLine | undefined;
  /** Every reply that was stored when the folder was opened, the latest for each question. */
  earlier(): Iterable<ReplyLine>;
  /** Says what is carried out; once, before any reply. */
  begin(run: Run, keys: readonly AnswerKey[]): Promise<void>;
  /** Resolves when the reply is on the disk; in a run without models, `complete` writes all of them. */
  put(line: ReplyLine): Promise<void>;
  /** Keeps what is sent, each text once. */
  putSent(request: ChatRequest): Promise<void>;
  /** All that was planned is in. */
  complete(): Promise<void>;
  /** Lets go of the folder, complete or not. */
  close(): Promise<void>;
}

export interface StoreOptions {
  /** Whether the run asks a model: then replies are appended and kept, otherwise written anew each time. */
  readonly asksModels: boolean;
  /** Whether names stand for secrets in what is stored; `false` where absent. */
  readonly redacted?: boolean;
  /** Puts an earlier run of this name aside, to the first free `NAME.1`, `NAME.2`, and begins anew. */
  readonly fresh?: boolean;
}

/**
 * Opens the folder of a run, and makes it where there is none.
 * Throws a `LeaktrailError` when another process holds it, a newer leaktrail wrote it, or one part of it would be redacted
 * and the other not.
 */
export async function openStore(folder: string, options: StoreOptions): Promise<RunStore> {
  let unlock = await lockRun(folder);
  try {
    const runFile = path.join(folder, RUN_FILES.run);
    if (options.fresh && (await holdsAnything(folder))) {
      // Still claimed while it moves: nobody can begin to work on it.
      const aside = freeNameBeside(folder);
      await rename(folder, aside);
      await rm(path.join(aside, LOCK_FILE), { force: true });
      unlock = await lockRun(folder);
    }
    if (existsSync(runFile)) refuseToMix(await loadRunFile(folder), options, runFile);
    const letGo = async () => {
      await removeIfEmpty(folder);
      await unlock();
    };
    return options.asksModels ? await growingStore(folder, letGo) : wholeStore(folder, letGo);
  } catch (error) {
    await unlock();
    throw error;
  }
}

/** Redacted answers cannot go on from others, and would leave the secrets of those where they are. */
function refuseToMix(run: Run, options: StoreOptions, file: string): void {
  const redacted = run.redacted ?? false;
  if (!options.asksModels || redacted === (options.redacted ?? false)) return;
  throw new LeaktrailError('usage', `this run was made ${redacted ? 'with' : 'without'} redaction`, {
    place: { file },
    hint: 'begin anew with --fresh, or give the experiment another name',
  });
}

/** A run that was stopped before it began leaves no folder that holds none. */
async function removeIfEmpty(folder: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => name !== LOCK_FILE);
  const sizes = await Promise.all(names.map(async (name) => (await stat(path.join(folder, name))).size));
  if (sizes.every((size) => size === 0)) await rm(folder, { recursive: true });
}

async function holdsAnything(folder: string): Promise<boolean> {
  return (await readdir(folder)).some((name) => !name.startsWith(LOCK_FILE));
}

function freeNameBeside(folder: string): string {
  for (let number = 1; ; number++) {
    const name = `${folder}.${number}`;
    if (!existsSync(name)) return name;
  }
}

async function writeHead(folder: string, run: Run, keys: readonly AnswerKey[]): Promise<void> {
  await writeFileWhole(path.join(folder, RUN_FILES.run), `${JSON.stringify(run, null, 2)}\n`);
  await writeFileWhole(path.join(folder, RUN_FILES.keys), toJsonLines(keys));
}

/** Nothing is kept from before, and all is written when it is complete: the same answers make the same bytes. */
function wholeStore(folder: string, unlock: () => Promise<void>): RunStore {
  const lines: ReplyLine[] = [];
  let head: { run: Run; keys: readonly AnswerKey[] } | null = null;
  return {
    folder,
    stored: () => undefined,
    earlier: () => [],
    async begin(run, keys) {
      head = { run, keys };
    },
    async put(line) {
      lines.push(line);
    },
    async putSent() {},
    async complete() {
      if (head === null) return;
      await writeHead(folder, head.run, head.keys);
      const text = toJsonLines(inRunOrder(head.run, lines));
      await writeFileWhole(path.join(folder, RUN_FILES.replies), text);
    },
    close: unlock,
  };
}

/** Each reply is appended and flushed; what is there stays. */
async function growingStore(folder: string, unlock: () => Promise<void>): Promise<RunStore> {
  const file = path.join(folder, RUN_FILES.replies);
  const earlier = new Map<string, ReplyLine>();
  for (const line of await readJsonLines(file, replyLineSchema)) earlier.set(keyOf(line), line);
  const replies = await appendJsonLines(file);
  const sent = await openSentFiles(folder);
  return {
    folder,
    stored: (question) => earlier.get(keyOf(question)),
    earlier: () => earlier.values(),
    begin: (run, keys) => writeHead(folder, run, keys),
    put: (line) => replies.append(line),
    putSent: (request) => sent.put(request),
    complete: async () => {},
    async close() {
      try {
        await Promise.all([replies.close(), sent.close()]);
      } finally {
        await unlock();
      }
    },
  };
}
