import { mkdir, open, readFile, rm } from 'node:fs/promises';
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
  const claim = `${process.pid} ${hostname()}\n`;
  if (!(await create(file, claim))) {
    await refuseIfHeld(file);
    await rm(file, { force: true });
    if (!(await create(file, claim))) await refuseIfHeld(file, true);
  }
  return () => rm(file, { force: true });
}

async function create(file: string, text: string): Promise<boolean> {
  try {
    const handle = await open(file, 'wx');
    await handle.writeFile(text);
    await handle.close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** `certain`: somebody made the file this very moment, whatever it says. */
async function refuseIfHeld(file: string, certain = false): Promise<void> {
  const [pid = '', host = ''] = (await readFile(file, 'utf8').catch(() => '')).trim().split(' ');
  const elsewhere = host !== '' && host !== hostname();
  if (!certain && !elsewhere && !isAlive(Number(pid))) return;
  throw new LeaktrailError('busy', `process ${pid}${elsewhere ? ` on ${host}` : ''} is at work on this run`, {
    place: { file: path.dirname(file) },
    hint: `wait until it ends; if there is no such process, remove ${file}`,
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
