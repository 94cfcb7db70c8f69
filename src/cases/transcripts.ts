import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Case } from './load-case.js';
import { STAGES, type Stage } from './truth.js';

/** Where a recorded answer stands: `transcripts/NAME/STAGE.md` in the case. */
function transcriptFile(folder: string, name: string, stage: Stage): string {
  return path.join(folder, 'transcripts', name, `${stage}.md`);
}

/** Folder of each recorded set of answers, by its name. */
export function transcriptFolders({ folder, about }: Case): Map<string, string> {
  return new Map(about.transcripts.map((name) => [name, path.join(folder, 'transcripts', name)]));
}

/** Recorded answers that case.yaml promises and that are not there. */
export function missingTranscripts({ folder, about }: Case): { index: number; file: string }[] {
  return about.transcripts.flatMap((name, index) =>
    STAGES.map((stage) => ({ index, file: transcriptFile(folder, name, stage) })).filter(
      ({ file }) => !existsSync(file),
    ),
  );
}
