import type { StoredRun } from '../../src/runs/run-file.js';
import { byText } from '../order.js';
import { type ScoredRun, scoreRun } from '../score-run.js';
import { caseTable } from './case-table.js';
import { toCsv } from './csv.js';
import { toJson } from './json.js';
import { toLatex } from './latex.js';
import { mainTable } from './main-table.js';
import { toMarkdown } from './markdown.js';
import type { Table, TableFile } from './table.js';

/**
 * Every file below `results/tables/`, made from runs alone: a folder a run, in each the tables as Markdown, CSV, LaTeX
 * and JSON. The same runs give the same bytes on every machine, whatever their order, the locale and the time zone.
 * Throws `input` where a run does not fit together (`scoreRun`).
 */
export function makeTables(runs: readonly StoredRun[]): TableFile[] {
  return [...runs]
    .sort((left, right) => byText(left.run.name, right.run.name))
    .flatMap((stored) => runFiles(scoreRun(stored)));
}

function tablesOf(run: ScoredRun): Table[] {
  return [mainTable(run), caseTable(run)];
}

function runFiles(run: ScoredRun): TableFile[] {
  return tablesOf(run).flatMap((table) => [
    { path: `${run.name}/${table.id}.md`, text: toMarkdown(table) },
    { path: `${run.name}/${table.id}.csv`, text: toCsv(table) },
    { path: `${run.name}/${table.id}.tex`, text: toLatex(table) },
    { path: `${run.name}/${table.id}.json`, text: toJson(table) },
  ]);
}
