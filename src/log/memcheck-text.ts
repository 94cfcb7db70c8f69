import type { Frame } from './document.js';
import type { DocumentBuilder } from './document-builder.js';
import type { EventReader } from './event-reader.js';
import type { Bytes, Followed } from './line-splitter.js';
import { type KnownLine, LineTable } from './line-table.js';
import { MemcheckFacts } from './memcheck-facts.js';
import { type MemcheckLine, parseMemcheckLine } from './memcheck-line.js';
import type { PrefixBytes } from './memcheck-prefix.js';
import { MemcheckProcess, type OpenError } from './memcheck-process.js';
import { parseRecordHeadline, type RecordHeadline } from './memcheck-record.js';
import type { StackNode } from './stack-table.js';
import { excerpt } from './torn-lines.js';

const NEWLINE = 10;
/** Longer first lines of records are not taken on the way: there are none but made-up ones. */
const LONGEST_HEADLINE = 512;

const isDigit = (byte: number): boolean => byte >= 48 && byte <= 57;

/** Reads Memcheck's text reports, line by line, of any number of processes. */
export class MemcheckTextReader {
  private readonly builder: DocumentBuilder;
  private readonly events: EventReader;
  private readonly facts: MemcheckFacts;
  private readonly root: StackNode;
  private readonly processes = new Map<number, MemcheckProcess>();
  private readonly known = new LineTable<MemcheckLine>();

  /** What a report holds that is not a report's goes to `events`. */
  constructor(builder: DocumentBuilder, events: EventReader) {
    this.builder = builder;
    this.events = events;
    this.facts = new MemcheckFacts(builder);
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

  /**
   * Takes a line of a report as bytes, without its prefix. False when these bytes need a closer look
   * (new ones, colours, something glued to them): the caller then reads them as text.
   */
  takeBytes(process: MemcheckProcess, bytes: Bytes, start: number, end: number, line: number): boolean {
    if (start === end) {
      this.takeBlank(process, line);
      return true;
    }
    if (isDigit(bytes.buffer[start] as number)) {
      const headline = parseRecordHeadline(bytes, start, end);
      if (headline?.end !== end) return false;
      this.takeHeadline(process, headline, line);
      return true;
    }
    const known = this.known.get(bytes, start, end, process.stack.known);
    process.stack.known = known;
    if (known === null) return false;
    this.takeKnown(process, known, line);
    return true;
  }

  /**
   * Takes the lines that follow, as long as they are of this process and can be told without a search for their ends:
   * blank ones, records' first lines, and those that follow as they did the last time. Moves `at` behind them.
   */
  follow(process: MemcheckProcess, bytes: Bytes, at: Followed): void {
    const { prefix, stack } = process;
    if (prefix === null || !prefix.recurs) return;
    const { buffer, view } = bytes;
    const last = buffer.length - prefix.length - 1;
    while (at.start <= last && prefix.isAt(view, at.start)) {
      if (process.isOpen && this.followStack(process, bytes, at)) continue;
      const start: number = at.start + prefix.length;
      const line = at.number + 1;
      const first = buffer[start] as number;
      if (first === NEWLINE) {
        this.takeBlank(process, line);
        at.start = start + 1;
      } else if (isDigit(first)) {
        const limit = Math.min(buffer.length, start + LONGEST_HEADLINE);
        const headline = parseRecordHeadline(bytes, start, limit);
        if (headline === null || buffer[headline.end] !== NEWLINE) return;
        this.takeHeadline(process, headline, line);
        at.start = headline.end + 1;
      } else {
        const next = stack.known === null ? null : stack.known.nextFrom(bytes, start);
        if (next === null) return;
        stack.known?.precedes(next);
        stack.known = next;
        this.takeKnown(process, next, line);
        at.start = start + next.length + 1;
      }
      at.number = line;
    }
  }

  /** Takes a line as `take` does, and remembers what these bytes say for `takeBytes`. */
  takeNew(
    process: MemcheckProcess,
    said: MemcheckLine,
    bytes: Bytes,
    start: number,
    end: number,
    line: number,
  ): void {
    const lasting = said.type !== 'unknown' && said.type !== 'record';
    const known = lasting ? this.known.put(bytes, start, end, said) : null;
    const before = process.stack.known;
    if (before !== null && known !== null) before.precedes(known);
    process.stack.known = known;
    if (known === null) this.take(process, said, line);
    else this.takeKnown(process, known, line);
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
        this.closeRecord(process);
        this.facts.takeSummary(process, said.kind, said.amount, line);
        return;
      case 'notice':
      case 'banner':
        return;
      default:
        this.closeParagraph(process);
        this.facts.take(process, said, line);
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

  /** Takes the frames of an open stack that follow as they did the last time; false when none do. */
  private followStack(process: MemcheckProcess, bytes: Bytes, at: Followed): boolean {
    const { number } = at;
    process.stack.follow(process.prefix as PrefixBytes, bytes, at);
    if (at.number === number) return false;
    process.lastLine = at.number;
    process.builder.lastLine = at.number;
    return true;
  }

  private takeBlank(process: MemcheckProcess, line: number): void {
    if (process.unknown !== null) this.flagUnknown(process);
    this.closeParagraph(process);
    process.builder.lastLine = line;
  }

  private takeHeadline(process: MemcheckProcess, headline: RecordHeadline, line: number): void {
    if (process.unknown !== null) this.flagUnknown(process);
    this.beginRecord(process, headline, line);
    process.builder.lastLine = line;
  }

  private takeKnown(process: MemcheckProcess, known: KnownLine<MemcheckLine>, line: number): void {
    if (known.value.type === 'frame' && process.isOpen) {
      process.stack.push(known);
      process.lastLine = line;
      process.builder.lastLine = line;
    } else this.take(process, known.value, line);
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
    process.stack.begin();
    process.firstLine = line;
    process.lastLine = line;
  }

  private takeFrame(process: MemcheckProcess, frame: Frame, line: number): void {
    if (process.unknown !== null) {
      const { text, line: begins } = process.unknown;
      process.unknown = null;
      this.builder.addProblem(begins, `an error of an unknown kind: ${excerpt(text)}`, 'kept as an error');
      this.beginError(process, 'unknown', text, begins);
    }
    if (process.isOpen) process.stack.pushFrame(frame);
    else if (!process.leaveOut) {
      this.builder.addProblem(line, 'a stack frame that belongs to nothing', 'left out');
    }
    process.lastLine = line;
  }

  private beginError(process: MemcheckProcess, kind: string, message: string, line: number): void {
    if (process.leaveOut) return;
    this.closeParagraph(process);
    process.error = { kind, message, firstLine: line, auxiliary: [], frames: [] };
    process.stack.begin();
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
    if (error.auxiliary.length === 0 && process.stack.isEmpty) error.message += `; ${text}`;
    else {
      this.closeStack(process, error);
      error.auxiliary.push({ what: text, frames: [] });
    }
  }

  private closeStack(process: MemcheckProcess, error: OpenError): void {
    (error.auxiliary.at(-1) ?? error).frames = process.stack.end().stack;
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
      process.stack.end(),
    );
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
