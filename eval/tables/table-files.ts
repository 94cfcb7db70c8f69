import { toCsv } from './csv.js';
import { toJson } from './json.js';
import { toLatex } from './latex.js';
import { toMarkdown } from './markdown.js';
import type { Table, TableFile } from './table.js';

/** A table in every format, below a folder of `results/tables/`. */
export function tableFiles(folder: string, table: Table): TableFile[] {
  const path = `${folder}/${table.id}`;
  return [
    { path: `${path}.md`, text: toMarkdown(table) },
    { path: `${path}.csv`, text: toCsv(table) },
    { path: `${path}.tex`, text: toLatex(table) },
    { path: `${path}.json`, text: toJson(table) },
  ];
}
