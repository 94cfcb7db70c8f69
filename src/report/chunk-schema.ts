import { z } from 'zod';

const count = z.number().int().nonnegative();

/** A line of `chunk --json`. */
export const chunkSchema = z.object({
  index: count.describe('0-based place among the chunks'),
  log: z.string().describe('role of its log'),
  lines: z.tuple([count, count]).describe('first and last line of the log that it draws on'),
  records: z.array(z.string()),
  tokens: count,
  text: z.string(),
});
