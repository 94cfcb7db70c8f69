import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { LeaktrailError } from '../error.js';
import type { Diagnosis } from './diagnosis.js';
import { keyOf, type LeakGroup, leakGroups } from './leak-groups.js';
import { counted, printable, shorten } from './printable.js';

/** What makes `diagnose` fail in CI: a definite loss, any leak, or a leak that the baseline does not hold. */
export const FAIL_ON = ['definite', 'any', 'new'] as const;
export type FailOn = (typeof FAIL_ON)[number];

/** Leaks that are named one by one where a check fails. */
const MOST_LEAKS = 5;
const LONGEST_LEAK = 110;

/**
 * Why diagnoses of the same logs fail: a line that says how many leaks there are, and lines that name them. Empty where
 * they do not fail. A leak that several of them see is one; a leak for which no record of the logs is cited is nothing
 * that a baseline could hold.
 *
 * @param known signatures of the baseline; null without one
 */
export function failureLines(
  diagnoses: readonly Diagnosis[],
  failOn: FailOn,
  known: ReadonlySet<string> | null,
): string[] {
  const all = diagnoses.flatMap((diagnosis) => failures(diagnosis, failOn, known ?? new Set()));
  const found = [...new Map(all.map((group) => [keyOf(group), group])).values()];
  if (found.length > 0) {
    const before = known === null ? '' : ' that the baseline does not hold';
    const more = found.length - MOST_LEAKS;
    return [
      `${counted(found.length, 'leak')} found${before} (--fail-on ${failOn})`,
      ...found.slice(0, MOST_LEAKS).map(leakLine),
      ...(more > 0 ? [`and ${more} more`] : []),
    ];
  }
  const bare = diagnoses.some((one) => one.stages.leak.verdict === 'YES' && leakGroups(one).length === 0);
  if (!bare || failOn === 'definite') return [];
  return [`a leak is found, but no record of the logs is cited for it (--fail-on ${failOn})`];
}

function leakLine({ evidence: [{ record }], bytes, records, signature }: LeakGroup): string {
  const which = `record ${records[0]}${records.length > 1 ? ` and ${records.length - 1} more` : ''}`;
  const line = `${counted(bytes, 'byte')} ${record.kind.replace('-', ' ')}, ${which}: ${signature}`;
  return shorten(printable(line), LONGEST_LEAK);
}

/** The groups of a diagnosis that make it fail. `known` holds the signatures of the baseline. */
export function failures(diagnosis: Diagnosis, failOn: FailOn, known: ReadonlySet<string>): LeakGroup[] {
  const groups = leakGroups(diagnosis).filter(({ signature }) => !known.has(signature));
  if (failOn !== 'definite') return groups;
  return groups.filter(({ evidence: [first] }) => first.record.kind === 'definitely-lost');
}

/** How a baseline is made. */
export const BASELINE_HINT = 'write one with `leaktrail diagnose LOG --format json > baseline.json`';

const groupsSchema = z.object({ groups: z.array(z.object({ signature: z.string() })) });
const baselineSchema = z.union([groupsSchema, z.object({ diagnoses: z.array(groupsSchema) })]);

/**
 * The signatures of an earlier `diagnose --format json` or `inspect --json`.
 * Throws a `LeaktrailError` for a file that is neither.
 */
export async function readBaseline(file: string): Promise<Set<string>> {
  const refuse = (what: string, cause?: unknown) =>
    new LeaktrailError('usage', what, { place: { file }, hint: BASELINE_HINT, cause });
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
