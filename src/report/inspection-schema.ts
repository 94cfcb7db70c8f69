import { z } from 'zod';
import { LEAK_KINDS } from '../log/document.js';

const count = z.number().int().nonnegative();
const lineRange = z
  .tuple([count.min(1), count.min(1)])
  .describe('first and last line, 1-based and inclusive');
const amount = z.object({ bytes: count, blocks: count });
const pid = z.number().int().nullable();
const frame = z.object({
  function: z.string().nullable(),
  file: z.string().nullable(),
  line: count.nullable(),
  object: z.string().nullable(),
});
const kind = z.enum(LEAK_KINDS);
const summary = z.object({
  'definitely-lost': amount,
  'indirectly-lost': amount,
  'possibly-lost': amount,
  'still-reachable': amount,
  suppressed: amount,
});
const check = z.object({
  number: count,
  lines: lineRange,
  recordsCounted: count.nullable().describe('loss records that the tool counted, printed or not'),
  inUseAtExit: amount.nullable(),
  heapUsage: z.object({ allocs: count, frees: count, bytes: count }).nullable(),
  summary: summary.nullable().describe('null where the report was cut short or the tool prints none'),
});

/** What `inspect --json` prints. */
export const inspectionSchema = z.object({
  logs: z.array(
    z.object({
      role: z.string(),
      file: z.string(),
      format: z.string(),
      lines: count,
      bytes: count,
      truncated: z.boolean(),
    }),
  ),
  records: z.array(
    z.object({
      id: z.string().describe('how an answer cites the record'),
      number: count,
      pid,
      check: count,
      log: z.string(),
      kind,
      bytes: count,
      blocks: count,
      directBytes: count,
      indirectBytes: count,
      lines: lineRange,
      frames: z.array(frame),
      signature: z.string(),
    }),
  ),
  groups: z.array(
    z.object({ signature: z.string(), records: z.array(z.string()), bytes: count, blocks: count }),
  ),
  events: z.object({
    count,
    templates: z.array(
      z.object({
        log: z.string(),
        template: z.string(),
        component: z.string().nullable(),
        level: z.string().nullable(),
        count,
      }),
    ),
  }),
  errors: z.array(
    z.object({
      log: z.string(),
      kind: z.string(),
      message: z.string(),
      pid,
      lines: lineRange,
      frames: z.array(frame),
    }),
  ),
  summary: z.array(
    z.object({
      log: z.string(),
      pid,
      parentPid: pid,
      tool: z.string(),
      toolVersion: z.string().nullable(),
      command: z.string().nullable(),
      lines: lineRange,
      checks: z.array(check),
      errorSummary: z.object({ errors: count, contexts: count, suppressed: count }).nullable(),
    }),
  ),
  problems: z.array(z.object({ log: z.string(), line: count, what: z.string(), why: z.string() })),
  tokens: count.describe('of the whole text of all logs, in o200k_base'),
});
