import { stringify } from 'csv-stringify/sync';
import { flatNames, flatRows } from './flat-columns.js';
import type { Table } from './table.js';

/**
 * A table as CSV (RFC 4180, but lines end in `\n`), one plain value a column. Text that a spreadsheet would take for a
 * formula gets an apostrophe before it.
 */
export function toCsv(table: Table): string {
  return stringify(flatRows(table), {
    header: true,
    columns: flatNames(table.columns),
    escape_formulas: true,
  });
}
