import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { LeaktrailError } from '../error.js';
import type { Diagnosis } from './diagnosis.js';
import { type LeakGroup, leakGroups } from './leak-groups.js';

/** What makes `diagnose` fail in CI: a definite loss, any leak, or a leak that the baseline does not hold. */
export const FAIL_ON = ['definite', 'any', 'new'] as const;
export type FailOn = (typeof FAIL_ON)[number];

const baselineSchema = z.object({ groups: z.array(z.object({ signature: z.string() })) });

/** The groups of a diagnosis that make it fail. `known` holds the signatures of the baseline. */
export function failures(diagnosis: Diagnosis, failOn: FailOn, known: ReadonlySet<string>): LeakGroup[] {
  const groups = leakGroups(diagnosis).filter(({ signature }) => !known.has(signature));
  if (failOn !== 'definite') return groups;
  return groups.filter(({ evidence: [first] }) => first.record.kind === 'definitely-lost');
}

/**
 * The signatures of an earlier `diagnose --format json` or `inspect --json`.
 * Throws a `LeaktrailError` for a file that is neither.
 */
export async function readBaseline(file: string): Promise<Set<string>> {
  const hint = 'a baseline is the output of `leaktrail diagnose --format json` or `leaktrail inspect --json`';
  let value: unknown;
  try {
    value = JSON.parse(await readFile(file, 'utf8'));
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    throw new LeaktrailError('usage', missing ? 'no such baseline' : 'the baseline is not JSON', {
      place: { file },
      hint,
      cause,
    });
  }
  const baseline = baselineSchema.safeParse(value);
  if (baseline.success) return new Set(baseline.data.groups.map(({ signature }) => signature));
  throw new LeaktrailError('usage', 'the baseline has no groups with signatures', { place: { file }, hint });
}
