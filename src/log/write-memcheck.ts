import {
  type Amount,
  type ErrorReport,
  type Frame,
  LEAK_KINDS,
  type LeakCheck,
  type LogDocument,
  type LossRecord,
  type Process,
} from './document.js';

/**
 * Writes the reports of a document as Memcheck prints them: each process with its errors, leak checks, loss records
 * and summaries. Events are left out, since the form of their lines is not kept. What `readLog` makes of the text is
 * equal to the document but for line numbers, and for what Memcheck's text cannot say (columns, other tools).
 */
export function writeMemcheck(document: LogDocument): string {
  return document.processes.map((process) => processText(process, document)).join('');
}

function processText(process: Process, { records, errors }: LogDocument): string {
  const [first, last] = process.lines;
  const within = ({ lines }: LossRecord | ErrorReport) => first <= lines[0] && lines[0] <= last;
  const own = <T extends LossRecord | ErrorReport>(all: readonly T[]) =>
    all.filter((one) => one.pid === process.pid && within(one));
  const recordsOf = (check: LeakCheck) => own(records).filter((record) => record.check === check.number);
  const lines = [
    ...bannerLines(process),
    ...own(errors).flatMap(errorLines),
    ...process.checks.flatMap((check) => checkLines(check, recordsOf(check))),
    ...errorSummaryLines(process),
  ];
  return lines.map((line) => `==${process.pid}== ${line}\n`).join('');
}

function bannerLines({ toolVersion, command, parentPid }: Process): string[] {
  if (toolVersion === null && command === null && parentPid === null) return [];
  return [
    'Memcheck, a memory error detector',
    ...(toolVersion === null
      ? []
      : [`Using Valgrind-${toolVersion} and LibVEX; rerun with -h for copyright info`]),
    ...(command === null ? [] : [`Command: ${command}`]),
    ...(parentPid === null ? [] : [`Parent PID: ${parentPid}`]),
    '',
  ];
}

function errorLines({ message, frames, auxiliary }: ErrorReport): string[] {
  const [what = '', ...details] = message.split('; ');
  return [
    what,
    ...details.map((detail) => ` ${detail}`),
    ...frames.map(frameLine),
    ...auxiliary.flatMap((further) => [` ${further.what}`, ...further.frames.map(frameLine)]),
    '',
  ];
}

function checkLines(check: LeakCheck, records: readonly LossRecord[]): string[] {
  return [
    ...heapLines(check),
    ...records.flatMap((record) => [
      headline(record, check.recordsCounted ?? record.number),
      ...record.frames.map(frameLine),
      '',
    ]),
    ...summaryLines(check),
  ];
}

function heapLines({ inUseAtExit, heapUsage }: LeakCheck): string[] {
  if (inUseAtExit === null && heapUsage === null) return [];
  return [
    'HEAP SUMMARY:',
    ...(inUseAtExit === null ? [] : [`    in use at exit: ${amount(inUseAtExit)}`]),
    ...(heapUsage === null
      ? []
      : [
          `  total heap usage: ${figure(heapUsage.allocs)} allocs, ${figure(heapUsage.frees)} frees, ` +
            `${figure(heapUsage.bytes)} bytes allocated`,
        ]),
    '',
  ];
}

function headline(record: LossRecord, counted: number): string {
  const { kind, bytes, blocks, directBytes, indirectBytes, delta, number } = record;
  const parts =
    indirectBytes === 0 ? '' : ` (${figure(directBytes)} direct, ${figure(indirectBytes)} indirect)`;
  return (
    `${figure(bytes)}${change(delta?.bytes)}${parts} bytes in ${figure(blocks)}${change(delta?.blocks)} blocks ` +
    `are ${kind.replace('-', ' ')} in loss record ${figure(number)} of ${figure(counted)}`
  );
}

function summaryLines({ summary }: LeakCheck): string[] {
  if (summary === null) return [];
  return [
    'LEAK SUMMARY:',
    ...[...LEAK_KINDS, 'suppressed' as const].map(
      (kind) => `${kind.replace('-', ' ').padStart(18)}: ${amount(summary[kind])}`,
    ),
    '',
  ];
}

function errorSummaryLines({ errorSummary }: Process): string[] {
  if (errorSummary === null) return [];
  const { errors, contexts, suppressed } = errorSummary;
  return [
    `ERROR SUMMARY: ${figure(errors)} errors from ${figure(contexts)} contexts ` +
      `(suppressed: ${figure(suppressed)} from ${figure(suppressed)})`,
  ];
}

/** The first call of a stack stands behind `at`, its callers behind `by`. */
function frameLine(frame: Frame, index: number): string {
  const { address, function: name, file, line, object } = frame;
  const place = file !== null ? ` (${file}:${line})` : object !== null ? ` (in ${object})` : '';
  return `   ${index === 0 ? 'at' : 'by'} ${address ?? '0x0'}: ${name ?? '???'}${place}`;
}

function amount({ bytes, blocks }: Amount): string {
  return `${figure(bytes)} bytes in ${figure(blocks)} blocks`;
}

function figure(value: number): string {
  return value.toLocaleString('en-US');
}

function change(value: number | undefined): string {
  if (value === undefined) return '';
  return ` (${value < 0 ? '-' : '+'}${figure(Math.abs(value))})`;
}
