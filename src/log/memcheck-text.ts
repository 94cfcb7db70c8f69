import type { Amount, LeakSummary, Stack } from './document.js';
import type { CheckBuilder, DocumentBuilder, ProcessBuilder } from './document-builder.js';
import type { EventReader } from './event-reader.js';
import type { Bytes, Followed } from './line-splitter.js';
import { equals, type KnownLine, LineTable } from './line-table.js';
import { type MemcheckLine, parseMemcheckLine } from './memcheck-line.js';
import type { PrefixBytes } from './memcheck-prefix.js';
import { parseRecordHeadline, type RecordHeadline } from './memcheck-record.js';
import type { StackNode } from './stack-table.js';

/** An error whose stacks are still being read. */
interface OpenError {
  readonly kind: string;
  message: string;
  readonly firstLine: number;
  readonly auxiliary: { readonly what: string; frames: Stack }[];
  frames: Stack;
}

/** What is open in the report of one process: lines of several processes may alternate. */
export class MemcheckProcess {
  readonly pid: number;
  builder: ProcessBuilder;
  /** The banner or a HEAP SUMMARY was read, so that the report ends with an ERROR SUMMARY (with `-q` it has none). */
  announced = false;
  /** HEAP SUMMARY was read, and no LEAK SUMMARY yet. */
  check: CheckBuilder | null = null;
  summary: { -readonly [kind in keyof LeakSummary]?: Amount } | null = null;
  summaryLine = 0;
  headline: RecordHeadline | null = null;
  error: OpenError | null = null;
  /** The line that an unknown error would begin with. */
  unknown: { readonly text: string; readonly line: number } | null = null;
  /** Inside of a paragraph that is printed again, or whose first line is lost. */
  leaveOut = false;
  /** The line before, if it was known. */
  known: KnownLine<MemcheckLine> | null = null;
  /** How its lines begin. */
  prefix: PrefixBytes | null = null;
  /** The stack that is being read, of the open record or error. */
  stack: StackNode;
  firstLine = 0;
  lastLine = 0;
  lastNumber = 0;

  constructor(builder: ProcessBuilder, root: StackNode) {
    this.pid = builder.pid as number;
    this.builder = builder;
    this.stack = root;
  }
}

const NEWLINE = 10;
const NONE: Amount = { bytes: 0, blocks: 0 };

/** Reads Memcheck's text reports, line by line, of any number of processes. */
export class MemcheckTextReader {
  private readonly builder: DocumentBuilder;
  private readonly events: EventReader;
  private readonly root: StackNode;
  private readonly processes = new Map<number, MemcheckProcess>();
  private readonly known = new LineTable<MemcheckLine>();

  /** What a report holds that is not a report's goes to `events`. */
  constructor(builder: DocumentBuilder, events: EventReader) {
    this.builder = builder;
    this.events = events;
    this.root = builder.stacks.root;
  }

  /** The state of a process's report; begins one with the first line of its pid. */
  process(pid: number, line: number): MemcheckProcess {
    let process = this.processes.get(pid);
    if (process === undefined) {
      this.builder.sawFormat('memcheck-text');
      process = new MemcheckProcess(this.builder.process('memcheck', pid, line), this.root);
      this.processes.set(pid, process);
    }
    return process;
  }

  has(pid: number): boolean {
    return this.processes.has(pid);
  }

  /**
   * Takes a line of a report as bytes, without its prefix. False when these bytes need a closer look
   * (colours, something glued to them): the caller then mends them and calls `takeText`.
   */
  takeBytes(process: MemcheckProcess, bytes: Bytes, start: number, end: number, line: number): boolean {
    const first = bytes.buffer[start] as number;
    if (start === end) {
      this.closeParagraph(process);
      process.builder.lastLine = line;
      return true;
    }
    if (first >= 48 && first <= 57) {
      const headline = parseRecordHeadline(bytes.buffer, start, end);
      if (headline === null) return false;
      this.beginRecord(process, headline, line);
      process.builder.lastLine = line;
      return true;
    }
    const known = this.known.get(bytes, start, end, process.known);
    process.known = known;
    if (known === null) return false;
    const said = known.value;
    this.take(process, said, line);
    return true;
  }

