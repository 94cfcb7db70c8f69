import { readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import type { TableFile } from '../../eval/tables/table.js';
import { writeFileWhole } from '../write-file.js';

/** How the table files on disk differ from what the runs say. */
export interface TableChanges {
  /** Files that are missing or hold something else. */
  readonly stale: readonly TableFile[];
  /** Paths below the folder, in the folder of a run, that no table makes. */
  readonly surplus: readonly string[];
}

/** Compares the files below a folder with what they should be. */
export async function tableChanges(folder: string, files: readonly TableFile[]): Promise<TableChanges> {
  const onDisk = await Promise.all(
    files.map((file) => readFile(path.join(folder, file.path), 'utf8').catch(() => null)),
  );
  const made = new Set(files.map((file) => file.path));
  const runFolders = [...new Set(files.map((file) => path.posix.dirname(file.path)))];
  const there = await Promise.all(
    runFolders.map(async (run) => {
      const names = await readdir(path.join(folder, run)).catch(() => []);
      return names.map((name) => path.posix.join(run, name));
    }),
  );
  return {
    stale: files.filter((file, index) => onDisk[index] !== file.text),
    surplus: there.flat().filter((name) => !made.has(name)),
  };
}

/** Makes the files below a folder what they should be; files that no table makes any more are removed. */
export async function writeTables(folder: string, files: readonly TableFile[]): Promise<TableChanges> {
  const changes = await tableChanges(folder, files);
  for (const { path: name, text } of changes.stale) await writeFileWhole(path.join(folder, name), text);
  for (const name of changes.surplus) await rm(path.join(folder, name), { recursive: true });
  return changes;
}
