import path from 'node:path';
import { type CaseFile, caseFileSchema } from './case-file.js';
import { type CheckedFile, readCheckedFile } from './checked-file.js';
import { type Truth, truthSchema } from './truth.js';

/** A bug report with its logs and its truth: one folder. */
export interface Case {
  /** The case's folder, as it was given. */
  readonly folder: string;
  readonly id: string;
  /** case.yaml */
  readonly about: CaseFile;
  /** truth.json */
  readonly truth: Truth;
  /** The same two with the lines on which their values stand. */
  readonly sources: { readonly about: CheckedFile<CaseFile>; readonly truth: CheckedFile<Truth> };
}

/**
 * Reads case.yaml and truth.json of a folder; the logs are left alone (`readCaseLogs`).
 * Throws a `LeaktrailError` that names file and line when one of them is missing or not as its schema asks.
 */
export async function loadCase(folder: string): Promise<Case> {
  const about = await readCheckedFile(path.join(folder, 'case.yaml'), caseFileSchema);
  const truth = await readCheckedFile(path.join(folder, 'truth.json'), truthSchema);
  return { folder, id: about.value.id, about: about.value, truth: truth.value, sources: { about, truth } };
}
