import path from 'node:path';
import type { Amount, LogDocument, LossRecord, Stack } from '../log/document.js';
import { joinFunctions, type StackNormaliser } from './label-stack.js';

/** The logs of one run of a workload, with record ids that are unique among them. */
export type RunLogs = readonly LogDocument[];

/** What one run lost with one stack. */
export interface Tally extends Amount {
  readonly records: readonly LossRecord[];
}

interface Sum {
  bytes: number;
  blocks: number;
  readonly records: LossRecord[];
}

/** A stack of one program that some run of the comparison lost memory with. */
export interface TalliedGroup {
  readonly program: string;
  readonly functions: readonly string[];
  /** The functions as text. */
  readonly signature: string;
  /** The stack of one of its records. */
  readonly frames: Stack;
  /** By run; null where the run's reports print nothing of it. */
  readonly before: readonly (Tally | null)[];
  readonly after: readonly (Tally | null)[];
}

/**
 * Counts what each run lost, by program and stack. Of a process that was checked for leaks several times the last
 * check counts, for every check counts all that is lost so far; records of the others are listed all the same.
 */
export function tally(
  before: readonly RunLogs[],
  after: readonly RunLogs[],
  { functionsOf }: StackNormaliser,
  programOf: ProgramNamer,
): TalliedGroup[] {
  const sides = { before, after };
  const groups = new Map<string, TalliedGroup>();
  for (const side of ['before', 'after'] as const) {
    for (const [run, documents] of sides[side].entries()) {
      for (const document of documents) {
        const last = lastChecks(document);
        for (const record of document.records) {
          const program = programOf(document, record.pid);
          const functions = functionsOf(record);
          const signature = joinFunctions(functions);
          const key = `${program}\n${signature}`;
          let group = groups.get(key);
          if (!group) {
            group = {
              program,
              functions,
              signature,
              frames: record.frames,
              before: before.map(() => null),
              after: after.map(() => null),
            };
            groups.set(key, group);
          }
          const sums = group[side] as (Sum | null)[];
          const sum = sums[run] ?? { bytes: 0, blocks: 0, records: [] };
          sums[run] = sum;
          sum.records.push(record);
          if (record.check === last.get(record.pid)) {
            sum.bytes += record.directBytes;
            sum.blocks += record.blocks;
          }
        }
      }
    }
  }
  return [...groups.values()];
}

/** Number of the last leak check of each process that printed records. */
export function lastChecks({ records }: LogDocument): Map<number | null, number> {
  const last = new Map<number | null, number>();
  for (const { pid, check } of records) last.set(pid, Math.max(check, last.get(pid) ?? 0));
  return last;
}

/** The program that a process of a log ran. */
export type ProgramNamer = (document: LogDocument, pid: number | null) => string;

/**
 * Names the program that a process ran, the same on both sides: by the log's role where every run has logs of the
 * same roles, and by the command that the report states. Where each side has one program that the other has not, it is
 * the same one, built under another name.
 */
export function programNamer(before: readonly RunLogs[], after: readonly RunLogs[]): ProgramNamer {
  const rolesOf = (run: RunLogs) =>
    run
      .map(({ role }) => role)
      .sort()
      .join('\n');
  const sameRoles = new Set([...before, ...after].map(rolesOf)).size === 1;
  const nameOf: ProgramNamer = (document, pid) => {
    const command = document.processes.find((process) => process.pid === pid)?.command ?? '';
    const program = path.posix.basename(command.split(' ', 1)[0] ?? '');
    return sameRoles ? `${document.role} ${program}`.trimEnd() : program;
  };
  const namesOf = (runs: readonly RunLogs[]) =>
    new Set(runs.flat().flatMap((document) => document.processes.map(({ pid }) => nameOf(document, pid))));
  const [names, others] = [namesOf(before), namesOf(after)];
  const [name, ...more] = [...names].filter((one) => !others.has(one));
  const [other, ...moreOthers] = [...others].filter((one) => !names.has(one));
  const isOne = name !== undefined && other !== undefined && more.length + moreOthers.length === 0;
  return (document, pid) => {
    const found = nameOf(document, pid);
    return isOne && found === other ? name : found;
  };
}
