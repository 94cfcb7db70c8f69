import { z } from 'zod';
import { MECHANISMS, STAGES, VERDICTS } from '../cases/truth.js';
import { LEAK_KINDS } from '../log/document.js';

const count = z.number().int().nonnegative();
const pairs = z.array(z.tuple([z.string(), z.string()]));
const answer = {
  verdict: z.enum(VERDICTS).nullable().describe('null when no verdict can be read from the text'),
  text: z.string().describe("the analyst's own words"),
  error: z.string().optional().describe('why there is no answer'),
};

/** What `diagnose --format json` prints. */
export const diagnosisSchema = z.object({
  analyst: z.string(),
  logs: z.array(z.object({ role: z.string(), file: z.string(), lines: count })),
  stages: z.object({
    relationship: z.object({ ...answer, processes: pairs, calls: pairs }),
    leak: z.object({ ...answer, records: z.array(z.string()) }),
    'root-cause': z.object({
      ...answer,
      records: z.array(z.string()),
      functions: z.array(z.string()),
      mechanism: z.enum(MECHANISMS).nullable(),
    }),
  }),
  groups: z
    .array(
      z.object({
        log: z.string(),
        kind: z.enum(LEAK_KINDS),
        signature: z.string(),
        records: z.array(z.string()),
        bytes: count,
        blocks: count,
      }),
    )
    .describe('the cited records by log, kind and stack, where the leak verdict is YES'),
  citations: z.array(
    z.object({
      id: z.string(),
      stages: z.array(z.enum(STAGES)),
      exists: z.boolean().describe('the record is in one of the logs'),
      shown: z.boolean().describe('the analyst got to see it'),
      quoted: z.boolean().describe('the line that opens the record stands in a reply'),
    }),
  ),
  usage: z
    .object({ inputTokens: count, outputTokens: count })
    .nullable()
    .describe('null for analysts that need no model'),
  cost: z
    .number()
    .nonnegative()
    .nullable()
    .describe('US dollars by models.yaml; null without a model, or where its price is not known'),
});
