import pc from 'picocolors';
import { STAGES, type Verdict } from '../cases/truth.js';
import { idRanges } from '../context/id-ranges.js';
import { namedText, STAGE_TITLES, unfounded, usageText, verdictText } from './answer-view.js';
import {
  allEvidence,
  type FactRow,
  type SharedEvidence,
  type StageView,
  sideBySide,
  usageRows,
} from './diagnoses-view.js';
import type { Diagnosis, StageAnswer } from './diagnosis.js';
import { foldStack } from './fold-stack.js';
import { headlineOf } from './headline.js';
import { counted, grouped, printable, shorten, wrapped } from './printable.js';

type Colours = ReturnType<typeof pc.createColors>;

export interface DiagnosisView {
  readonly colour: boolean;
  readonly width: number;
  /** How many cited records are shown with their lines. */
  readonly mostRecords: number;
}

/** What the parts of the text are made with. */
interface Drawing extends DiagnosisView {
  readonly colours: Colours;
}

/** Columns of the labels that stand before facts. */
const LABEL = 18;

/**
 * Diagnoses of the same logs for a person at a terminal: in short, the answers in the analyst's words, the cited
 * records with their log lines. Several stand side by side first.
 */
export function diagnosisTerminal(diagnoses: readonly Diagnosis[], view: DiagnosisView): string {
  const drawing = { ...view, colours: pc.createColors(view.colour) };
  const several = diagnoses.length > 1;
  const blocks = [
    ...(several ? comparisonBlocks(diagnoses, drawing) : diagnoses.map((one) => headlineLines(one, drawing))),
    ...diagnoses.flatMap((one) => answerBlocks(one, several, drawing)),
    evidenceLines(diagnoses, drawing),
    diagnoses.flatMap((one) => closingLines(one, several, drawing)),
  ];
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function headlineLines(diagnosis: Diagnosis, drawing: Drawing): string[] {
  const headline = headlineOf(diagnosis);
  if (headline === null) return [];
  const { lost, cause, evidence } = headline;
  const facts: [string, string[]][] = [
    ['lost', wrapped(lost, drawing.width - LABEL)],
    ['cause', wrapped(cause, drawing.width - LABEL)],
  ];
  if (evidence !== null) {
    const { record, file } = evidence;
    facts.push(
      ['first evidence', [`record ${printable(record.id)}, ${printable(file)}:${record.lines[0]}`]],
      ['allocated in', foldStack(record.frames, drawing.width - LABEL)],
    );
  }
  return [
    drawing.colours.bold('In short'),
    ...facts
      .filter(([, lines]) => lines.join('') !== '')
      .flatMap(([label, lines]) => labelled(label, lines, drawing)),
  ];
}

function labelled(label: string, lines: readonly string[], { colours }: Drawing): string[] {
  return lines.map((line, index) => `${colours.dim((index === 0 ? `  ${label}` : '').padEnd(LABEL))}${line}`);
}

function comparisonBlocks(diagnoses: readonly Diagnosis[], drawing: Drawing): string[][] {
  const { colours } = drawing;
  const names = rowLines({ label: '', cells: diagnoses.map(({ analyst }) => analyst) }, drawing);
  const usage = usageRows(diagnoses).flatMap((row) => rowLines(row, drawing));
  return [
    names.map((line) => colours.bold(line)),
    ...sideBySide(diagnoses).map((stage) => stageComparison(stage, drawing)),
    usage.length === 0 ? [] : [colours.bold('What it took'), ...usage],
  ];
}

function stageComparison({ title, rows, shares }: StageView, drawing: Drawing): string[] {
  return [
    drawing.colours.bold(title),
    ...rows.flatMap((row) => rowLines(row, drawing)),
    ...shares.flatMap(({ label, text }) => [
      drawing.colours.dim(`  ${printable(label)}`),
      ...wrapped(printable(text), drawing.width - 4).map((line) => `    ${line}`),
    ]),
  ];
}

/** A fact of each analyst, in columns of the same width. */
function rowLines({ label, cells }: FactRow, { width, colours }: Drawing): string[] {
  const column = Math.floor((width - LABEL) / cells.length);
  const columns = cells.map((cell) => wrapped(printable(cell), column - 2));
  const height = Math.max(...columns.map((lines) => lines.length));
  return Array.from({ length: height }, (_, at) => {
    const head = (at === 0 && label !== '' ? `  ${label}` : '').padEnd(LABEL);
    return `${colours.dim(head)}${columns.map((lines) => (lines[at] ?? '').padEnd(column)).join('')}`.trimEnd();
  });
}

function answerBlocks({ analyst, stages }: Diagnosis, named: boolean, drawing: Drawing): string[][] {
  const blocks = STAGES.map((stage) => answerLines(STAGE_TITLES[stage], stages[stage], drawing));
  return named ? [[drawing.colours.bold(`${printable(analyst)} says`)], ...blocks] : blocks;
}

function answerLines(title: string, answer: StageAnswer, drawing: Drawing): string[] {
  const { colours, width } = drawing;
  const facts = [
    ...(answer.records.length === 0 ? [] : [counted(answer.records.length, 'record')]),
    ...(answer.mechanism === null ? [] : [answer.mechanism]),
    ...answer.functions.slice(0, 3).map(printable),
  ];
  const words = answer.error ?? answer.words;
  const named = namedText(answer);
  return [
    `${colours.bold(title)}  ${verdictWord(answer, colours)}${colours.dim(facts.length === 0 ? '' : `  ${facts.join(' · ')}`)}`,
    ...(words === '' ? [] : words.split('\n').flatMap((line) => paragraph(line, width))),
    ...(named === '' ? [] : labelled('names', wrapped(printable(named), width - LABEL), drawing)),
  ];
}

/** One line of an analyst's words, wrapped under its own indentation. */
function paragraph(line: string, width: number): string[] {
  const text = printable(line).trimEnd();
  const indent = `  ${' '.repeat(text.length - text.trimStart().length)}`;
  const hanging = /^\s*[-*] /.test(text) ? `${indent}  ` : indent;
  return wrapped(text.trimStart(), width - hanging.length).map((part, index) =>
    `${index === 0 ? indent : hanging}${part}`.trimEnd(),
  );
}

const PAINT: { readonly [verdict in Verdict]: 'red' | 'green' | 'yellow' } = {
  YES: 'red',
  NO: 'green',
  UNSURE: 'yellow',
};

function verdictWord(answer: StageAnswer, colours: Colours): string {
  const { verdict, error } = answer;
  const paint = error === null ? (verdict === null ? 'yellow' : PAINT[verdict]) : 'red';
  return colours[paint](verdictText(answer));
}

function evidenceLines(diagnoses: readonly Diagnosis[], drawing: Drawing): string[] {
  const all = allEvidence(diagnoses);
  if (all.length === 0) return [];
  const shown = all.slice(0, drawing.mostRecords);
  const which = diagnoses.length > 1 ? `${shown.length}` : `Largest ${shown.length}`;
  const title =
    all.length > shown.length
      ? `${which} of ${all.length} cited records`
      : `Cited ${all.length === 1 ? 'record' : 'records'}`;
  return [
    drawing.colours.bold(title),
    ...shown.flatMap((evidence) => recordLines(evidence, diagnoses.length > 1, drawing)),
  ];
}

function recordLines(
  { record, file, text, analysts }: SharedEvidence,
  withAnalysts: boolean,
  { colours, width }: Drawing,
): string[] {
  const first = record.lines[0];
  const gutter = String(record.lines[1]).length;
  const by = withAnalysts ? colours.dim(`  cited by ${printable(analysts.join(', '))}`) : '';
  return [
    `  ${colours.bold(printable(record.id))}  ${record.kind}, ${grouped(record.bytes)} bytes in ${counted(record.blocks, 'block')}  ${colours.dim(`${printable(file)}:${first}`)}${by}`,
    ...text.map(
      (line, index) =>
        `  ${colours.dim(String(first + index).padStart(gutter))} ${shorten(printable(line), width - gutter - 3)}`,
    ),
  ];
}

/** Whether the citations are in the logs and were shown, and what the answers took. */
function closingLines(diagnosis: Diagnosis, named: boolean, { colours }: Drawing): string[] {
  const { citations } = diagnosis;
  const { missing, unseen } = unfounded(diagnosis);
  const analyst = printable(diagnosis.analyst);
  const parts = [
    citations.length === 0
      ? 'No record is cited'
      : `${counted(citations.length, 'record')} cited, ${missing.length === 0 ? 'all in the logs' : `${missing.length} not in the logs: ${printable(idRanges(missing))}`}`,
  ];
  if (unseen.length > 0)
    parts.push(`${unseen.length} never shown to the analyst: ${printable(idRanges(unseen))}`);
  const line = `${named ? `${analyst}: ` : ''}${parts.join('; ')}.`;
  const usage = usageText(diagnosis);
  return [
    missing.length + unseen.length === 0 ? colours.dim(line) : colours.yellow(line),
    ...(usage === null ? [] : [colours.dim(`${analyst}: ${usage}.`)]),
  ];
}
