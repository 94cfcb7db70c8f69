import type { Amount, Frame, LeakCheck, LeakKind, Process } from './document.js';
import { errorKindOf } from './memcheck-error-kinds.js';
import { parseFrame } from './memcheck-frame.js';
import { type RecordHeadline, readRecordHeadline } from './memcheck-record.js';

/** What a line of a Memcheck report says, without its `==pid== ` prefix. It follows from the line alone. */
export type MemcheckLine =
  | { readonly type: 'blank' | 'banner' | 'heap-summary' | 'leak-summary' | 'no-leaks' | 'no-analysis' }
  /** What Valgrind says and what is no part of a document: copyright, advice, progress. */
  | { readonly type: 'notice' }
  | { readonly type: 'frame'; readonly frame: Frame; readonly complete: boolean }
  | { readonly type: 'record'; readonly headline: RecordHeadline }
  | { readonly type: 'version' | 'command'; readonly value: string }
  | { readonly type: 'parent'; readonly pid: number }
  | { readonly type: 'in-use'; readonly amount: Amount }
  | { readonly type: 'heap-usage'; readonly usage: NonNullable<LeakCheck['heapUsage']> }
  | { readonly type: 'summary'; readonly kind: LeakKind | 'suppressed'; readonly amount: Amount }
  | { readonly type: 'error-summary'; readonly summary: NonNullable<Process['errorSummary']> }
  /** `2 errors in context 1 of 3:` prints an error again that stands further up. */
  | { readonly type: 'repetition' }
  | { readonly type: 'error'; readonly kind: string; readonly message: string }
  /** Begins with a space: tells more of the error above it (` Address 0x0 is not stack'd`). */
  | { readonly type: 'detail'; readonly text: string }
  | { readonly type: 'unknown'; readonly text: string };

const N = String.raw`([\d,]+)(?: \([+-][\d,]+\))?`;
/** Before Valgrind 3.6 these two stood behind `malloc/free: `. */
const IN_USE = /^(?: {4}|malloc\/free: )in use at exit: ([\d,]+) bytes? in ([\d,]+) blocks?\.?$/;
const HEAP_USAGE =
  /^(?: {2}total heap usage: |malloc\/free: )([\d,]+) allocs?, ([\d,]+) frees?, ([\d,]+) bytes? allocated\.?$/;
const SUMMARY = new RegExp(
  `^ +(definitely lost|indirectly lost|possibly lost|still reachable|suppressed): ${N} bytes? in ${N} blocks?$`,
);
const ERROR_SUMMARY =
  /^ERROR SUMMARY: ([\d,]+) errors? from ([\d,]+) contexts? \(suppressed: ([\d,]+) from ([\d,]+)\)$/;
const VERSION = /^Using Valgrind-(\S+) and LibVEX/;
const PARENT = /^Parent PID: (\d+)$/;
const BANNER = /^[A-Z]\w+, (?:an?|the) .{1,80}(?:detector|profiler|tool)$/i;
const REPETITION = /^[\d,]+ errors? in context [\d,]+ of [\d,]+:$/;

