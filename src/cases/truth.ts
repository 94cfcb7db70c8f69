import { z } from 'zod';

/** The three staged questions, in the order in which they are asked. */
export const STAGES = ['relationship', 'leak', 'root-cause'] as const;
export type Stage = (typeof STAGES)[number];

export const VERDICTS = ['YES', 'NO', 'UNSURE'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** The closed list of ways in which memory is lost (docs/architecture.md). The last one is no leak. */
export const MECHANISMS = [
  'missing free on an error path',
  'missing free on teardown',
  'nested object not freed',
  'container entry not freed',
  'overwritten pointer',
  'reference count',
  'one-time allocation',
] as const;
export type Mechanism = (typeof MECHANISMS)[number];

const verdict = z.enum(VERDICTS);
const text = z.string().trim().min(1);
const recordIds = z.array(text).refine((ids) => new Set(ids).size === ids.length, 'a record is listed twice');
const pair = z.tuple([text, text]);

const causeSchema = z.strictObject({
  id: text,
  primary: z.boolean(),
  mechanism: z.enum(MECHANISMS),
  /** Functions at fault. Empty where the log shows none. */
  functions: z.array(text),
  statement: text,
  /** Loss records that show the cause; citing any of them finds it. */
  records: recordIds,
});

/** truth.json: the right answers of a case and where they come from. */
export const truthSchema = z
  .strictObject({
    schema: z.literal(1),
    relationship: z.strictObject({
      verdict,
      /** Pairs of processes that talk to each other; the order within a pair means nothing. */
      processes: z.array(pair),
      /** Caller and callee. */
      calls: z.array(pair),
    }),
    leak: z.strictObject({
      verdict,
      /** All that the bug caused. */
      records: recordIds,
      /** Real leaks that are not this bug: neither right nor wrong to cite. */
      otherLeaks: recordIds,
    }),
    'root-cause': z.strictObject({ verdict, causes: z.array(causeSchema) }),
    /** How the truth was found, for a reader; `logs` names what it was derived from. */
    evidence: z.strictObject({ method: text, logs: z.array(text), notes: z.array(text).default([]) }),
  })
  .superRefine((truth, context) => {
    const own = new Set(truth.leak.records);
    const other = truth.leak.otherLeaks.find((id) => own.has(id));
    if (other !== undefined) {
      context.addIssue({
        code: 'custom',
        path: ['leak', 'otherLeaks'],
        message: `record ${other} is also in leak.records`,
      });
    }
    for (const [index, cause] of truth['root-cause'].causes.entries()) {
      const stranger = cause.records.find((id) => !own.has(id));
      if (stranger !== undefined) {
        context.addIssue({
          code: 'custom',
          path: ['root-cause', 'causes', index, 'records'],
          message: `record ${stranger} is not in leak.records`,
        });
      }
    }
  });

export type Truth = z.infer<typeof truthSchema>;
