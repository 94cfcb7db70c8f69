import { markdownTable } from 'markdown-table';
import { cellText, type Table } from './table.js';

/** A table as GitHub-flavoured Markdown, with its title and notes. */
export function toMarkdown(table: Table): string {
  const parts = [`# ${markdownText(table.title)}`, toMarkdownTable(table), ...table.notes];
  return `${parts.join('\n\n')}\n`;
}

function toMarkdownTable(table: Table): string {
  return markdownTable(
    [
      table.columns.map((column) => markdownText(column.title)),
      ...table.rows.map((row) =>
        table.columns.map((column, at) => markdownText(cellText(row[at] ?? null, column))),
      ),
    ],
    { align: table.columns.map((column) => (column.kind === 'text' ? 'l' : 'r')) },
  );
}

/** Text that Markdown shows as it is. Ids come from files that a user wrote. */
export function markdownText(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/&/g, '&amp;')
    .replace(/[\\`*_{}<>|~$]/g, '\\$&');
}
