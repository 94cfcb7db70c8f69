import Table from 'cli-table3';
import pc from 'picocolors';
import { metricsOf, scopesOf } from '../metrics.js';
import type { ScoredRun } from '../score-run.js';
import { RULE_BELOW_HEAD } from './borders.js';
import { MAIN_COLUMNS } from './main-table.js';
import { type Cell, type Column, cellText } from './table.js';

const WIDEST = 100;
const NARROWEST_NAME = 12;

/**
 * The main table for a terminal, at most 100 columns wide up to 99 questions a stage; long contestants are cut with an
 * ellipsis, in the middle where their beginnings are the same. Estimates without their intervals. Plain text unless `color` is set. No line end after it.
 */
export function renderTerminalTable(run: ScoredRun, options: { readonly color?: boolean } = {}): string {
  const colors = pc.createColors(options.color ?? false);
  const [all] = scopesOf(run);
  const rows = metricsOf(run, all);
  const cells = rows.map((row) => MAIN_COLUMNS.map((column) => narrowText(column.of(row), column)));
  const heads = MAIN_COLUMNS.map((column) => column.short);
  const widths = heads.map((head, at) =>
    Math.max(
      ...head.split('\n').map((line) => line.length),
      ...cells.map((row) => (row[at] as string).length),
    ),
  );
  const others = widths.slice(1).reduce((sum, width) => sum + width + 1, 0);
  const nameWidth = Math.min(widths[0] as number, Math.max(NARROWEST_NAME, WIDEST - others));
  const table = new Table({
    head: heads.map((head) => head.split('\n').map(colors.bold).join('\n')),
    colAligns: MAIN_COLUMNS.map((column) => (column.kind === 'text' ? 'left' : 'right')),
    chars: RULE_BELOW_HEAD,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0, compact: true },
  });
  const names = shortened(
    cells.map(([name]) => name as string),
    nameWidth,
  );
  for (const [index, [, ...rest]] of cells.entries()) table.push([names[index], ...rest]);
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

function narrowText(cell: Cell, column: Column): string {
  if (cell === null || typeof cell !== 'object' || 'of' in cell) return cellText(cell, column);
  return cellText({ ...cell, low: null, high: null }, column);
}

/** Names cut at their end, or all of them in the middle where two would read the same. */
function shortened(names: readonly string[], width: number): string[] {
  const cut = (end: number) =>
    names.map((name) => {
      if (name.length <= width) return name;
      return `${name.slice(0, width - 1 - end)}…${name.slice(name.length - end)}`;
    });
  const atEnd = cut(0);
  return new Set(atEnd).size === names.length ? atEnd : cut(Math.floor(width / 2));
}
