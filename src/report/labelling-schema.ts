import { z } from 'zod';

const count = z.number().int().nonnegative();
const side = z.object({ records: z.array(z.string()), blocks: count, bytes: count });
const stack = { program: z.string(), signature: z.string(), before: side, after: side };

/** What `label --json` prints. */
export const labellingSchema = z.object({
  records: z.array(z.string()).describe('ids of the first run before the fix: what the fix removed'),
  scale: z.number().positive().describe('workload after the fix in terms of that before it'),
  groups: z.array(
    z.object({
      ...stack,
      change: z.enum(['gone', 'shrunk', 'same', 'new']),
      part: z.enum(['root', 'child']).nullable(),
    }),
  ),
  leftOut: z
    .array(z.object({ ...stack, reason: z.enum(['unstable', 'hidden']), why: z.string() }))
    .describe('stacks that the logs do not settle'),
});
