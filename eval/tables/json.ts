import { flatRows } from './flat-columns.js';
import type { Table } from './table.js';

/** A table as JSON: `id`, `title`, `notes`, and `rows` with one plain value a name, as in the CSV file. */
export function toJson(table: Table): string {
  const { id, title, notes } = table;
  return `${JSON.stringify({ id, title, notes, rows: flatRows(table) }, null, 2)}\n`;
}
