import type { LossRecord } from '../log/document.js';
import { signatureOf } from '../log/signature.js';
import type { Evidence } from './citations.js';
import type { Diagnosis } from './diagnosis.js';

/** Cited loss records of one log, kind and stack. */
export interface LeakGroup {
  readonly signature: string;
  readonly evidence: readonly [first: Evidence, ...rest: Evidence[]];
  readonly bytes: number;
  readonly blocks: number;
  /** Ids of the records, in the order in which they are cited. */
  readonly records: readonly string[];
  /** One of the records shows the root cause. */
  readonly isRootCause: boolean;
}

/** What tells groups of the same logs apart: log, kind and signature. */
export function keyOf({ evidence: [first] }: LeakGroup): string {
  return keyOfRecord(first.record);
}

function keyOfRecord({ log, kind, frames }: LossRecord): string {
  return JSON.stringify([log, kind, signatureOf(frames)]);
}

/** What a diagnosis says is leaked, by log, kind and signature, in the order of the citations; empty without a YES. */
export function leakGroups({ stages, evidence }: Diagnosis): LeakGroup[] {
  if (stages.leak.verdict !== 'YES') return [];
  const rootCause = new Set(stages['root-cause'].records);
  const groups = new Map<string, [Evidence, ...Evidence[]]>();
  for (const one of evidence) {
    const key = keyOfRecord(one.record);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [one]);
    else group.push(one);
  }
  return [...groups.values()].map((group) => ({
    signature: signatureOf(group[0].record.frames),
    evidence: group,
    bytes: group.reduce((sum, { record }) => sum + record.bytes, 0),
    blocks: group.reduce((sum, { record }) => sum + record.blocks, 0),
    records: group.map(({ record }) => record.id),
    isRootCause: group.some(({ record }) => rootCause.has(record.id)),
  }));
}
