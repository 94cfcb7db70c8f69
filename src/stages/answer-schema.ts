import { z } from 'zod';
import { MECHANISMS, type Stage, VERDICTS } from '../cases/truth.js';

const explanation = z
  .string()
  .describe('A few sentences: what the log shows and why it leads to the verdict.');
const verdict = z.enum(VERDICTS).describe('YES, NO, or UNSURE if more details or context are needed.');
const records = z
  .array(z.string())
  .describe('Ids of the loss records that show it, such as 351 or ROLE:351; empty unless YES.');

const relationshipSchema = z.strictObject({
  explanation,
  verdict,
  processes: z
    .array(z.strictObject({ one: z.string(), other: z.string() }))
    .describe('Pairs of processes that talk to each other, named as the log names them.'),
  calls: z
    .array(z.strictObject({ caller: z.string(), callee: z.string() }))
    .describe('Functions that call one another.'),
});

const leakSchema = z.strictObject({ explanation, verdict, records });

const rootCauseSchema = z.strictObject({
  explanation,
  verdict,
  records,
  functions: z.array(z.string()).describe('Functions that should free the memory or hand it on and do not.'),
  mechanism: z.enum(MECHANISMS).nullable().describe('How the memory is lost; null unless YES.'),
});

const SCHEMAS = { relationship: relationshipSchema, leak: leakSchema, 'root-cause': rootCauseSchema };

/**
 * The answer to a stage as a JSON object, for providers that take a schema. It says what the canonical text says;
 * `parseAnswer` reads the object's text. Every field is required, as strict schemas want it.
 */
export function answerSchema<S extends Stage>(stage: S): (typeof SCHEMAS)[S] {
  return SCHEMAS[stage];
}
