import type { Stage } from '../src/cases/truth.js';
import type { Answer } from '../src/stages/answer.js';

/** What answers to two stages of one sitting say against each other. */
export const CONTRADICTIONS = [
  'no leak, yet a root cause',
  'a leak, yet no root cause',
  'the root cause cites none of the leak records',
] as const;
export type Contradiction = (typeof CONTRADICTIONS)[number];

/**
 * Contradictions between the answers of one contestant to one case in one repeat; unparsed stages are absent.
 *
 * @param canonical gives the same text for every name of a record
 */
export function contradictionsOf(
  answers: ReadonlyMap<Stage, Answer>,
  canonical: (citation: string) => string,
): Contradiction[] {
  const leak = answers.get('leak');
  const cause = answers.get('root-cause');
  if (leak === undefined || cause === undefined) return [];
  if (leak.verdict === 'NO' && cause.verdict === 'YES') return ['no leak, yet a root cause'];
  if (leak.verdict === 'YES' && cause.verdict === 'NO') return ['a leak, yet no root cause'];
  if (leak.verdict !== 'YES' || cause.verdict !== 'YES') return [];
  if (leak.records.length === 0 || cause.records.length === 0) return [];
  const cited = new Set(leak.records.map(canonical));
  return cause.records.some((id) => cited.has(canonical(id)))
    ? []
    : ['the root cause cites none of the leak records'];
}
