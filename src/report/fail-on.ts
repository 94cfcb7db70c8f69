import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { LeaktrailError } from '../error.js';
import type { Diagnosis } from './diagnosis.js';
import { keyOf, type LeakGroup, leakGroups } from './leak-groups.js';
import { counted } from './printable.js';

/** What makes `diagnose` fail in CI: a definite loss, any leak, or a leak that the baseline does not hold. */
export const FAIL_ON = ['definite', 'any', 'new'] as const;
export type FailOn = (typeof FAIL_ON)[number];

/**
 * Why diagnoses of the same logs fail, in words; null where they do not. A leak that several of them see is one; a
 * leak for which no record of the logs is cited is nothing that a baseline could hold.
 *
 * @param known signatures of the baseline
 */
export function failureOf(
  diagnoses: readonly Diagnosis[],
  failOn: FailOn,
  known: ReadonlySet<string>,
): string | null {
  const all = diagnoses.map((diagnosis) => failures(diagnosis, failOn, known));
  const found = new Set(all.flat().map(keyOf));
  const before = known.size === 0 ? '' : ' that the baseline does not hold';
  if (found.size > 0) return `${counted(found.size, 'leak')} found${before}`;
  const bare = diagnoses.some((one) => one.stages.leak.verdict === 'YES' && leakGroups(one).length === 0);
  return bare && failOn !== 'definite' ? 'a leak is found, but no record of the logs is cited for it' : null;
}

/** The groups of a diagnosis that make it fail. `known` holds the signatures of the baseline. */
export function failures(diagnosis: Diagnosis, failOn: FailOn, known: ReadonlySet<string>): LeakGroup[] {
  const groups = leakGroups(diagnosis).filter(({ signature }) => !known.has(signature));
  if (failOn !== 'definite') return groups;
  return groups.filter(({ evidence: [first] }) => first.record.kind === 'definitely-lost');
}

const groupsSchema = z.object({ groups: z.array(z.object({ signature: z.string() })) });
const baselineSchema = z.union([groupsSchema, z.object({ diagnoses: z.array(groupsSchema) })]);

/**
 * The signatures of an earlier `diagnose --format json` or `inspect --json`.
 * Throws a `LeaktrailError` for a file that is neither.
 */
export async function readBaseline(file: string): Promise<Set<string>> {
  const hint = 'a baseline is the output of `leaktrail diagnose --format json` or `leaktrail inspect --json`';
  const refuse = (what: string, cause?: unknown) =>
    new LeaktrailError('usage', what, { place: { file }, hint, cause });
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    throw refuse(missing ? 'no such baseline' : 'the baseline cannot be read', cause);
  }
  const baseline = baselineSchema.safeParse(parsed(text, refuse));
  if (!baseline.success) throw refuse('the baseline has no groups with signatures');
  const { data } = baseline;
  const parts = 'groups' in data ? [data] : data.diagnoses;
  return new Set(parts.flatMap(({ groups }) => groups.map(({ signature }) => signature)));
}

function parsed(text: string, refuse: (what: string, cause: unknown) => LeaktrailError): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw refuse(text.trim() === '' ? 'the baseline is empty' : 'the baseline is not JSON', cause);
  }
}
