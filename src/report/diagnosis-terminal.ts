import pc from 'picocolors';
import type { Stage, Verdict } from '../cases/truth.js';
import { idRanges } from '../context/id-ranges.js';
import type { Citation, Diagnosis, Evidence, StageAnswer } from './diagnosis.js';
import { counted, grouped, printable, shorten, wrapped } from './printable.js';

type Colours = ReturnType<typeof pc.createColors>;

export const STAGE_TITLES: { readonly [stage in Stage]: string } = {
  relationship: 'Do processes or functions call each other?',
  leak: 'Is memory leaked?',
  'root-cause': 'What is the root cause?',
};

export interface DiagnosisView {
  readonly colour: boolean;
  readonly width: number;
  /** How many cited records are shown with their lines. */
  readonly mostRecords: number;
}

/** A diagnosis for a person at a terminal: the verdicts, the reasoning, the cited records with their log lines. */
export function diagnosisTerminal(diagnosis: Diagnosis, view: DiagnosisView): string {
  const colours = pc.createColors(view.colour);
  const parts = [
    (Object.keys(STAGE_TITLES) as Stage[]).flatMap((stage) =>
      stageLines(stage, diagnosis.stages[stage], colours, view),
    ),
    evidenceLines(diagnosis, colours, view),
    [citationLine(diagnosis.citations, colours), ...usageLine(diagnosis, colours)],
  ];
  return `${parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n')}\n`;
}

function stageLines(stage: Stage, answer: StageAnswer, colours: Colours, view: DiagnosisView): string[] {
  const verdict = answer.error === null ? verdictWord(answer.verdict, colours) : colours.red('no answer');
  const facts = [
    ...(answer.records.length === 0 ? [] : [counted(answer.records.length, 'record')]),
    ...(answer.mechanism === null ? [] : [answer.mechanism]),
    ...answer.functions.slice(0, 3).map(printable),
  ];
  const body = answer.error === null ? answer.text.trim().split('\n') : [answer.error];
  return [
    `${colours.bold(STAGE_TITLES[stage])}  ${verdict}${facts.length === 0 ? '' : colours.dim(`  ${facts.join(' · ')}`)}`,
    ...body.flatMap((line) => paragraph(line, view.width)),
    '',
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

function verdictWord(verdict: Verdict | null, colours: Colours): string {
  if (verdict === 'YES') return colours.red('YES');
  if (verdict === 'NO') return colours.green('NO');
  return colours.yellow(verdict ?? 'no verdict could be read');
}

function evidenceLines(diagnosis: Diagnosis, colours: Colours, view: DiagnosisView): string[] {
  const largest = [...diagnosis.evidence].sort(
    (a, b) => b.record.bytes - a.record.bytes || a.record.lines[0] - b.record.lines[0],
  );
  if (largest.length === 0) return [];
  const shown = largest.slice(0, view.mostRecords);
  const title =
    largest.length > shown.length
      ? `Largest ${shown.length} of ${largest.length} cited records`
      : `Cited ${largest.length === 1 ? 'record' : 'records'}`;
  return [colours.bold(title), ...shown.flatMap((evidence) => recordLines(evidence, colours, view)), ''];
}

function recordLines({ record, file, text }: Evidence, colours: Colours, view: DiagnosisView): string[] {
  const first = record.lines[0];
  const gutter = String(record.lines[1]).length;
  return [
    `  ${colours.bold(printable(record.id))}  ${record.kind}, ${grouped(record.bytes)} bytes in ${counted(record.blocks, 'block')}  ${colours.dim(`${printable(file)}:${first}`)}`,
    ...text.map(
      (line, index) =>
        `  ${colours.dim(String(first + index).padStart(gutter))} ${shorten(printable(line), view.width - gutter - 3)}`,
    ),
  ];
}

function citationLine(citations: readonly Citation[], colours: Colours): string {
  if (citations.length === 0) return colours.dim('No record is cited.');
  const missing = citations.filter((citation) => !citation.exists).map((citation) => citation.id);
  const unseen = citations
    .filter((citation) => citation.exists && !citation.shown)
    .map((citation) => citation.id);
  const parts = [
    `${counted(citations.length, 'record')} cited, ${missing.length === 0 ? 'all in the logs' : `${missing.length} not in the logs: ${printable(idRanges(missing))}`}`,
  ];
  if (unseen.length > 0)
    parts.push(`${unseen.length} never shown to the analyst: ${printable(idRanges(unseen))}`);
  const line = `${parts.join('; ')}.`;
  return missing.length + unseen.length === 0 ? colours.dim(line) : colours.yellow(line);
}

function usageLine({ analyst, usage }: Diagnosis, colours: Colours): string[] {
  if (usage === null) return [];
  return [
    colours.dim(
      `${printable(analyst)}: ${grouped(usage.inputTokens)} tokens in, ${grouped(usage.outputTokens)} out.`,
    ),
  ];
}
