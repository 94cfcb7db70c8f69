import type { Analyst } from '../analysts/analyst.js';
import { STAGES, type Stage } from '../cases/truth.js';
import { LeaktrailError } from '../error.js';
import type { Material } from '../evidence/material.js';
import { type Attempt, attempt, type Diagnosis, type StageAnswer } from './diagnosis.js';

/** What exactly these analysts, and no other, named in their answers to a stage. */
export interface Share {
  /** In the order of the diagnoses. */
  readonly analysts: readonly string[];
  readonly items: readonly string[];
}

/** The answers of several analysts to one stage, held against each other. */
export interface StageComparison {
  /** All analysts gave a verdict, and the same. */
  readonly agree: boolean;
  /** Pairs of processes (`a <-> b`) and calls (`a -> b`); only for the relationship. */
  readonly relations: readonly Share[];
  /** Ids of cited records, those included that are in no log. */
  readonly records: readonly Share[];
  /** Only for the root cause. */
  readonly functions: readonly Share[];
}

/** What several analysts say about the same logs, stage by stage. */
export type DiagnosisComparison = { readonly [stage in Stage]: StageComparison };

/**
 * Puts the same logs to several analysts at once. Each makes its own attempt: what one cannot answer takes nothing from
 * what the others do. Throws a `LeaktrailError` of code `usage` where two analysts share a name.
 */
export async function attemptAll(
  material: Material,
  analysts: readonly Analyst[],
  signal?: AbortSignal,
): Promise<Attempt[]> {
  const names = analysts.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    throw new LeaktrailError('usage', `${twice} cannot be set beside itself`, {
      hint: 'name each analyst once',
    });
  }
  return Promise.all(analysts.map((analyst) => attempt(material, analyst, signal)));
}

/** Where diagnoses of the same logs agree, and what only some of them name. */
export function compareDiagnoses(diagnoses: readonly Diagnosis[]): DiagnosisComparison {
  const comparison = {} as { [stage in Stage]: StageComparison };
  for (const stage of STAGES) {
    const [first, ...others] = diagnoses.map(({ stages }) => stages[stage].verdict);
    const shares = (itemsOf: (answer: StageAnswer) => readonly string[]) =>
      sharesOf(diagnoses.map(({ analyst, stages }) => [analyst, itemsOf(stages[stage])]));
    comparison[stage] = {
      agree: first != null && others.every((verdict) => verdict === first),
      relations: shares(relationsOf),
      records: shares(({ records }) => records),
      functions: shares(({ functions }) => functions),
    };
  }
  return comparison;
}

/** Pairs of processes and calls as answers write them; a pair has no direction, and is written in one way. */
export function relationsOf({ processes, calls }: StageAnswer): string[] {
  return [
    ...processes.map((pair) => [...pair].sort().join(' <-> ')),
    ...calls.map(([caller, callee]) => `${caller} -> ${callee}`),
  ];
}

/** Items by who named them: what all name first, then what fewer do; in the order in which they are first named. */
function sharesOf(named: readonly (readonly [analyst: string, items: readonly string[]])[]): Share[] {
  const analystsOf = new Map<string, string[]>();
  for (const [analyst, items] of named) {
    for (const item of new Set(items)) analystsOf.set(item, [...(analystsOf.get(item) ?? []), analyst]);
  }
  const shares = new Map<string, { analysts: string[]; items: string[] }>();
  for (const [item, analysts] of analystsOf) {
    const key = JSON.stringify(analysts);
    const share = shares.get(key);
    if (share === undefined) shares.set(key, { analysts, items: [item] });
    else share.items.push(item);
  }
  return [...shares.values()].sort((a, b) => b.analysts.length - a.analysts.length);
}
