import { findCases } from '../cases/find-cases.js';
import { LeaktrailError } from '../error.js';
import { type CaseEntry, casesOf } from './case-entry.js';
import type { Experiment } from './experiment.js';
import { hasAnswersFor } from './offline.js';
import type { RunCase } from './run-case.js';
import type { Contestant } from './run-file.js';

/** Who is asked about what. */
export interface RunPlan {
  readonly cases: readonly RunCase[];
  /** With the ids of their cases in place of the words of the experiment file; absent where it is all of them. */
  readonly contestants: readonly Contestant[];
}

/**
 * Finds the cases and variants of an experiment, and those of each contestant. None is opened.
 * Throws a `LeaktrailError` that names the experiment file when a word of it names no case, or one that cannot be
 * varied as it says.
 */
export async function planRun(experiment: Experiment, datasets: string): Promise<RunPlan> {
  const all = await findCases(datasets);
  const select = (entries: readonly CaseEntry[]) => {
    try {
      return casesOf(entries, all);
    } catch (error) {
      if (!(error instanceof LeaktrailError)) throw error;
      throw new LeaktrailError(error.code, error.message, {
        place: { file: experiment.file },
        ...(error.hint !== undefined && { hint: error.hint }),
        cause: error,
      });
    }
  };
  const cases = select(experiment.cases);
  const contestants: Contestant[] = [];
  for (const contestant of experiment.contestants) {
    const { cases: entries, ...rest } = contestant;
    const named = entries && new Set(select(entries).map(({ id }) => id));
    const own = cases.filter(
      ({ id, transcripts }) => (named?.has(id) ?? true) && hasAnswersFor(contestant.analyst, transcripts),
    );
    contestants.push(own.length === cases.length ? rest : { ...rest, cases: own.map(({ id }) => id) });
  }
  return { cases, contestants };
}

/** Whether a case is put to a contestant. */
export function isAsked(contestant: Contestant, id: string): boolean {
  return contestant.cases?.includes(id) ?? true;
}
