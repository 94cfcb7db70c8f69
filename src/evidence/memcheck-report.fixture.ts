import type { LogDocument } from '../log/document.js';
import { readLog } from '../log/read-log.js';

/** One loss record as a test writes it: `'definitely'`, blocks, direct bytes, then functions from the allocation outwards. */
export interface WrittenLoss {
  readonly kind: 'definitely lost' | 'possibly lost' | 'indirectly lost' | 'still reachable';
  readonly blocks: number;
  readonly bytes: number;
  readonly indirect?: number;
  /** Innermost first, joined by ` < `; `file.c:function` where the file matters. */
  readonly stack: string;
}

export interface WrittenReport {
  readonly losses: readonly WrittenLoss[];
  /** Blocks that the LEAK SUMMARY counts and no record shows. */
  readonly unprinted?: Partial<Record<WrittenLoss['kind'], { bytes: number; blocks: number }>>;
  readonly role?: string;
  readonly command?: string;
  readonly pid?: number;
  /** Lines that the program wrote before its report. */
  readonly lines?: readonly string[];
  /** The log ends before the report does. */
  readonly cut?: boolean;
}

const KINDS = ['definitely lost', 'indirectly lost', 'possibly lost', 'still reachable'] as const;

/** Writes a Memcheck report and reads it again. */
export async function memcheckReport(written: WrittenReport): Promise<LogDocument> {
  const { losses, unprinted = {}, role = 'broker', command = './broker', pid = 7, lines = [], cut } = written;
  const body = losses.flatMap(({ kind, blocks, bytes, indirect, stack }, index) => [
    `${total(bytes, indirect)} bytes in ${blocks} blocks are ${kind} in loss record ${index + 1} of ${losses.length}`,
    '   at 0x1000: malloc (vg_replace_malloc.c:381)',
    ...stack.split(' < ').map((frame, depth) => {
      const [file, name] = frame.includes(':') ? frame.split(':') : ['broker.c', frame];
      return `   by 0x20${index}${depth}: ${name} (${file}:${index + depth + 1})`;
    }),
    '',
  ]);
  const summary = KINDS.map((kind) => {
    const printed = losses.filter((loss) => loss.kind === kind);
    const sum = (of: 'bytes' | 'blocks') =>
      printed.reduce((all, loss) => all + loss[of], unprinted[kind]?.[of] ?? 0).toLocaleString('en-US');
    return `   ${kind.padStart(15)}: ${sum('bytes')} bytes in ${sum('blocks')} blocks`;
  });
  const report = [
    'Memcheck, a memory error detector',
    `Command: ${command}`,
    '',
    ...body,
    ...(cut ? [] : ['LEAK SUMMARY:', ...summary, '        suppressed: 0 bytes in 0 blocks', '']),
    ...(cut ? [] : ['ERROR SUMMARY: 0 errors from 0 contexts (suppressed: 0 from 0)']),
  ].map((line) => `==${pid}== ${line}`);
  return readLog(new TextEncoder().encode(`${[...lines, ...report].join('\n')}\n`), { role });
}

function total(direct: number, indirect: number | undefined): string {
  if (indirect === undefined) return direct.toLocaleString('en-US');
  const [all, own, theirs] = [direct + indirect, direct, indirect].map((figure) =>
    figure.toLocaleString('en-US'),
  );
  return `${all} (${own} direct, ${theirs} indirect)`;
}
