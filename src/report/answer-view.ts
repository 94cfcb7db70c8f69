import type { Stage } from '../cases/truth.js';
import { idRanges } from '../context/id-ranges.js';
import { relationsOf } from './diagnoses.js';
import type { Diagnosis, StageAnswer } from './diagnosis.js';
import { counted, grouped } from './printable.js';

export const STAGE_TITLES: { readonly [stage in Stage]: string } = {
  relationship: 'Do processes or functions call each other?',
  leak: 'Is memory leaked?',
  'root-cause': 'What is the root cause?',
};

/** The verdict in words, also where there is none. */
export function verdictText({ verdict, error }: StageAnswer): string {
  return error === null ? (verdict ?? 'no verdict could be read') : 'no answer';
}

/** What an answer names, on one line: its pairs and calls, or its records; empty where it names nothing. */
export function namedText(answer: StageAnswer): string {
  const relations = relationsOf(answer);
  if (relations.length > 0) return relations.join(', ');
  const { records } = answer;
  return records.length === 0 ? '' : `${counted(records.length, 'record')}: ${idRanges(records)}`;
}

/** Tokens and cost of a diagnosis; null where no model was asked. */
export function usageText({ usage, cost }: Diagnosis): string | null {
  if (usage === null) return null;
  return `${grouped(usage.inputTokens)} tokens in, ${grouped(usage.outputTokens)} out, ${costText(cost)}`;
}

/** US dollars, small sums to the hundredth of a cent. */
export function costText(cost: number | null): string {
  return cost === null ? 'cost unknown' : `$${cost.toFixed(cost < 1 ? 4 : 2)}`;
}

/** Ids of a diagnosis's citations that are in no log, and of records that the analyst never saw. */
export function unfounded({ citations }: Diagnosis, stage?: Stage): { missing: string[]; unseen: string[] } {
  const own = citations.filter(({ stages }) => stage === undefined || stages.includes(stage));
  return {
    missing: own.filter(({ exists }) => !exists).map(({ id }) => id),
    unseen: own.filter(({ exists, shown }) => exists && !shown).map(({ id }) => id),
  };
}
