import { cellText, type Table } from './table.js';

const SPECIALS: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '{': '\\{',
  '}': '\\}',
  $: '\\$',
  '&': '\\&',
  '#': '\\#',
  '%': '\\%',
  _: '\\_',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
  '<': '\\textless{}',
  '>': '\\textgreater{}',
  '|': '\\textbar{}',
  '–': '--',
};

/** Text that LaTeX sets as it is. */
function latexText(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[\\{}$&#%_~^<>|–]/g, (char) => SPECIALS[char] as string);
}

/** A table for LaTeX with the package booktabs; `\input` it. A cell that begins with `[` is kept from `\\` before it. */
export function toLatex(table: Table): string {
  const line = (cells: readonly string[]) => `${cells.map(latexText).map(guarded).join(' & ')} \\\\`;
  return [
    '\\begin{table}',
    '\\centering',
    `\\caption{${latexText(table.title)}}`,
    `\\label{tab:${table.id}}`,
    `\\begin{tabular}{${table.columns.map((column) => (column.kind === 'text' ? 'l' : 'r')).join('')}}`,
    '\\toprule',
    line(table.columns.map((column) => column.title)),
    '\\midrule',
    ...table.rows.map((row) => line(table.columns.map((column, at) => cellText(row[at] ?? null, column)))),
    '\\bottomrule',
    '\\end{tabular}',
    '\\end{table}',
    '',
  ].join('\n');
}

function guarded(cell: string): string {
  return cell.startsWith('[') ? `{}${cell}` : cell;
}
