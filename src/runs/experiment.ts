import { existsSync } from 'node:fs';
import { z } from 'zod';
import { readCheckedFile, SchemaError } from '../cases/checked-file.js';
import { STAGES } from '../cases/truth.js';
import { LeaktrailError } from '../error.js';
import { caseEntrySchema } from './case-entry.js';
import { contestantEntrySchema, expandContestants, isModel, type PlannedContestant } from './contestant.js';

const name = z
  .string()
  .regex(/^[a-z0-9][a-z0-9.-]*$/, 'expected lower-case letters, digits, dots and dashes')
  .refine((given) => given !== 'strategies', '`leaktrail strategies` writes to that folder');

/** An experiment file, as users write it. Every field is explained in docs/experiments.md. */
export const experimentSchema = z.strictObject({
  schema: z.literal(1),
  /** Also the name of the run's folder. */
  name,
  /**
   * Ids of cases, ids with `*`, `tag:NAME`, or one of these after `!`, which leaves its cases out; and such words with
   * variations of the cases that they select.
   */
  cases: z.array(caseEntrySchema).min(1).default(['*']),
  contestants: z.array(contestantEntrySchema).min(1),
  stages: z
    .array(z.enum(STAGES))
    .min(1)
    .default([...STAGES]),
  repeats: z.number().int().min(1).default(1),
  /** Requests under way at a time, over all contestants. */
  concurrency: z.number().int().min(1).max(1000).default(8),
  /** What may begin in any minute, for each model by itself. */
  perMinute: z
    .strictObject({
      requests: z.number().int().positive().optional(),
      tokens: z.number().int().positive().optional(),
    })
    .default({}),
  /** The run stops cleanly before the request that would begin after one of these is used up. */
  budget: z
    .strictObject({
      usd: z.number().positive().optional(),
      tokens: z.number().int().positive().optional(),
      requests: z.number().int().positive().optional(),
    })
    .default({}),
});
type ExperimentFile = z.infer<typeof experimentSchema>;

/** An experiment with its matrix written out. */
export interface Experiment extends Omit<ExperimentFile, 'contestants'> {
  /** Where it was read from, for messages. */
  readonly file: string;
  readonly contestants: readonly PlannedContestant[];
}

/**
 * Reads an experiment file and writes its matrix out.
 * Throws a `LeaktrailError` with file and line for whatever is wrong with it.
 */
export async function readExperiment(file: string): Promise<Experiment> {
  if (!existsSync(file)) {
    throw new LeaktrailError('usage', 'no such experiment file', {
      place: { file },
      hint: 'name a YAML file, such as eval/experiments/offline.yaml',
    });
  }
  const { value, lineOf } = await readCheckedFile(file, experimentSchema);
  const contestants = value.contestants.flatMap((entry) => expandContestants(entry));
  const models = contestants.filter(({ analyst }) => isModel(analyst));
  if (new Set(models.map(({ settings }) => settings.redact)).size > 1) {
    const index = value.contestants.findIndex(({ redact }) => redact !== undefined);
    throw new SchemaError([
      {
        file,
        line: lineOf(['contestants', index, 'redact']),
        what: 'one model would be redacted and another one not',
        remedy: 'a run stores either names or what they stand for: make two experiments',
      },
    ]);
  }
  const seen = new Set<string>();
  for (const { id } of contestants) {
    if (seen.has(id)) {
      const index = value.contestants.findLastIndex((entry) =>
        expandContestants(entry).some((contestant) => contestant.id === id),
      );
      throw new SchemaError([
        {
          file,
          line: lineOf(['contestants', index]),
          what: `contestant ${id} is listed twice`,
          remedy: 'remove one of them, or tell them apart by a setting',
        },
      ]);
    }
    seen.add(id);
  }
  const stages = STAGES.filter((stage) => value.stages.includes(stage));
  return { ...value, stages, file, contestants };
}
