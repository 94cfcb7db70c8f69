import { markdownTable } from 'markdown-table';
import { STAGES } from '../cases/truth.js';
import { idRanges } from '../context/id-ranges.js';
import { namedText, STAGE_TITLES, unfounded, usageText, verdictText } from './answer-view.js';
import { allEvidence, type SharedEvidence, type StageView, sideBySide, usageRows } from './diagnoses-view.js';
import type { Diagnosis, StageAnswer } from './diagnosis.js';
import { foldStack } from './fold-stack.js';
import { headlineOf } from './headline.js';
import { counted, grouped, printable } from './printable.js';

const MOST_RECORDS = 10;
const STACK_WIDTH = 110;

/**
 * Diagnoses of the same logs as Markdown for a bug report; several stand side by side first. Text of the log and of
 * the analysts stands in code only.
 */
export function diagnosisMarkdown(...diagnoses: readonly Diagnosis[]): string {
  const [first] = diagnoses;
  const several = diagnoses.length > 1;
  const parts = [
    '# Memory leak diagnosis',
    markdownTable([
      ['log', 'role', 'lines'],
      ...(first?.logs ?? []).map(({ file, role, lines }) => [code(file), code(role), grouped(lines)]),
    ]),
    `Answered by ${diagnoses.map(({ analyst }) => code(analyst)).join(' and ')}.`,
    ...(several ? comparison(diagnoses) : diagnoses.flatMap(inShort)),
    ...STAGES.flatMap((stage) =>
      several
        ? [
            `## ${STAGE_TITLES[stage]}`,
            ...diagnoses.flatMap(({ analyst, stages }) => answer(`### ${code(analyst)}:`, stages[stage])),
          ]
        : diagnoses.flatMap(({ stages }) => answer(`## ${STAGE_TITLES[stage]}`, stages[stage])),
    ),
    ...evidence(diagnoses),
    ...diagnoses.flatMap((diagnosis) => closing(diagnosis, several)),
  ];
  return `${parts.join('\n\n')}\n`;
}

function inShort(diagnosis: Diagnosis): string[] {
  const headline = headlineOf(diagnosis);
  if (headline === null) return [];
  const { lost, cause, evidence: shown } = headline;
  const facts = [`- Lost: ${lost}`];
  if (cause !== '') facts.push(`- Cause: ${code(cause)}`);
  if (shown === null) return ['## In short', facts.join('\n')];
  const { record, file } = shown;
  facts.push(
    `- First evidence: record ${code(record.id)}, ${code(file)}, line ${record.lines[0]}, allocated in`,
  );
  return ['## In short', facts.join('\n'), fenced(foldStack(record.frames, STACK_WIDTH).join('\n'))];
}

function comparison(diagnoses: readonly Diagnosis[]): string[] {
  const head = ['', ...diagnoses.map(({ analyst }) => code(analyst))];
  const table = (rows: StageView['rows']) =>
    markdownTable([head, ...rows.map(({ label, cells }) => [label, ...cells.map(cellText)])]);
  const usage = usageRows(diagnoses);
  return [
    '## Side by side',
    ...sideBySide(diagnoses).flatMap(({ title, rows, shares }) => [
      `**${title}**`,
      table(rows),
      ...(shares.length === 0
        ? []
        : [shares.map(({ label, text }) => `- ${code(label)}: ${code(text)}`).join('\n')]),
    ]),
    ...(usage.length === 0 ? [] : ['**What it took**', table(usage)]),
  ];
}

/** Plain words stay plain; whatever could be markup becomes code. */
function cellText(cell: string): string {
  return /^[\w ,.$–-]*$/.test(cell) && !cell.includes('_') ? cell : code(cell);
}

function answer(heading: string, one: StageAnswer): string[] {
  const named = namedText(one);
  const words = one.error ?? one.words;
  return [
    `${heading} ${verdictText(one)}`,
    ...(words === '' ? [] : [fenced(words)]),
    ...(named === '' ? [] : [`Names ${code(named)}`]),
  ];
}

function evidence(diagnoses: readonly Diagnosis[]): string[] {
  const all = allEvidence(diagnoses);
  if (all.length === 0) return [];
  const shown = all.slice(0, MOST_RECORDS);
  const several = diagnoses.length > 1;
  const which = several ? `${shown.length} of ${all.length}` : `the largest ${shown.length} of ${all.length}`;
  return [
    `## Evidence: ${shown.length < all.length ? which : counted(shown.length, 'record')} cited`,
    ...shown.flatMap((one) => record(one, several)),
  ];
}

function record(
  { record: { id, kind, bytes, blocks, lines }, file, text, analysts }: SharedEvidence,
  withAnalysts: boolean,
): string[] {
  const by = withAnalysts ? `, cited by ${analysts.map(code).join(' and ')}` : '';
  return [
    `### Record ${code(id)}: ${grouped(bytes)} bytes in ${counted(blocks, 'block')}, ${kind}`,
    `${code(file)}, lines ${lines[0]} to ${lines[1]}${by}:`,
    fenced(text.join('\n')),
  ];
}

function closing(diagnosis: Diagnosis, named: boolean): string[] {
  const { missing, unseen } = unfounded(diagnosis);
  const usage = usageText(diagnosis);
  const who = named ? `${code(diagnosis.analyst)}: ` : '';
  return [
    ...(missing.length === 0 ? [] : [`${who}Cited but not in the logs: ${code(idRanges(missing))}.`]),
    ...(unseen.length === 0
      ? []
      : [`${who}Cited but never shown to the analyst: ${code(idRanges(unseen))}.`]),
    ...(usage === null ? [] : [`${who}${usage}.`]),
  ];
}

/** Longest run of backticks in a text. */
function backticks(text: string): number {
  return [...text.matchAll(/`+/g)].reduce((longest, [run]) => Math.max(longest, run.length), 0);
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
