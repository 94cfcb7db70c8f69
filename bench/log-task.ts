/**
 * One measured task in a process of its own: `log-task.js TASK LOG` prints what it found, how long it took, the
 * processor time and the most memory it held, as JSON.
 */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { readLog } from '../src/log/read-log.js';

/** What every measured reader prints. */
export interface Measured {
  readonly found: string;
  readonly seconds: number;
  /** Processor time in seconds, of all threads, with the start of the process. */
  readonly cpu: number;
}

export interface MeasuredHere extends Measured {
  /** In MiB. */
  readonly peakMemory: number;
}

const NEWLINE = 10;

const TASKS: { readonly [name: string]: (log: string) => Promise<string> } = {
  'count-newlines': async (log) => {
    let lines = 0;
    for await (const piece of createReadStream(log) as AsyncIterable<Buffer>) {
      for (let at = piece.indexOf(NEWLINE); at !== -1; at = piece.indexOf(NEWLINE, at + 1)) lines++;
    }
    return `${lines} lines`;
  },
  'count-readline': async (log) => {
    let lines = 0;
    for await (const _ of createInterface({ input: createReadStream(log) })) lines++;
    return `${lines} lines`;
  },
  full: async (log) => {
    const { records, errors, groups, templates } = await readLog(log);
    const events = templates.reduce((sum, { count }) => sum + count, 0);
    return `${records.length} records, ${groups.length} groups, ${errors.length} errors, ${events} events`;
  },
  'full-events': async (log) => {
    const { events } = await readLog(log);
    return `the same, ${events.length} events as objects`;
  },
  groups: async (log) => {
    const { groups, errors, templates } = await readLog(log, { keep: 'groups' });
    return `${groups.length} groups, ${errors.length} errors, ${templates.length} event templates`;
  },
};

const [task = '', log = ''] = process.argv.slice(2);
const run = TASKS[task];
if (run === undefined) throw new Error(`no task ${task}`);
const start = performance.now();
const found = await run(log);
const seconds = (performance.now() - start) / 1000;
const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
const measured: MeasuredHere = {
  found,
  seconds,
  cpu: (userCPUTime + systemCPUTime) / 1e6,
  peakMemory: maxRSS / 1024,
};
console.log(JSON.stringify(measured));
