import type { StoredRun } from '../../src/runs/run-file.js';
import { metricsOf, scopesOf } from '../metrics.js';
import { byText } from '../order.js';
import { reliabilityOf } from '../reliability.js';
import { type ScoredRun, scoreRun } from '../score-run.js';
import { caseTable } from './case-table.js';
import { chartsOf } from './charts.js';
import { comparisonTables } from './comparison-tables.js';
import { conductTables } from './conduct-tables.js';
import { figureTable } from './figure-table.js';
import { mainTable } from './main-table.js';
import { markdownText } from './markdown.js';
import { outcomeTable } from './outcome-table.js';
import { reliabilityTable } from './reliability-table.js';
import type { Table, TableFile } from './table.js';
import { tableFiles } from './table-files.js';
import { tagTable } from './tag-table.js';
import { transcriptTables } from './transcript-tables.js';
import { variationTable } from './variation-table.js';

/**
 * Every file below `results/tables/`, made from runs alone: a folder a run, in each the tables as Markdown, CSV, LaTeX
 * and JSON, the charts as SVG, and an index. The same runs give the same bytes on every machine, whatever their order,
 * the locale and the time zone. Throws `input` where a run does not fit together (`scoreRun`).
 */
export function makeTables(runs: readonly StoredRun[]): TableFile[] {
  const scored = runs.map(scoreRun).sort((left, right) => byText(left.name, right.name));
  return scored.flatMap((run) => {
    const [all, ...tags] = scopesOf(run);
    const rows = metricsOf(run, all);
    const variations = variationTable(run);
    const reliability = reliabilityOf(run);
    const reliabilities = reliabilityTable(run.name, reliability);
    const tables = [
      mainTable(run, rows),
      caseTable(run),
      outcomeTable(run, rows),
      figureTable(run, rows),
      ...(variations === null ? [] : [variations]),
      ...(tags.length > 0 ? [tagTable(run, tags)] : []),
      ...transcriptTables(run),
      ...comparisonTables(run),
      ...conductTables(run, rows),
      ...(reliabilities === null ? [] : [reliabilities]),
    ];
    const charts = chartsOf(run, rows, reliability);
    return [
      { path: `${run.name}/README.md`, text: indexOf(run, tables, charts) },
      ...tables.flatMap((table) => tableFiles(run.name, table)),
      ...charts,
    ];
  });
}

function indexOf(run: ScoredRun, tables: readonly Table[], charts: readonly TableFile[]): string {
  const links = [
    ...tables.map(({ id, title }) => {
      const others = ['csv', 'tex', 'json'].map((ending) => `[${ending}](${id}.${ending})`);
      return `- [${markdownText(title)}](${id}.md) (${others.join(', ')})`;
    }),
    ...charts.map(({ path }) => {
      const name = path.slice(path.lastIndexOf('/') + 1);
      return `- [${name}](${name})`;
    }),
  ];
  return `${[
    `# Tables of ${markdownText(run.name)}`,
    `Made from \`results/runs/${run.name}/\` by \`leaktrail tables\`, not written by hand. docs/scoring.md defines the figures.`,
    links.join('\n'),
  ].join('\n\n')}\n`;
}
