import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { hashOf, readLogBytes } from '../cases/case-logs.js';
import { findCases } from '../cases/find-cases.js';
import type { Case } from '../cases/load-case.js';
import { LeaktrailError } from '../error.js';
import type { Experiment } from './experiment.js';
import { hasAnswersFor } from './offline.js';
import type { Contestant, Run } from './run-file.js';

/** Who is asked about what. */
export interface RunPlan {
  readonly cases: readonly Case[];
  /** With the ids of their cases in place of the words of the experiment file; absent where it is all of them. */
  readonly contestants: readonly Contestant[];
}

/**
 * Finds the cases of an experiment, and those of each contestant.
 * Throws a `LeaktrailError` that names the experiment file when a word of it names no case.
 */
export async function planRun(experiment: Experiment, datasets: string): Promise<RunPlan> {
  const select = async (words: readonly string[]) => {
    try {
      return await findCases(datasets, words);
    } catch (error) {
      if (!(error instanceof LeaktrailError) || error.place.file !== undefined) throw error;
      throw new LeaktrailError(error.code, error.message, {
        place: { file: experiment.file },
        ...(error.hint !== undefined && { hint: error.hint }),
        cause: error,
      });
    }
  };
  const cases = await select(experiment.cases);
  const contestants: Contestant[] = [];
  for (const contestant of experiment.contestants) {
    const { cases: words, ...rest } = contestant;
    const named = words && new Set((await select(words)).map(({ id }) => id));
    const own = cases.filter(
      ({ id, about }) => (named?.has(id) ?? true) && hasAnswersFor(contestant.analyst, about.transcripts),
    );
    contestants.push(own.length === cases.length ? rest : { ...rest, cases: own.map(({ id }) => id) });
  }
  return { cases, contestants };
}

/** Whether a case is put to a contestant. */
export function isAsked(contestant: Contestant, id: string): boolean {
  return contestant.cases?.includes(id) ?? true;
}

/** Hashes of a case's logs (of their text) and of its truth.json. */
export async function hashesOf(source: Case): Promise<Run['hashes'][string]> {
  const logs = await Promise.all(source.about.logs.map((log) => readLogBytes(source.folder, log)));
  const truth = await readFile(path.join(source.folder, 'truth.json'));
  return { logs: logs.map(hashOf), truth: hashOf(truth) };
}
