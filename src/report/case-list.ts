import type { Case } from '../cases/load-case.js';
import { plainTable } from './plain-table.js';
import { grouped, printable, shorten } from './printable.js';

/** One case as `cases list --json` prints it. */
export interface CaseFacts {
  readonly id: string;
  readonly title: string;
  readonly system: string;
  readonly tags: readonly string[];
  readonly logs: number;
  readonly lines: number;
  readonly leak: string;
  /** Records that the bug caused. */
  readonly records: number;
  readonly causes: number;
}

/** The facts of a case that its two files tell. */
export function caseFacts({ id, about, truth }: Case): CaseFacts {
  return {
    id,
    title: about.title,
    system: about.system,
    tags: about.tags,
    logs: about.logs.length,
    lines: about.logs.reduce((sum, log) => sum + log.lines, 0),
    leak: truth.leak.verdict,
    records: truth.leak.records.length,
    causes: truth['root-cause'].causes.length,
  };
}

/** The cases as a table for the terminal. */
export function casesTable(cases: readonly CaseFacts[], width: number): string {
  const longest = Math.max(4, ...cases.map(({ id }) => id.length));
  const room = Math.max(20, width - longest - 45);
  return plainTable(
    ['case', 'logs', 'lines', 'leak', 'records', 'causes', 'title'],
    cases.map(({ id, logs, lines, leak, records, causes, title }) => [
      id,
      logs,
      grouped(lines),
      leak,
      grouped(records),
      causes,
      shorten(printable(title), room),
    ]),
  );
}
