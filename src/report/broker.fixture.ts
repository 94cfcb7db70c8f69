import type { Analyst } from '../analysts/analyst.js';
import type { Stage } from '../cases/truth.js';
import { LeaktrailError } from '../error.js';
import type { Material } from '../evidence/material.js';
import { readLog } from '../log/read-log.js';
import { logText } from '../log/text.js';

/** Two definite losses, and a line that tries to be more than text. */
const LOG = `==7== Memcheck, a memory error detector
==7== Command: ./broker
==7== 
broker: \x1b[31mclient rejected\x1b[0m <script>alert(1)</script>
==7== 
==7== HEAP SUMMARY:
==7==     in use at exit: 48 bytes in 2 blocks
==7==   total heap usage: 9 allocs, 7 frees, 90 bytes allocated
==7== 
==7== 16 bytes in 1 blocks are definitely lost in loss record 1 of 2
==7==    at 0x4848899: malloc (in /usr/libexec/valgrind/vgpreload_memcheck-amd64-linux.so)
==7==    by 0x109171: session_new (broker.c:12)
==7==    by 0x109190: main (broker.c:40)
==7== 
==7== 32 bytes in 1 blocks are definitely lost in loss record 2 of 2
==7==    at 0x4848899: malloc (in /usr/libexec/valgrind/vgpreload_memcheck-amd64-linux.so)
==7==    by 0x109171: queue_new (broker.c:20)
==7==    by 0x109190: main (broker.c:41)
==7== 
==7== LEAK SUMMARY:
==7==    definitely lost: 48 bytes in 2 blocks
==7==    indirectly lost: 0 bytes in 0 blocks
==7==      possibly lost: 0 bytes in 0 blocks
==7==    still reachable: 0 bytes in 0 blocks
==7==         suppressed: 0 bytes in 0 blocks
==7== 
==7== ERROR SUMMARY: 2 errors from 2 contexts (suppressed: 0 from 0)
`;

/** The broker's log, changed where a test asks for it, as an analyst gets it. */
export async function brokerMaterial(change: (text: string) => string = (text) => text): Promise<Material> {
  const bytes = Buffer.from(change(LOG));
  const document = await readLog(bytes, { role: 'broker' });
  return { id: 'broker', system: null, logs: [{ document, text: logText(bytes) }], transcripts: new Map() };
}

/** An analyst with a script; a stage without a line in it fails as a server would. */
export function analystSaying(replies: Partial<Record<Stage, string>>): Analyst {
  return {
    name: 'script',
    offline: true,
    open: async () => ({
      ask: async (stage) => {
        const text = replies[stage];
        if (text === undefined) throw new LeaktrailError('provider', 'the server hung up');
        return { text, usage: { inputTokens: 100, outputTokens: 10 } };
      },
    }),
  };
}
