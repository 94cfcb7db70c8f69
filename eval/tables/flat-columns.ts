import { type Cell, type Column, fixed, type Table } from './table.js';

/** A row for programs: one plain value a name, shares and estimates spread over several. Null where nothing applies. */
export type FlatRow = Record<string, string | number | null>;

/** Decimals in files for programs, where a column is not of whole numbers. */
const DECIMALS = 6;

/** The rows of a table with plain values under the names that `flatNames` lists. */
export function flatRows(table: Table): FlatRow[] {
  return table.rows.map((row) =>
    Object.assign({}, ...table.columns.map((column, at) => flatCell(row[at] ?? null, column))),
  );
}

/** The names of a flat row's values, in order. */
export function flatNames(columns: readonly Column[]): string[] {
  return columns.flatMap((column) => Object.keys(flatCell(null, column)));
}

function flatCell(cell: Cell, { id, kind, decimals }: Column): FlatRow {
  if (kind === 'share') {
    const share = cell !== null && typeof cell === 'object' && 'of' in cell ? cell : null;
    return { [id]: share?.count ?? null, [`${id}-of`]: share?.of ?? null };
  }
  if (kind === 'estimate') {
    const estimate = cell !== null && typeof cell === 'object' && 'value' in cell ? cell : null;
    return {
      [id]: rounded(estimate?.value ?? null, DECIMALS),
      [`${id}-low`]: rounded(estimate?.low ?? null, DECIMALS),
      [`${id}-high`]: rounded(estimate?.high ?? null, DECIMALS),
      [`${id}-cases`]: estimate?.cases ?? null,
    };
  }
  if (typeof cell === 'number') return { [id]: rounded(cell, decimals ? DECIMALS : 0) };
  return { [id]: typeof cell === 'string' ? cell : null };
}

function rounded(figure: number | null, decimals: number): number | null {
  return figure === null ? null : Number(fixed(figure, decimals));
}
