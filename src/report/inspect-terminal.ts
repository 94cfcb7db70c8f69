import pc from 'picocolors';
import { idRanges } from '../context/id-ranges.js';
import {
  type EventTemplate,
  type Group,
  LEAK_KINDS,
  type LeakCheck,
  type LeakKind,
  type LogDocument,
  type Process,
} from '../log/document.js';
import { foldStack } from './fold-stack.js';
import { mergeGroups } from './inspection.js';
import { counted, grouped, printable, shorten } from './printable.js';
import { timelineOf } from './timeline.js';

export type Section = 'records' | 'groups' | 'events' | 'errors';

export interface View {
  /** Sections to print in full; empty for the overview. */
  readonly sections: readonly Section[];
  readonly colour: boolean;
  /** Columns of the terminal. */
  readonly width: number;
}

type Colours = ReturnType<typeof pc.createColors>;

const TOP_GROUPS = 8;
const TOP_TEMPLATES = 10;
const SHOWN_PROBLEMS = 10;

/** What is in some logs, for a person: an overview, or the sections asked for in full. */
export function inspectTerminal(documents: readonly LogDocument[], view: View): string {
  const colours = pc.createColors(view.colour);
  const parts: string[][] = documents.map((document) => head(document, colours, view));
  const all = view.sections.length === 0;
  if (view.sections.includes('records')) parts.push(records(documents, colours, view));
  if (all || view.sections.includes('groups'))
    parts.push(groups(documents, colours, view, all ? TOP_GROUPS : Infinity));
  if (all) parts.push(...documents.map((document) => timeline(document, colours, view)));
  if (all || view.sections.includes('events'))
    parts.push(events(documents, colours, view, all ? TOP_TEMPLATES : Infinity));
  if (all || view.sections.includes('errors')) parts.push(errors(documents, colours, view, all));
  parts.push(problems(documents, colours, view, !view.sections.includes('errors')));
  return `${parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function head(document: LogDocument, colours: Colours, view: View): string[] {
  const facts = [
    counted(document.lines, 'line'),
    `${grouped(document.bytes)} bytes`,
    document.format,
    ...(document.truncated ? [colours.yellow('cut short')] : []),
  ];
  const lines = [`${colours.bold(printable(document.role))}  ${colours.dim(facts.join(' · '))}`];
  if (document.processes.length === 0) lines.push(colours.dim('  no leak report in this log'));
  for (const process of document.processes) lines.push(...processLines(document, process, colours, view));
  return lines;
}

function processLines(document: LogDocument, process: Process, colours: Colours, view: View): string[] {
  const name = process.pid === null ? 'process' : `pid ${process.pid}`;
  const command = process.command === null ? '' : `  ${printable(process.command)}`;
  const lines = [shorten(`  ${name}  ${process.tool}${command}`, view.width)];
  for (const check of process.checks) {
    const own = document.records.filter(
      (record) => record.pid === process.pid && record.check === check.number,
    );
    const counts = check.recordsCounted === null ? '' : ` of ${grouped(check.recordsCounted)}`;
    const which = process.checks.length > 1 ? `leak check ${check.number}: ` : '';
    lines.push(colours.dim(`    ${which}${grouped(own.length)}${counts} loss records printed`));
    lines.push(...kindLines(own, check, colours));
  }
  return lines;
}

/** One bar a kind. The LEAK SUMMARY counts what is lost directly, so records are added up the same way. */
function kindLines(
  own: readonly LogDocument['records'][number][],
  check: LeakCheck,
  colours: Colours,
): string[] {
  const rows = LEAK_KINDS.map((kind) => {
    const printed = own.filter((record) => record.kind === kind);
    const summary = check.summary?.[kind] ?? null;
    const bytes = summary?.bytes ?? printed.reduce((sum, record) => sum + record.directBytes, 0);
    const blocks = summary?.blocks ?? printed.reduce((sum, record) => sum + record.blocks, 0);
    return { kind, records: printed.length, bytes, blocks };
  }).filter((row) => row.bytes > 0 || row.records > 0);
  const most = Math.max(1, ...rows.map((row) => row.bytes));
  return rows.map(({ kind, records, bytes, blocks }) => {
    const size = `${grouped(bytes).padStart(13)} B  ${grouped(blocks).padStart(9)} ${blocks === 1 ? 'block ' : 'blocks'}`;
    const printed = records === 0 ? 'not printed' : counted(records, 'record');
    return `    ${kind.padEnd(16)} ${paintKind(kind, bar(bytes / most, 16), colours)}${size}   ${colours.dim(printed)}`;
  });
}

function paintKind(kind: LeakKind, text: string, colours: Colours): string {
  if (kind === 'definitely-lost') return colours.red(text);
  if (kind === 'possibly-lost') return colours.yellow(text);
  return kind === 'indirectly-lost' ? colours.magenta(text) : colours.dim(text);
}

const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/** A bar of `width` columns, to an eighth of a column; never empty for a share above zero. */
export function bar(share: number, width: number): string {
  const eighths = share <= 0 ? 0 : Math.max(1, Math.round(share * width * 8));
  return `${'█'.repeat(Math.floor(eighths / 8))}${EIGHTHS[eighths % 8]}`.padEnd(width);
}

function groups(documents: readonly LogDocument[], colours: Colours, view: View, most: number): string[] {
  const all = mergeGroups(documents);
  if (all.length === 0) return [];
  const title =
    all.length > most ? `Largest ${most} of ${grouped(all.length)} groups` : counted(all.length, 'group');
  return [colours.bold(title), ...all.slice(0, most).flatMap((group) => groupLines(group, colours, view))];
}

function groupLines(group: Group, colours: Colours, view: View): string[] {
  const kinds = Object.keys(group.kinds) as LeakKind[];
  const size = `${grouped(group.bytes).padStart(11)} B in ${counted(group.blocks, 'block')}`;
  const which = shorten(`record ${idRanges(group.records)}`, Math.max(20, view.width - 66));
  return [
    `${size.padEnd(34)} ${kinds.map((kind) => paintKind(kind, kind, colours)).join(', ')}  ${colours.dim(which)}`,
    ...foldStack(group.frames, view.width - 14).map(
      (line, index) => `${' '.repeat(14)}${index === 0 ? line : colours.dim(line)}`,
    ),
  ];
}

function records(documents: readonly LogDocument[], colours: Colours, view: View): string[] {
  const all = documents.flatMap((document) => document.records);
  return [
    colours.bold(counted(all.length, 'loss record')),
    ...all.flatMap((record) => [
      `${colours.bold(printable(record.id))}  ${paintKind(record.kind, record.kind, colours)}  ${grouped(record.bytes)} B in ${counted(record.blocks, 'block')}  ${colours.dim(`${printable(record.log)}, lines ${record.lines.join('-')}`)}`,
      ...foldStack(record.frames, view.width - 4).map((line) => `    ${colours.dim(line)}`),
    ]),
  ];
}

function timeline(document: LogDocument, colours: Colours, view: View): string[] {
  const rows = timelineOf(document, Math.max(20, Math.min(60, view.width - 40)));
  if (rows === null) return [];
  return [
    `${colours.bold('Timeline')}  ${colours.dim(`${printable(document.role)}, ${printable(rows.from)} to ${printable(rows.to)}`)}`,
    ...rows.rows.map(
      ({ name, count, spark }) => `  ${name.padEnd(14)} ${spark}  ${colours.dim(grouped(count))}`,
    ),
  ];
}

function events(documents: readonly LogDocument[], colours: Colours, view: View, most: number): string[] {
  const all = documents
    .flatMap((document) => document.templates.map((template) => ({ document, template })))
    .sort((a, b) => b.template.count - a.template.count || a.template.firstLine - b.template.firstLine);
  if (all.length === 0) return [];
  const title =
    all.length > most
      ? `Most frequent ${most} of ${grouped(all.length)} event templates`
      : counted(all.length, 'event template');
  const several = documents.length > 1;
  return [
    colours.bold(title),
    ...all
      .slice(0, most)
      .map(({ document, template }) => eventLine(several ? document.role : null, template, colours, view)),
  ];
}

function eventLine(role: string | null, template: EventTemplate, colours: Colours, view: View): string {
  const source = [role, template.component, template.level === null ? null : `(${template.level})`].filter(
    (part) => part !== null,
  );
  const text = printable(`${source.length === 0 ? '' : `${source.join(' ')}  `}${template.template}`);
  const loud = /^(error|err|crit|critical|alert|emerg|fatal|warn|warning)$/i.test(template.level ?? '');
  const shown = shorten(text, view.width - 10);
  return `${grouped(template.count).padStart(8)}  ${loud ? colours.yellow(shown) : shown}`;
}

function errors(documents: readonly LogDocument[], colours: Colours, view: View, brief: boolean): string[] {
  const all = documents.flatMap((document) => document.errors.map((error) => ({ document, error })));
  if (all.length === 0) return [];
  if (brief) {
    const kinds = new Map<string, number>();
    for (const { error } of all) kinds.set(error.kind, (kinds.get(error.kind) ?? 0) + 1);
    const list = [...kinds].map(([kind, count]) => `${grouped(count)} ${kind}`).join(', ');
    return [
      `${colours.bold(counted(all.length, 'other error'))}  ${shorten(printable(list), view.width - 20)}`,
    ];
  }
  return [
    colours.bold(counted(all.length, 'other error')),
    ...all.flatMap(({ document, error }) => [
      `${colours.red(printable(error.kind))}  ${shorten(printable(error.message), view.width - 30)}  ${colours.dim(`${printable(document.role)}, line ${error.lines[0]}`)}`,
      ...foldStack(error.frames, view.width - 4).map((line) => `    ${colours.dim(line)}`),
    ]),
  ];
}

function problems(documents: readonly LogDocument[], colours: Colours, view: View, brief: boolean): string[] {
  const all = documents.flatMap((document) => document.problems.map((problem) => ({ document, problem })));
  if (all.length === 0) return [];
  const shown = brief ? all.slice(0, SHOWN_PROBLEMS) : all;
  const more = all.length - shown.length;
  return [
    colours.yellow(`${counted(all.length, 'line')} flagged`),
    ...shown.map(({ document, problem }) =>
      shorten(
        `  ${printable(document.role)}:${problem.line}: ${printable(problem.what)} (${printable(problem.why)})`,
        view.width,
      ),
    ),
    ...(more > 0 ? [colours.dim(`  and ${grouped(more)} more: --errors lists all`)] : []),
  ];
}
