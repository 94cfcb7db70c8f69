import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { LeaktrailError } from '../error.js';

/** The file in a run's folder that says who is at work on it. */
export const LOCK_FILE = 'lock';

/**
 * Claims a run's folder for this process; the function that it gives back lets go of it.
 * A claim that a dead process left behind is taken over.
 * Throws a `LeaktrailError` of code `busy` while another process holds the folder.
 */
export async function lockRun(folder: string): Promise<() => Promise<void>> {
  await mkdir(folder, { recursive: true }).catch((cause) => {
    throw new LeaktrailError('input', `the folder cannot be made: ${(cause as Error).message}`, {
      place: { file: folder },
      hint: 'choose a folder that can be written to',
      cause,
    });
  });
  const file = path.join(folder, LOCK_FILE);
  const claim = `${process.pid} ${hostname()} ${randomUUID()}\n`;
  if (!(await create(file, claim))) {
    const found = await read(file);
    if (isHeld(found) || !(await takeOver(file, found, claim))) throw busy(file, await read(file));
  }
  return async () => {
    if ((await read(file)) === claim) await rm(file, { force: true });
  };
}

/** Makes the file with all its text at once, so that nobody finds it empty; false where it is there already. */
async function create(file: string, text: string): Promise<boolean> {
  const draft = `${file}.${randomUUID()}`;
  await writeFile(draft, text);
  try {
    await link(draft, file);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    // Some file systems have no links; there a reader can come between the two steps.
    if (code === 'EPERM' || code === 'ENOTSUP' || code === 'ENOSYS') return createInSteps(file, text);
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

async function createInSteps(file: string, text: string): Promise<boolean> {
  try {
    await writeFile(file, text, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/**
 * Puts a claim in the place of a dead one. One process does so at a time, and only while the dead claim is still there:
 * another one may have taken the place since it was read.
 */
async function takeOver(file: string, dead: string, claim: string): Promise<boolean> {
  const turn = `${file}.taken`;
  if (!(await create(turn, claim))) return false;
  try {
    if ((await read(file)) !== dead) return false;
    await rm(file, { force: true });
    return await create(file, claim);
  } finally {
    await rm(turn, { force: true });
  }
}

/** The claim in a file; nothing where there is none. */
async function read(file: string): Promise<string> {
  return readFile(file, 'utf8').catch(() => '');
}

function isHeld(claim: string): boolean {
  const [pid = '', host = ''] = claim.trim().split(' ');
  return (host !== '' && host !== hostname()) || isAlive(Number(pid));
}

function busy(file: string, claim: string): LeaktrailError {
  const [pid = '', host = ''] = claim.trim().split(' ');
  const who = pid === '' ? 'another process' : `process ${pid}`;
  const where = host === '' || host === hostname() ? '' : ` on ${host}`;
  return new LeaktrailError('busy', `${who}${where} is at work on this run`, {
    place: { file: path.dirname(file) },
    hint: `wait until it ends; if there is no such process, remove ${file} and ${file}.taken`,
  });
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
