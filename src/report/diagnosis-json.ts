import type { z } from 'zod';
import type { Frozen } from '../frozen.js';
import type { Diagnosis, StageAnswer } from './diagnosis.js';
import type { diagnosisSchema } from './diagnosis-schema.js';
import { leakGroups } from './leak-groups.js';

/** What `diagnose --format json` prints. */
export function diagnosisJson(diagnosis: Diagnosis): Frozen<z.infer<typeof diagnosisSchema>> {
  const { relationship, leak, 'root-cause': rootCause } = diagnosis.stages;
  const failed = (answer: StageAnswer) => (answer.error === null ? {} : { error: answer.error });
  return {
    analyst: diagnosis.analyst,
    logs: diagnosis.logs,
    stages: {
      relationship: {
        verdict: relationship.verdict,
        processes: relationship.processes,
        calls: relationship.calls,
        text: relationship.text,
        ...failed(relationship),
      },
      leak: { verdict: leak.verdict, records: leak.records, text: leak.text, ...failed(leak) },
      'root-cause': {
        verdict: rootCause.verdict,
        records: rootCause.records,
        functions: rootCause.functions,
        mechanism: rootCause.mechanism,
        text: rootCause.text,
        ...failed(rootCause),
      },
    },
    groups: leakGroups(diagnosis).map(({ signature, evidence: [first], records, bytes, blocks }) => ({
      log: first.record.log,
      kind: first.record.kind,
      signature,
      records,
      bytes,
      blocks,
    })),
    citations: diagnosis.citations,
    usage: diagnosis.usage,
    cost: diagnosis.cost,
  };
}