  /** Takes the frames that follow as they did the last time; sets `at` to where they end. */
  follow(process: MemcheckProcess, bytes: Bytes, at: Followed): void {
    const { prefix } = process;
    if (prefix === null || !prefix.recurs || (process.headline === null && process.error === null)) return;
    const { buffer, view } = bytes;
    let { start, number } = at;
    let { known, stack } = process;
    for (let next = known?.next ?? null; next !== null && next.value.type === 'frame'; next = next.next) {
      const body: number = start + prefix.length;
      const end = body + next.length;
      if (end >= buffer.length || buffer[end] !== NEWLINE) break;
      if (!prefix.isAt(view, start) || !equals(next, view, body, end)) break;
      stack = stack.push(next.value.frame);
      known = next;
      start = end + 1;
      number++;
    }
    if (start === at.start) return;
    process.known = known;
    process.stack = stack;
    process.lastLine = number;
    process.builder.lastLine = number;
    at.start = start;
    at.number = number;
  }

  /** Remembers what a line of these bytes says, for `takeBytes`. */
  learn(bytes: Bytes, start: number, end: number, said: MemcheckLine): void {
    if (said.type !== 'unknown' && said.type !== 'record') this.known.put(bytes, start, end, said);
  }

  /** Reads the text of a line of a report, without its prefix. Frames come out shared. */
  parse(body: string): MemcheckLine {
    const said = parseMemcheckLine(body);
    return said.type === 'frame' ? { ...said, frame: this.builder.stacks.frame(said.frame) } : said;
  }

  /** Takes what a line of a process's report says. */
  take(process: MemcheckProcess, said: MemcheckLine, line: number): void {
    if (said.type !== 'frame' && process.unknown !== null) this.flagUnknown(process);
    if (said.type === 'banner') this.beginProgram(process, line);
    process.builder.lastLine = line;
    switch (said.type) {
      case 'blank':
        this.closeParagraph(process);
        return;
      case 'frame':
        this.takeFrame(process, said.frame, line);
        return;
      case 'record':
        this.beginRecord(process, said.headline, line);
        return;
      case 'error':
        this.beginError(process, said.kind, said.message, line);
        return;
      case 'detail':
        this.takeDetail(process, said.text, line);
        return;
      case 'unknown':
        if (process.leaveOut) return;
        this.closeParagraph(process);
        process.unknown = { text: said.text, line };
        return;
      case 'repetition':
        this.closeParagraph(process);
        process.leaveOut = true;
        return;
      case 'summary':
        this.takeSummary(process, said.kind, said.amount, line);
        return;
      case 'notice':
      case 'banner':
        return;
      default:
        this.closeParagraph(process);
        this.takeFact(process, said, line);
    }
  }

  /** Takes a line that another was glued to, and that may be torn: no end of it was found. */
  takeTorn(process: MemcheckProcess, text: string, line: number): void {
    const said = this.parse(text);
    if (said.type === 'unknown' || (said.type === 'frame' && !said.complete)) {
      this.builder.addProblem(line, `a report line is torn: ${excerpt(text)}`, 'its end was not found');
    } else this.builder.addProblem(line, 'two report lines in one', 'separated');
    if (said.type === 'unknown') {
      this.closeParagraph(process);
      process.leaveOut = true;
    } else this.take(process, said, line);
  }

  /** The log is at its end. */
  end(): void {
    for (const process of this.processes.values()) {
      this.closeParagraph(process);
      if (process.unknown !== null) this.flagUnknown(process);
      const { builder, check } = process;
      if (builder.errorSummary !== null) continue;
      if (check !== null && process.announced) {
        this.builder.truncate(
          check.firstLine,
          `the leak check of process ${process.pid} has no LEAK SUMMARY`,
        );
      } else if (process.announced) {
        this.builder.truncate(builder.firstLine, `the report of process ${process.pid} has no ERROR SUMMARY`);
      }
    }
  }

  private beginProgram(process: MemcheckProcess, line: number): void {
    this.closeParagraph(process);
    if (process.announced || process.builder.firstLine < line) {
      process.builder = this.builder.beginProcess('memcheck', process.pid, line);
      process.check = null;
      process.lastNumber = 0;
    }
    process.announced = true;
  }

