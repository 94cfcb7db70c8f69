import type { StoredRun } from '../../src/runs/run-file.js';
import { metricsOf, scopesOf } from '../metrics.js';
import { byText } from '../order.js';
import { type ScoredRun, scoreRun } from '../score-run.js';
import { caseTable } from './case-table.js';
import { chartsOf } from './charts.js';
import { comparisonTables } from './comparison-tables.js';
import { conductTables } from './conduct-tables.js';
import { toCsv } from './csv.js';
import { figureTable } from './figure-table.js';
import { toJson } from './json.js';
import { toLatex } from './latex.js';
import { mainTable } from './main-table.js';
import { markdownText, toMarkdown } from './markdown.js';
import { outcomeTable } from './outcome-table.js';
import type { Table, TableFile } from './table.js';
import { tagTable } from './tag-table.js';
import { transcriptTables } from './transcript-tables.js';

/**
 * Every file below `results/tables/`, made from runs alone: a folder a run, in each the tables as Markdown, CSV, LaTeX
 * and JSON and the charts as SVG, and an index of all. The same runs give the same bytes on every machine, whatever
 * their order, the locale and the time zone. Throws `input` where a run does not fit together (`scoreRun`).
 */
export function makeTables(runs: readonly StoredRun[]): TableFile[] {
  const scored = runs.map(scoreRun).sort((left, right) => byText(left.name, right.name));
  const made = scored.map((run) => {
    const [all, ...tags] = scopesOf(run);
    const rows = metricsOf(run, all);
    const tables = [
      mainTable(run, rows),
      caseTable(run),
      outcomeTable(run, rows),
      figureTable(run, rows),
      ...(tags.length > 0 ? [tagTable(run, tags)] : []),
      ...transcriptTables(run),
      ...comparisonTables(run),
      ...conductTables(run, rows),
    ];
    return { run, tables, charts: chartsOf(run, rows) };
  });
  return [
    { path: 'README.md', text: indexOf(made) },
    ...made.flatMap(({ run, tables, charts }) => [
      ...tables.flatMap((table) => written(run, table)),
      ...charts,
    ]),
  ];
}

function written(run: ScoredRun, table: Table): TableFile[] {
  const path = `${run.name}/${table.id}`;
  return [
    { path: `${path}.md`, text: toMarkdown(table) },
    { path: `${path}.csv`, text: toCsv(table) },
    { path: `${path}.tex`, text: toLatex(table) },
    { path: `${path}.json`, text: toJson(table) },
  ];
}

interface MadeRun {
  readonly run: ScoredRun;
  readonly tables: readonly Table[];
  readonly charts: readonly TableFile[];
}

function indexOf(made: readonly MadeRun[]): string {
  const sections = made.map(({ run, tables, charts }) =>
    [
      `## ${markdownText(run.name)}`,
      [
        ...tables.map(({ id, title }) => {
          const path = `${encodeURIComponent(run.name)}/${encodeURIComponent(id)}`;
          const others = ['csv', 'tex', 'json'].map((ending) => `[${ending}](${path}.${ending})`);
          return `- [${markdownText(title)}](${path}.md) (${others.join(', ')})`;
        }),
        ...charts.map(({ path }) => `- [${markdownText(path)}](${encodeURI(path)})`),
      ].join('\n'),
    ].join('\n\n'),
  );
  return `${[
    '# Tables',
    'Made from `results/runs/` by `leaktrail tables`; not written by hand. docs/scoring.md defines the figures.',
    ...sections,
  ].join('\n\n')}\n`;
}
