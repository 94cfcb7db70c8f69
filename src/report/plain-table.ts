import Table from 'cli-table3';
import { NO_BORDERS } from '../../eval/tables/borders.js';

/** Rows in aligned columns without borders, for the terminal; numbers stand right. Ends with a newline. */
export function plainTable(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const table = new Table({
    head: [...head],
    colAligns: head.map((_, at) => (rows.every((row) => isFigure(row[at])) ? 'right' : 'left')),
    chars: NO_BORDERS,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  for (const row of rows) table.push([...row]);
  const lines = table.toString().split('\n');
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`;
}

function isFigure(cell: string | number | undefined): boolean {
  return typeof cell === 'number' || /^(?:[\d.,]+%?|–)$/.test(cell ?? '');
}