  private beginRecord(process: MemcheckProcess, headline: RecordHeadline, line: number): void {
    if (process.leaveOut) return;
    this.closeParagraph(process);
    let check = process.check;
    if (check === null || (check.recordsCounted !== null && headline.number <= process.lastNumber)) {
      if (check !== null) {
        this.builder.addProblem(
          line,
          `record ${headline.number} follows record ${process.lastNumber} of process ${process.pid}`,
          'taken as the begin of another leak check',
        );
      }
      check = process.builder.beginCheck(line);
      process.check = check;
    }
    check.recordsCounted = headline.of;
    process.lastNumber = headline.number;
    process.headline = headline;
    process.stack = this.root;
    process.firstLine = line;
    process.lastLine = line;
  }

  private takeFrame(process: MemcheckProcess, frame: Parameters<StackNode['push']>[0], line: number): void {
    if (process.unknown !== null) {
      const { text, line: begins } = process.unknown;
      process.unknown = null;
      this.builder.addProblem(begins, `an error of an unknown kind: ${excerpt(text)}`, 'kept as an error');
      this.beginError(process, 'unknown', text, begins);
    }
    if (process.headline !== null || process.error !== null) process.stack = process.stack.push(frame);
    else if (!process.leaveOut) {
      this.builder.addProblem(line, 'a stack frame that belongs to nothing', 'left out');
    }
    process.lastLine = line;
  }

  private beginError(process: MemcheckProcess, kind: string, message: string, line: number): void {
    if (process.leaveOut) return;
    this.closeParagraph(process);
    process.error = { kind, message, firstLine: line, auxiliary: [], frames: [] };
    process.stack = this.root;
    process.firstLine = line;
    process.lastLine = line;
  }

  private takeDetail(process: MemcheckProcess, text: string, line: number): void {
    const { error } = process;
    if (error === null) {
      if (!process.leaveOut) this.keepUnknown(process, text, line);
      return;
    }
    process.lastLine = line;
    if (error.auxiliary.length === 0 && process.stack === this.root) error.message += `; ${text}`;
    else {
      this.closeStack(process, error);
      error.auxiliary.push({ what: text, frames: [] });
    }
  }

  private closeStack(process: MemcheckProcess, error: OpenError): void {
    (error.auxiliary.at(-1) ?? error).frames = process.stack.stack;
    process.stack = this.root;
  }

  private takeSummary(process: MemcheckProcess, kind: keyof LeakSummary, amount: Amount, line: number): void {
    this.closeRecord(process);
    if (process.summary === null) {
      process.summary = {};
      process.summaryLine = line;
    }
    process.summary[kind] = amount;
    process.lastLine = line;
    if (kind === 'suppressed') this.closeSummary(process, line);
  }

  private takeFact(process: MemcheckProcess, said: MemcheckLine, line: number): void {
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

  /** A blank line, or the first line of something else: what was open is complete. */
  private closeParagraph(process: MemcheckProcess): void {
    if (process.headline !== null) this.closeRecord(process);
    process.leaveOut = false;
    const { error } = process;
    if (error !== null) {
      process.error = null;
      this.closeStack(process, error);
      this.builder.addError({
        kind: error.kind,
        message: error.message,
        pid: process.pid,
        lines: [error.firstLine, process.lastLine],
        frames: error.frames,
        auxiliary: error.auxiliary,
      });
    }
  }

  private closeRecord(process: MemcheckProcess): void {
    const { headline } = process;
    if (headline === null) return;
    process.headline = null;
    this.builder.addRecord(
      process.builder,
      {
        number: headline.number,
        kind: headline.kind,
        bytes: headline.bytes,
        blocks: headline.blocks,
        directBytes: headline.directBytes,
        indirectBytes: headline.indirectBytes,
        delta: headline.delta,
        lines: [process.firstLine, process.lastLine],
      },
      process.stack,
    );
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

  private flagUnknown(process: MemcheckProcess): void {
    const { text, line } = process.unknown as { text: string; line: number };
    process.unknown = null;
    this.keepUnknown(process, text, line);
  }

  private keepUnknown(process: MemcheckProcess, text: string, line: number): void {
    this.builder.addProblem(line, `an unknown line of a report: ${excerpt(text)}`, 'kept as an event');
    this.events.take(text, line, process.pid);
  }
}

const EXCERPT = 80;

/** Enough of a line to know it by. */
export function excerpt(text: string): string {
  return text.length <= EXCERPT ? text : `${text.slice(0, EXCERPT)}…`;
}
