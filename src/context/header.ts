import type { MaterialLog } from '../evidence/material.js';
import { LEAK_KINDS, type LeakCheck, type Process } from '../log/document.js';
import type { ChunkTask } from './draft.js';
import { oneLine, ownLine, type SourcedLine } from './sourced-line.js';

/** Characters of a command line that a header shows. */
const LONGEST_COMMAND = 160;

/**
 * What a chunk opens with: the program, the log, its processes and what their reports sum up to. The case's id and
 * the file's name are no part of it, because words in them such as `fixed` or `before` would give the answer away.
 * Of the processes as many as `processes` are told in full, of the others how many they are. What comes from the log
 * is redacted before it is cut short.
 */
export function headerLines(
  { material, redact }: Pick<ChunkTask, 'material' | 'redact'>,
  log: MaterialLog,
  processes: number,
): SourcedLine[] {
  const { document } = log;
  const system = material.system === null ? '' : `${material.system}, `;
  const lines = [`# ${system}log ${redact(document.role)}: ${document.lines} lines`];
  if (document.truncated) lines.push('# the log breaks off within a report');
  for (const process of document.processes.slice(0, processes)) lines.push(...processLines(process, redact));
  const others = document.processes.length - processes;
  if (others > 0) lines.push(`# ${others}${processes > 0 ? ' more' : ''} processes`);
  return lines.map((line) => ownLine(oneLine(line)));
}

function processLines(process: Process, redact: ChunkTask['redact']): string[] {
  const tool = [process.tool, process.toolVersion].filter((part) => part !== null).join(' ');
  const command = process.command === null ? '' : `: ${oneLine(redact(process.command), LONGEST_COMMAND)}`;
  const parent = process.parentPid === null ? '' : `, child of ${process.parentPid}`;
  const lines = [`# process ${process.pid ?? '?'}${parent}, ${tool}${command}`];
  const last = process.checks.findLast((check) => check.summary !== null) ?? process.checks.at(-1);
  if (last !== undefined) lines.push(...checkLines(last, process.checks.length));
  return lines;
}

function checkLines(check: LeakCheck, checks: number): string[] {
  const which = checks > 1 ? `leak check ${check.number} of ${checks}: ` : '';
  const { summary } = check;
  if (summary === null) return which === '' ? [] : [`# ${which}no summary`];
  const amounts = [...LEAK_KINDS, 'suppressed' as const]
    .filter((kind) => summary[kind] !== undefined && summary[kind].blocks > 0)
    .map((kind) => `${kind} ${summary[kind].bytes} bytes in ${summary[kind].blocks} blocks`);
  return [`# ${which}${amounts.length === 0 ? 'nothing lost' : amounts.join(', ')}`];
}
