import type { LogDocument } from './document.js';
import { type ReadOptions, readLog } from './read-log.js';

/** Reads a log that a test writes down line by line. */
export function readLines(lines: readonly string[], options: ReadOptions = {}): Promise<LogDocument> {
  return readLog(Buffer.from(lines.map((line) => `${line}\n`).join('')), { role: 'log', ...options });
}

/** Puts a report's prefix before each line. */
export function reportOf(pid: number, lines: readonly string[]): string[] {
  return lines.map((line) => `==${pid}== ${line}`);
}

export const BANNER: readonly string[] = [
  'Memcheck, a memory error detector',
  "Copyright (C) 2002-2022, and GNU GPL'd, by Julian Seward et al.",
  'Using Valgrind-3.19.0 and LibVEX; rerun with -h for copyright info',
  'Command: ./server --port 80',
  '',
];

/** A leak check with one record, as at the exit of a process. */
export const LEAK_CHECK: readonly string[] = [
  '',
  'HEAP SUMMARY:',
  '    in use at exit: 40 bytes in 1 blocks',
  '  total heap usage: 3 allocs, 2 frees, 1,104 bytes allocated',
  '',
  '40 bytes in 1 blocks are definitely lost in loss record 1 of 1',
  '   at 0x48417B4: malloc (in /usr/libexec/valgrind/vgpreload_memcheck-amd64-linux.so)',
  '   by 0x109151: make_session (server.c:12)',
  '   by 0x109172: main (server.c:30)',
  '',
  'LEAK SUMMARY:',
  '   definitely lost: 40 bytes in 1 blocks',
  '   indirectly lost: 0 bytes in 0 blocks',
  '     possibly lost: 0 bytes in 0 blocks',
  '   still reachable: 0 bytes in 0 blocks',
  '        suppressed: 0 bytes in 0 blocks',
  '',
  'For lists of detected and suppressed errors, rerun with: -s',
];

export const ERROR_SUMMARY = 'ERROR SUMMARY: 1 errors from 1 contexts (suppressed: 0 from 0)';

/** The whole report of one process. */
export const REPORT: readonly string[] = [...BANNER, ...LEAK_CHECK, ERROR_SUMMARY];
