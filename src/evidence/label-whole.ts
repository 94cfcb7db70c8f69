import type { LogDocument, Process } from '../log/document.js';
import type { ProgramNamer, RunLogs } from './label-tally.js';

/** Reports of one program in a run. */
interface Reports {
  /** Those that the log holds to their end. */
  readonly whole: number;
  /** Of these, those of a tool that reports where it finds nothing, too. */
  readonly certain: number;
  readonly cut: number;
}

const NO_REPORTS: Reports = { whole: 0, certain: 0, cut: 0 };

/**
 * Tells programs of which some run of `to` does not hold as many reports as the runs of `from` do: a crash, a log that
 * was cut short, or the wrong file. What such a run does not print is not known to be gone.
 *
 * Memcheck reports where it finds nothing, too; told to be quiet (`-q`) it ends no report, and then none is missed. A
 * sanitizer that finds nothing is silent, so that only a report that breaks off tells.
 */
export function missingReports(
  from: readonly RunLogs[],
  to: readonly RunLogs[],
  programOf: ProgramNamer,
): (program: string) => boolean {
  const expected = from.map((run) => reportsOf(run, programOf));
  const found = to.map((run) => reportsOf(run, programOf));
  return (program) => {
    const least = (figure: keyof Reports) =>
      Math.min(...expected.map((run) => (run.get(program) ?? NO_REPORTS)[figure]));
    return found.some((run) => {
      const { whole, cut } = run.get(program) ?? NO_REPORTS;
      return cut > 0 ? whole < least('whole') : whole === 0 && least('certain') > 0;
    });
  };
}

function reportsOf(run: RunLogs, programOf: ProgramNamer): Map<string, Reports> {
  const reports = new Map<string, Reports>();
  for (const document of run) {
    for (const process of document.processes) {
      const program = programOf(document, process.pid);
      const { whole, certain, cut } = reports.get(program) ?? NO_REPORTS;
      reports.set(
        program,
        breaksOff(document, process)
          ? { whole, certain, cut: cut + 1 }
          : { whole: whole + 1, certain: certain + (process.tool === 'memcheck' ? 1 : 0), cut },
      );
    }
  }
  return reports;
}

function breaksOff({ truncated, format }: LogDocument, { tool, errorSummary }: Process): boolean {
  return truncated && (tool !== 'memcheck' || format === 'memcheck-xml' || errorSummary === null);
}
