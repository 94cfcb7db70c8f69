import type { z } from 'zod';
import type { Frozen } from '../frozen.js';
import { compareDiagnoses } from './diagnoses.js';
import type { diagnosesSchema } from './diagnoses-schema.js';
import type { Diagnosis } from './diagnosis.js';
import { diagnosisJson } from './diagnosis-json.js';

/** What `diagnose --format json` prints where several analysts answer. */
export function diagnosesJson(diagnoses: readonly Diagnosis[]): Frozen<z.infer<typeof diagnosesSchema>> {
  const { relationship, leak, 'root-cause': rootCause } = compareDiagnoses(diagnoses);
  return {
    comparison: {
      relationship: { agree: relationship.agree, relations: relationship.relations },
      leak: { agree: leak.agree, records: leak.records },
      'root-cause': { agree: rootCause.agree, records: rootCause.records, functions: rootCause.functions },
    },
    diagnoses: diagnoses.map(diagnosisJson),
  };
}
