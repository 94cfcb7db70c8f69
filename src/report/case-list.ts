import Table from 'cli-table3';
import type { Case } from '../cases/load-case.js';
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

const BORDERLESS = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
};

/** The cases as a table for the terminal. */
export function casesTable(cases: readonly CaseFacts[], width: number): string {
  const longest = Math.max(4, ...cases.map(({ id }) => id.length));
  const table = new Table({
    head: ['case', 'logs', 'lines', 'leak', 'records', 'causes', 'title'],
    colAligns: ['left', 'right', 'right', 'left', 'right', 'right', 'left'],
    chars: BORDERLESS,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  for (const { id, logs, lines, leak, records, causes, title } of cases) {
    const room = Math.max(20, width - longest - 45);
    table.push([id, logs, grouped(lines), leak, grouped(records), causes, shorten(printable(title), room)]);
  }
  return `${table.toString()}\n`;
}