const NOTICE_STARTS = [
  'Copyright (C) ',
  'For lists of detected and suppressed errors, rerun with: ',
  'For counts of detected ',
  'For more details, rerun with: ',
  'Use --track-origins=yes to see where uninitialised values come from',
  'Reachable blocks (those to which a pointer was found) are not shown.',
  'To see them, rerun with: ',
  'Rerun with --leak-check=full to see details of leaked memory',
  'Searching for pointers to ',
  'searching for pointers to ',
  'Checked ',
  'checked ',
  'Thread ',
  'More than ',
  'will still be recorded, but in less detail than before.',
  'Subsequent errors will still be recorded',
  'Go fix your program!',
  'Final error counts will be inaccurate.',
  '--error-limit=no to disable this cutoff.',
  'Rerun with --error-limit=no to disable this cutoff.',
  'Warning: ',
  'WARNING: ',
  'FILE DESCRIPTORS: ',
  'Your program just tried to execute an instruction that Valgrind',
  'Valgrind options:',
  'Contents of /proc/version:',
  'embedded gdbserver: ',
  'TO CONTROL THIS PROCESS USING vgdb',
  'TO DEBUG THIS PROCESS USING GDB',
  '/path/to/gdb ',
  'and then give GDB the following command',
  'Blacklisted ',
  'used_suppression: ',
  'suppressed: ',
];
const NOTICE =
  /^(?: {1,40}(?:to suppress, use: .*|further instances of this message will not be shown\.|of which reachable via heuristic:|(?:stdstring|length64|newarray|multipleinheritance) *: [\d,() +-]+ bytes in [\d,() +-]+ blocks)| {1,3}(?:This (?:could|may|is)|See README\w*) .*| (?:target remote|If you believe this happened|overflow in your program's|possible\), you can try|main thread stack using|The main thread stack size) ?.*|-{10,}|\?{3}: .*)$/;

const count = (text: string | undefined): number => Number((text ?? '0').replaceAll(',', ''));

/** Tells what a line of a report says. `body` has no prefix, ANSI colours or NUL bytes. */
export function parseMemcheckLine(body: string): MemcheckLine {
  if (body.trim() === '') return { type: 'blank' };
  const first = body.charCodeAt(0);
  if (first >= 48 && first <= 57) return parseCounted(body);
  if (first === 32) return parseIndented(body);
  return parseHeading(body);
}

function parseCounted(body: string): MemcheckLine {
  if (REPETITION.test(body)) return { type: 'repetition' };
  const headline = readRecordHeadline(body);
  return headline === null ? { type: 'unknown', text: body } : { type: 'record', headline };
}

function parseIndented(body: string): MemcheckLine {
  const frame = parseFrame(body);
  if (frame !== null) return { type: 'frame', ...frame };
  const summary = SUMMARY.exec(body);
  if (summary !== null) {
    const [, kind = '', bytes, blocks] = summary;
    return {
      type: 'summary',
      kind: kind.replace(' ', '-') as LeakKind | 'suppressed',
      amount: { bytes: count(bytes), blocks: count(blocks) },
    };
  }
  const heap = parseHeap(body);
  if (heap !== null) return heap;
  return NOTICE.test(body) ? { type: 'notice' } : { type: 'detail', text: body.trim() };
}

function parseHeap(body: string): MemcheckLine | null {
  const inUse = IN_USE.exec(body);
  if (inUse !== null) {
    return { type: 'in-use', amount: { bytes: count(inUse[1]), blocks: count(inUse[2]) } };
  }
  const usage = HEAP_USAGE.exec(body);
  if (usage !== null) {
    const [, allocs, frees, bytes] = usage;
    return {
      type: 'heap-usage',
      usage: { allocs: count(allocs), frees: count(frees), bytes: count(bytes) },
    };
  }
  return null;
}

function parseHeading(body: string): MemcheckLine {
  if (body === 'HEAP SUMMARY:') return { type: 'heap-summary' };
  if (body === 'LEAK SUMMARY:') return { type: 'leak-summary' };
  if (body.startsWith('malloc/free: ')) return parseHeap(body) ?? { type: 'unknown', text: body };
  if (body.startsWith('All heap blocks were freed') || body.startsWith("No malloc'd blocks -- "))
    return { type: 'no-leaks' };
  if (body.startsWith('For a detailed leak analysis, rerun with: ')) return { type: 'no-analysis' };
  if (body.startsWith('Command: ')) return { type: 'command', value: body.slice(9) };
  const version = VERSION.exec(body);
  if (version !== null) return { type: 'version', value: version[1] as string };
  const parent = PARENT.exec(body);
  if (parent !== null) return { type: 'parent', pid: Number(parent[1]) };
  const errors = ERROR_SUMMARY.exec(body);
  if (errors !== null) {
    const [, errorCount, contexts, suppressed] = errors;
    return {
      type: 'error-summary',
      summary: { errors: count(errorCount), contexts: count(contexts), suppressed: count(suppressed) },
    };
  }
  const kind = errorKindOf(body);
  if (kind !== null) return { type: 'error', kind, message: body };
  if (BANNER.test(body)) return { type: 'banner' };
  const isNotice = NOTICE_STARTS.some((start) => body.startsWith(start)) || NOTICE.test(body);
  return isNotice ? { type: 'notice' } : { type: 'unknown', text: body };
}
