import type { Material } from '../../evidence/material.js';
import { readLog } from '../../log/read-log.js';
import { assignRecordIds } from '../../log/record-id.js';
import { logText } from '../../log/text.js';

export interface SmallRecord {
  readonly kind?: 'definitely lost' | 'indirectly lost' | 'possibly lost' | 'still reachable';
  readonly blocks: number;
  /** Bytes of each block; 16 where absent. */
  readonly size?: number;
  /** Bytes held by its blocks. */
  readonly held?: number;
  /** `f g.c` or `f /lib/x.so`, innermost first, behind `malloc`. Everything is in main.c where no file is named. */
  readonly stack: readonly string[];
}

/** The lines of a memcheck report of process 7 with these records and its summary. */
export function report(records: readonly SmallRecord[]): string[] {
  const lines = ['Memcheck, a memory error detector', 'Command: ./kettle', '', 'HEAP SUMMARY:'];
  lines.push(
    '    in use at exit: 1 bytes in 1 blocks',
    '  total heap usage: 2 allocs, 1 frees, 3 bytes allocated',
    '',
  );
  records.forEach(({ kind = 'definitely lost', blocks, size = 16, held = 0, stack }, index) => {
    const direct = blocks * size;
    const parts = held === 0 ? '' : ` (${direct} direct, ${held} indirect)`;
    lines.push(
      `${direct + held}${parts} bytes in ${blocks} blocks are ${kind} in loss record ${index + 1} of ${records.length}`,
    );
    lines.push('   at 0x4840000: malloc (in /usr/libexec/valgrind/vgpreload_memcheck-amd64-linux.so)');
    for (const [depth, call] of stack.entries()) {
      const [name = '', file = 'main.c'] = call.split(' ');
      const place = file.includes('.so') ? `in ${file}` : `${file}:${depth + 1}`;
      lines.push(`   by 0x${(0x401000 + depth).toString(16).toUpperCase()}: ${name} (${place})`);
    }
    lines.push('');
  });
  lines.push('LEAK SUMMARY:');
  for (const kind of [
    'definitely lost',
    'indirectly lost',
    'possibly lost',
    'still reachable',
    'suppressed',
  ]) {
    lines.push(`   ${kind}: 0 bytes in 0 blocks`);
  }
  lines.push('', 'ERROR SUMMARY: 0 errors from 0 contexts (suppressed: 0 from 0)');
  return lines.map((line) => `==7== ${line}`);
}

/** The same event so many times over. */
export function times(count: number, message: string): string[] {
  return Array.from(
    { length: count },
    (_, n) => `2026-01-02 03:04:05 kettle: ${message.replace('#', `${n}`)}`,
  );
}

/** Material of one log with these lines, or of several logs by role. */
export async function materialOfLines(
  lines: readonly string[] | Readonly<Record<string, readonly string[]>>,
): Promise<Material> {
  const byRole = Array.isArray(lines) ? { kettle: lines as readonly string[] } : lines;
  const logs = await Promise.all(
    Object.entries(byRole as Readonly<Record<string, readonly string[]>>).map(async ([role, of]) => {
      const bytes = Buffer.from(`${of.join('\n')}\n`);
      return { document: await readLog(bytes, { role }), text: logText(bytes) };
    }),
  );
  assignRecordIds(logs.map(({ document }) => document));
  return { id: 'kettle', system: null, logs, transcripts: new Map() };
}
