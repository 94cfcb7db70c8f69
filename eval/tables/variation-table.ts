import { FIGURES } from '../figures.js';
import { caseValues, metricsOf, type Scope } from '../metrics.js';
import { byText } from '../order.js';
import type { ScoredRun } from '../score-run.js';
import { MAIN_COLUMNS } from './main-table.js';
import type { Cell, Share, Table } from './table.js';

const SHOWN = MAIN_COLUMNS.filter(
  ({ id }) => !['right', 'wrong', 'unsure', 'unparseable', 'error'].includes(id),
);

/** How the cases that variants were made of are called where they stand beside these. */
const AS_THEY_ARE = 'none';

/**
 * The columns of the main table for each variation and for the cases that were varied, and of how many variants every
 * figure is what it is of the case. Null where the run has no variants.
 */
export function variationTable(run: ScoredRun): Table | null {
  const scopes = variationsOf(run);
  if (scopes.length === 0) return null;
  const originals = new Set(run.cases.flatMap((id) => run.keys.get(id)?.variantOf ?? []));
  const asTheyAre = run.cases.filter((id) => originals.has(id));
  const all = asTheyAre.length === 0 ? scopes : [{ id: AS_THEY_ARE, cases: asTheyAre }, ...scopes];
  const same = sameAsCase(run);
  return {
    id: 'by-variation',
    title: `${run.name}: by variation`,
    notes: [
      `Variation ${AS_THEY_ARE}: the cases that variants were made of, as they are. Same: variants of which the contestant has the very figures that it has of the case, as far as they apply to both; where the variation changes the right answers, as cull and truncate do, they cannot be the same.`,
      'The other columns are those of the main table, over the variants of one variation: one observation a case. All variants together, as in the main table, are no independent observations, and their intervals are too narrow.',
    ],
    columns: [
      { id: 'variation', title: 'Variation', kind: 'text' },
      { id: 'cases', title: 'Cases', kind: 'number' },
      ...SHOWN,
      { id: 'same', title: 'Same', kind: 'share' },
    ],
    rows: all.flatMap((scope) =>
      metricsOf(run, scope).map((row): Cell[] => [
        scope.id,
        row.cases,
        ...SHOWN.map((column) => column.of(row)),
        same(row.contestant, scope),
      ]),
    ),
  };
}

/** The variants of each variation, whatever its seed, in alphabetical order. */
function variationsOf(run: ScoredRun): Scope[] {
  const scopes = new Map<string, string[]>();
  for (const id of run.cases) {
    const tag = run.keys.get(id)?.tags.find((one) => one.startsWith('vary-'));
    if (tag === undefined) continue;
    const variation = tag.slice('vary-'.length);
    scopes.set(variation, [...(scopes.get(variation) ?? []), id]);
  }
  return [...scopes].map(([id, cases]) => ({ id, cases })).sort((a, b) => byText(a.id, b.id));
}

/** Counts the variants of which a contestant has the figures that it has of the case itself. */
function sameAsCase(run: ScoredRun): (contestant: string, scope: Scope) => Share | null {
  const figures = new Map(
    run.contestants.map((contestant) => {
      const sittings = run.sittings.filter((one) => one.contestant === contestant);
      return [contestant, FIGURES.map((figure) => caseValues(figure, sittings))];
    }),
  );
  return (contestant, { cases }) => {
    const asked = new Set(run.asked.get(contestant));
    const pairs = cases.flatMap((id) => {
      const original = run.keys.get(id)?.variantOf;
      return original !== undefined && asked.has(id) && asked.has(original) ? [{ id, original }] : [];
    });
    if (pairs.length === 0) return null;
    const same = pairs.filter(({ id, original }) =>
      figures.get(contestant)?.every((values) => {
        const [own, before] = [values.get(id), values.get(original)];
        return own === undefined || before === undefined || own === before;
      }),
    );
    return { count: same.length, of: pairs.length };
  };
}
