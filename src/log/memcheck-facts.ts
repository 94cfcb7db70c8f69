import type { Amount, LeakSummary } from './document.js';
import type { CheckBuilder, DocumentBuilder } from './document-builder.js';
import type { MemcheckLine } from './memcheck-line.js';
import type { MemcheckProcess } from './memcheck-process.js';

const NONE: Amount = { bytes: 0, blocks: 0 };

/** Takes what a report says of its process and its leak checks, beside records and errors. */
export class MemcheckFacts {
  private readonly builder: DocumentBuilder;

  constructor(builder: DocumentBuilder) {
    this.builder = builder;
  }

  /** A line of a LEAK SUMMARY. */
  takeSummary(process: MemcheckProcess, kind: keyof LeakSummary, amount: Amount, line: number): void {
    if (process.summary === null) {
      process.summary = {};
      process.summaryLine = line;
    }
    process.summary[kind] = amount;
    process.lastLine = line;
    if (kind === 'suppressed') this.closeSummary(process, line);
  }

  /** Any other line that tells of the process or a leak check; lines that do not are left alone. */
  take(process: MemcheckProcess, said: MemcheckLine, line: number): void {
    const { builder } = process;
    switch (said.type) {
      case 'heap-summary':
        if (process.check !== null && process.check.recordsCounted !== null) {
          this.builder.addProblem(line, 'a leak check without a LEAK SUMMARY', 'its records are kept');
        }
        process.check = builder.beginCheck(line);
        process.lastNumber = 0;
        process.announced = true;
        break;
      case 'in-use':
        this.checkOf(process, line).inUseAtExit = said.amount;
        break;
      case 'heap-usage':
        this.checkOf(process, line).heapUsage = said.usage;
        break;
      case 'leak-summary':
        process.summary = {};
        process.summaryLine = line;
        break;
      case 'no-leaks':
        process.summary = {
          'definitely-lost': NONE,
          'indirectly-lost': NONE,
          'possibly-lost': NONE,
          'still-reachable': NONE,
          suppressed: NONE,
        };
        process.summaryLine = line;
        this.closeSummary(process, line);
        break;
      case 'no-analysis':
        this.closeCheck(process, line);
        break;
      case 'version':
        builder.toolVersion = said.value;
        break;
      case 'command':
        builder.command = said.value;
        break;
      case 'parent':
        builder.parentPid = said.pid;
        break;
      case 'error-summary':
        builder.errorSummary = said.summary;
        break;
    }
  }

  private closeSummary(process: MemcheckProcess, line: number): void {
    const { summary } = process;
    process.summary = null;
    if (summary === null) return;
    const check = this.checkOf(process, process.summaryLine);
    if (
      summary['definitely-lost'] !== undefined &&
      summary['indirectly-lost'] !== undefined &&
      summary['possibly-lost'] !== undefined &&
      summary['still-reachable'] !== undefined &&
      summary.suppressed !== undefined
    ) {
      check.summary = summary as LeakSummary;
    } else {
      this.builder.addProblem(process.summaryLine, 'a LEAK SUMMARY with lines missing', 'not used');
    }
    this.closeCheck(process, line);
  }

  /** The open leak check; begins one where a report tells of it without HEAP SUMMARY. */
  private checkOf(process: MemcheckProcess, line: number): CheckBuilder {
    process.check ??= process.builder.beginCheck(line);
    return process.check;
  }

  private closeCheck(process: MemcheckProcess, line: number): void {
    if (process.check !== null) process.check.lastLine = line;
    process.check = null;
    process.lastNumber = 0;
  }
}
