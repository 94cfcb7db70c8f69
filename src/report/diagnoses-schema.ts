import { z } from 'zod';
import { diagnosisSchema } from './diagnosis-schema.js';

const shares = z
  .array(z.object({ analysts: z.array(z.string()), items: z.array(z.string()) }))
  .describe('each item once, by exactly who named it; what most analysts name comes first');
const agree = z.boolean().describe('all analysts gave a verdict, and the same');

/** What `diagnose --format json` prints where several analysts answer. */
export const diagnosesSchema = z.object({
  comparison: z.object({
    relationship: z.object({ agree, relations: shares.describe('pairs `a <-> b` and calls `a -> b`') }),
    leak: z.object({ agree, records: shares }),
    'root-cause': z.object({ agree, records: shares, functions: shares }),
  }),
  diagnoses: z.array(diagnosisSchema).describe('of the same logs, in the order in which analysts were named'),
});
