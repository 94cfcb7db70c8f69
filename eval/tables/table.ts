import type { Estimate } from '../statistics/wilson.js';

/** So many of so many. */
export interface Share {
  readonly count: number;
  readonly of: number;
}

/** A cell that does not apply is null. */
export type Cell = string | number | Share | Estimate | null;

/** How a column's cells are made and written. */
export interface Column {
  /** In file formats for programs; letters, digits and dashes. */
  readonly id: string;
  /** For people. */
  readonly title: string;
  readonly kind: 'text' | 'number' | 'share' | 'estimate';
  /** Decimals of a number; estimates always have two. */
  readonly decimals?: number;
}

/** A table before it is written in any format. */
export interface Table {
  /** The file name without its ending. */
  readonly id: string;
  readonly title: string;
  /** What a reader must know, one sentence or more each. */
  readonly notes: readonly string[];
  readonly columns: readonly Column[];
  /** One cell a column. */
  readonly rows: readonly (readonly Cell[])[];
}

/** A file below `results/tables/`. */
export interface TableFile {
  /** With forward slashes. */
  readonly path: string;
  readonly text: string;
}

/** A number with a fixed count of decimals and a point, in every locale; never `-0.00`. */
export function fixed(figure: number, decimals: number): string {
  const text = figure.toFixed(decimals);
  return Number(text) === 0 ? text.replace('-', '') : text;
}

/** A cell for people: `9/12`, `0.62 [0.41, 0.80]`, and a dash where nothing applies. */
export function cellText(cell: Cell, column: Column): string {
  if (cell === null) return '–';
  if (typeof cell === 'string') return cell;
  if (typeof cell === 'number') return numberText(cell, column.decimals ?? 0);
  if ('of' in cell) return `${cell.count}/${cell.of}`;
  return estimateText(cell);
}

/** Small probabilities and prices are not nothing. */
function numberText(figure: number, decimals: number): string {
  const text = fixed(figure, decimals);
  return decimals >= 4 && figure > 0 && Number(text) === 0 ? `<${text.slice(0, -1)}1` : text;
}

function estimateText({ value, low, high }: Estimate): string {
  const interval = low === null || high === null ? '' : ` [${fixed(low, 2)}, ${fixed(high, 2)}]`;
  return `${fixed(value, 2)}${interval}`;
}
