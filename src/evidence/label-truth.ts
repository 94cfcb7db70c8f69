import type { Truth } from '../cases/truth.js';
import type { LogDocument } from '../log/document.js';
import type { Labelling } from './label.js';

/**
 * The part of a truth that a labelling settles: what the bug caused, and as other leaks what is still definitely lost
 * after the fix or is left out as unsettled, so that citing it is neither right nor wrong. Causes are for a person to
 * name: the root cause is left UNSURE.
 *
 * @param before the logs of the labelling's first run before the fix
 * @param names what to call the logs that the labelling is from, before and after the fix
 */
export function truthOf(
  labelling: Labelling,
  before: readonly LogDocument[],
  names: readonly string[],
): Pick<Truth, 'leak' | 'root-cause' | 'evidence'> {
  const definite = new Set(
    before.flatMap(({ records }) =>
      records.filter(({ kind }) => kind === 'definitely-lost').map(({ id }) => id),
    ),
  );
  const own = new Set(labelling.records);
  const unsettled = new Set(labelling.leftOut.flatMap((group) => group.before.records));
  const ids = before.flatMap(({ records }) => records.map(({ id }) => id));
  const notes = labelling.leftOut
    .filter((group) => group.before.records.length > 0)
    .map((group) => `not settled: ${group.before.records.join(', ')}, for it ${reasonOf(group)}`);
  return {
    leak: {
      verdict: own.size > 0 ? 'YES' : 'NO',
      records: [...labelling.records],
      otherLeaks: ids.filter((id) => !own.has(id) && (definite.has(id) || unsettled.has(id))),
    },
    'root-cause': { verdict: own.size > 0 ? 'UNSURE' : 'NO', causes: [] },
    evidence: {
      method: 'The same workload before and after the fix, compared by program and stack (leaktrail label).',
      logs: [...names],
      notes,
    },
  };
}

function reasonOf({ reason, why }: Labelling['leftOut'][number]): string {
  return reason === 'unstable' ? 'varies between runs of the same build' : why;
}
