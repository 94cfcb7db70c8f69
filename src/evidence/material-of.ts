import { readCaseLogs } from '../cases/case-logs.js';
import type { Case } from '../cases/load-case.js';
import { transcriptFolders } from '../cases/transcripts.js';
import type { Material } from './material.js';

/** What an analyst may look at of a case: its logs and recorded answers, not its truth. Reads the logs. */
export async function materialOf(source: Case): Promise<Material> {
  return {
    id: source.id,
    system: source.about.system,
    logs: await readCaseLogs(source),
    transcripts: transcriptFolders(source),
  };
}
