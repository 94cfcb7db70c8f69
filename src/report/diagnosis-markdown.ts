import { markdownTable } from 'markdown-table';
import { STAGES } from '../cases/truth.js';
import type { Diagnosis, Evidence } from './diagnosis.js';
import { STAGE_TITLES } from './diagnosis-terminal.js';
import { counted, grouped, printable } from './printable.js';

const MOST_RECORDS = 10;

/** A diagnosis as Markdown for a bug report. Text of the log and of the analyst stands in code blocks only. */
export function diagnosisMarkdown(diagnosis: Diagnosis): string {
  const parts = [
    '# Memory leak diagnosis',
    markdownTable([
      ['log', 'role', 'lines'],
      ...diagnosis.logs.map(({ file, role, lines }) => [code(file), code(role), grouped(lines)]),
    ]),
    `Answered by ${code(diagnosis.analyst)}.`,
  ];
  for (const stage of STAGES) {
    const { verdict, text, error } = diagnosis.stages[stage];
    parts.push(
      `## ${STAGE_TITLES[stage]} ${error === null ? (verdict ?? 'no verdict could be read') : 'no answer'}`,
    );
    parts.push(fenced(error ?? text.trim()));
  }
  const largest = [...diagnosis.evidence].sort(
    (a, b) => b.record.bytes - a.record.bytes || a.record.lines[0] - b.record.lines[0],
  );
  if (largest.length > 0) {
    const shown = Math.min(MOST_RECORDS, largest.length);
    parts.push(
      `## Evidence: ${shown < largest.length ? `the largest ${shown} of ${largest.length}` : counted(shown, 'record')} cited`,
    );
    parts.push(...largest.slice(0, shown).flatMap(record));
  }
  const missing = diagnosis.citations.filter((citation) => !citation.exists);
  if (missing.length > 0)
    parts.push(`Cited but not in the logs: ${missing.map(({ id }) => code(id)).join(', ')}.`);
  return `${parts.join('\n\n')}\n`;
}

function record({ record: { id, kind, bytes, blocks, lines }, file, text }: Evidence): string[] {
  return [
    `### Record ${code(id)}: ${grouped(bytes)} bytes in ${counted(blocks, 'block')}, ${kind}`,
    `${code(file)}, lines ${lines[0]} to ${lines[1]}:`,
    fenced(text.join('\n')),
  ];
}

/** Longest run of backticks in a text. */
function backticks(text: string): number {
  return Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
}

/** Untrusted text as a code span: no markup in it has any effect (CommonMark 0.31, section 6.1). */
function code(text: string): string {
  const safe = printable(text).replaceAll('|', '\\|');
  const fence = '`'.repeat(backticks(safe) + 1);
  const pad = safe.startsWith('`') || safe.endsWith('`') ? ' ' : '';
  return `${fence}${pad}${safe}${pad}${fence}`;
}

/** Untrusted text as a fenced code block whose fence is longer than any in it (CommonMark 0.31, section 4.5). */
function fenced(text: string): string {
  const lines = text.split('\n').map(printable);
  const fence = '`'.repeat(Math.max(3, backticks(text) + 1));
  return [`${fence}text`, ...lines, fence].join('\n');
}
