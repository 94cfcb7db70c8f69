import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { TableFile } from '../../eval/tables/table.js';
import { writeFileWhole } from '../write-file.js';

/** Writes table files below a folder, those that changed, and says where. */
export async function writeTables(folder: string, files: readonly TableFile[]): Promise<string> {
  for (const file of await changedTables(folder, files))
    await writeFileWhole(path.join(folder, file.path), file.text);
  return folder;
}

/** The files that are not on disk as they should be. */
export async function changedTables(folder: string, files: readonly TableFile[]): Promise<TableFile[]> {
  const onDisk = await Promise.all(
    files.map((file) => readFile(path.join(folder, file.path), 'utf8').catch(() => null)),
  );
  return files.filter((file, index) => onDisk[index] !== file.text);
}
