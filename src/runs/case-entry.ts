import { z } from 'zod';
import { selectCases } from '../cases/find-cases.js';
import type { Case } from '../cases/load-case.js';
import { LeaktrailError } from '../error.js';
import { canVary, isChange, type Variation, variationSchema } from '../evidence/vary.js';
import { oneOrMany } from './one-or-many.js';
import { type RunCase, runCase, runVariant } from './run-case.js';

const word = z.string().min(1);

const variantsSchema = z.strictObject({
  case: oneOrMany(word),
  /** Of each case one variant for each of these. */
  vary: oneOrMany(variationSchema.refine(isChange, 'names no change')),
});

/** One entry under `cases`: a word that selects cases as they are, or words with variations of the cases they select. */
export const caseEntrySchema = z.union([word, variantsSchema]);
export type CaseEntry = z.infer<typeof caseEntrySchema>;

/**
 * The cases and variants that entries name, each once, by id. The words among the entries are one selection; where there
 * are only variants, no case is taken as it is.
 *
 * Throws a `LeaktrailError` when a word names no case, or a variation asks for what cannot be made.
 */
export function casesOf(entries: readonly CaseEntry[], cases: readonly Case[]): RunCase[] {
  const words = entries.filter((entry) => typeof entry === 'string');
  const variants = entries.filter((entry) => typeof entry !== 'string');
  const named = [
    ...(words.length > 0 ? selectCases(cases, words).map(runCase) : []),
    ...variants.flatMap((entry) =>
      entry.vary.flatMap((variation) =>
        changeable(cases, entry.case, variation).map((source) => variantOf(source, variation, cases)),
      ),
    ),
  ];
  const byId = new Map(named.map((one) => [one.id, one]));
  return [...byId.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** The selected cases of which a variant can be made; one that is named by its id must be such a case. */
function changeable(cases: readonly Case[], words: readonly string[], variation: Variation): Case[] {
  const selected = selectCases(cases, words);
  const refused = selected.find((one) => words.includes(one.id) && !canVary(one, variation));
  if (refused !== undefined) throw cannotVary(refused.id);
  const left = selected.filter((one) => canVary(one, variation));
  if (left.length === 0) throw cannotVary(words.join(', '));
  return left;
}

function variantOf(source: Case, variation: Variation, cases: readonly Case[]): RunCase {
  const twin = cases.find(({ about }) => about.twinOf === source.id) ?? null;
  const merged = variation.merge === undefined ? null : selectCases(cases, [variation.merge])[0];
  if (merged && !canVary(merged, variation)) throw cannotVary(merged.id);
  return runVariant(source, variation, { twin, merged: merged ?? null });
}

function cannotVary(what: string): LeaktrailError {
  return new LeaktrailError('usage', `no such variant can be made of ${what}: its report is XML`, {
    hint: 'name the case with the text report, or a pattern, which leaves such cases out',
  });
}
