import type { LogDocument } from '../log/document.js';
import type { LogText } from '../log/text.js';

/** One log as an analyst gets it: what it says, and its lines. */
export interface MaterialLog {
  readonly document: LogDocument;
  readonly text: LogText;
}

/** What an analyst may look at: the logs of a case or of a user, never the truth. */
export interface Material {
  /** The case's id, or a name made from the files. */
  readonly id: string;
  /** The program's name where it is known, for the wording of the questions. */
  readonly system: string | null;
  readonly logs: readonly MaterialLog[];
  /** Folder of recorded answers by transcript name; empty outside of cases. */
  readonly transcripts: ReadonlyMap<string, string>;
}
