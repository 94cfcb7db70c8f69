import type { LeakKind, Tool } from './document.js';
import type { DocumentBuilder, ProcessBuilder } from './document-builder.js';
import type { LineReader } from './line-reader.js';
import { parseSanitizerFrame } from './sanitizer-frame.js';
import type { StackNode } from './stack-table.js';

const RULE = '='.repeat(65);
const HEADER = /^==(\d+)==ERROR: (Leak|Address)Sanitizer: (.*)$/;
const FATAL = /^==(\d+)==LeakSanitizer has encountered a fatal error/;
const WARNING = /^==(\d+)==WARNING: (?:(?:Leak|Address)Sanitizer|ASan|LSan)\b/;
/** What else a report says under a process's name. */
const REMARK =
  /^==\d+==(?:HINT: |Hint: |The signal is caused by |Register values:|LeakSanitizer |AddressSanitizer )/;
const ABORTING = /^==\d+==ABORTING$/;
const DEADLY_SIGNAL = /^(?:AddressSanitizer|LeakSanitizer):DEADLYSIGNAL$/;
const LEAK = /^(Direct|Indirect) leak of (\d+) byte\(s\) in (\d+) object\(s\) allocated from:$/;
const LEAK_SUMMARY = /^SUMMARY: (Leak|Address)Sanitizer: (\d+) byte\(s\) leaked in (\d+) allocation\(s\)\.$/;
const ERROR_SUMMARY = /^SUMMARY: (?:Leak|Address)Sanitizer: (\S+)/;

/** Lines of a leak report that are neither a leak nor a frame. */
const LEAK_REMARK =
  /^(?:Objects leaked above:|0x[0-9a-f]+ \(\d+ bytes\)|The \d+ top leak\(s\):|Omitting \d+ more leak\(s\)\.|Too many leaks!.*|Suppressions used:| +count +bytes template| +\d+ +\d+ \S.*|-{20,})$/;
/** Lines of an error report that tell more of the error, or introduce a stack. */
const ERROR_DETAIL =
  /^(?:(?:READ|WRITE|ACCESS) of size .*|0x[0-9a-f]+ is located .*|(?:freed|previously allocated|allocated) by thread T\d+.*|Address 0x[0-9a-f]+ is .*|Thread T\d+ .*|object passed to delete .*| +(?:size|alignment) of the .*| {2}This frame has .*| {4}\[\d+, \d+\).*)$/;
/** Advice and registers, which tell nothing of the error. */
const ERROR_REMARK =
  /^(?:HINT: .*| {6}\(longjmp and C\+\+ exceptions .*|AddressSanitizer can not provide .*| *(?:r[a-z0-9]{1,2}|[xq]\d{1,2}) = 0x[0-9a-f]+ .*)$/;
const SHADOW =
  /^(?:Shadow byte.*|(?:=>| {2})0x[0-9a-f]+:(?:[ [][0-9a-f]{2})+.*| {2}[A-Z][A-Za-z /-]+: +[0-9a-f]{2}(?: .*)?)$/;

interface OpenLeak {
  readonly kind: LeakKind;
  readonly bytes: number;
  readonly blocks: number;
  readonly firstLine: number;
}

interface OpenError {
  kind: string;
  readonly message: string[];
  readonly auxiliary: { readonly what: string; frames: StackNode }[];
  stack: StackNode | null;
}

/**
 * Reads the reports of LeakSanitizer and AddressSanitizer as gcc and clang print them (compiler-rt, `lsan_common.cpp`
 * and `asan_errors.cpp`), of any number of processes one after another.
 *
 * Each report of leaks is a leak check of its process. The tool prints no numbers for leaks, no process's command, and
 * a sum in place of a leak summary: where the leaks read do not add up to it, that is flagged.
 */
class SanitizerReader implements LineReader {
  private readonly builder: DocumentBuilder;
  private process: ProcessBuilder | null = null;
  private firstLine = 0;
  private lastLine = 0;
  private isLeakReport = false;
  /** The summary was read; of an error, shadow bytes follow. */
  private summed = false;
  private leak: OpenLeak | null = null;
  private leaked = { bytes: 0, blocks: 0 };
  private error: OpenError | null = null;
  private stack: StackNode;

  constructor(builder: DocumentBuilder) {
    this.builder = builder;
    this.stack = builder.stacks.root;
  }

  get active(): boolean {
    return this.process !== null;
  }

  take(text: string, line: number): boolean {
    const taken = this.takeHeading(text, line) || (this.process !== null && this.takeInReport(text, line));
    if (taken) this.lastLine = line;
    else if (this.summed) this.close();
    return taken;
  }

  end(): void {
    if (this.process === null) return;
    if (!this.summed) this.builder.truncate(this.firstLine, this.unfinished());
    this.close();
  }

  /** Lines that stand in or before a report of any kind. */
  private takeHeading(text: string, line: number): boolean {
    if (text === RULE || DEADLY_SIGNAL.test(text)) return true;
    if (!text.startsWith('==')) return false;
    const header = HEADER.exec(text);
    if (header !== null) {
      this.begin(
        Number(header[1]),
        header[2] === 'Leak' ? 'leak-sanitizer' : 'address-sanitizer',
        header[3] ?? '',
        line,
      );
      return true;
    }
    const fatal = FATAL.exec(text);
    if (fatal !== null) {
      const { pid } = this.processOf('leak-sanitizer', Number(fatal[1]), line);
      const message = text.slice(text.lastIndexOf('==') + 2);
      this.builder.addError({
        kind: 'leak-check-failed',
        message,
        pid,
        lines: [line, line],
        frames: [],
        auxiliary: [],
      });
      return true;
    }
    if (WARNING.test(text)) {
      this.builder.addProblem(line, text, 'a warning of the sanitizer, which reports nothing');
      return true;
    }
    if (ABORTING.test(text)) {
      if (this.summed) this.close();
      return true;
    }
    return REMARK.test(text);
  }

  private takeInReport(text: string, line: number): boolean {
    if (text === '') {
      this.closeStack();
      return true;
    }
    if (this.summed) return SHADOW.test(text);
    const frame = text.startsWith(' ') ? parseSanitizerFrame(text) : null;
    if (frame !== null) {
      this.stack = this.stack.push(this.builder.stacks.frame(frame));
      return true;
    }
    return this.isLeakReport ? this.takeLeakLine(text, line) : this.takeErrorLine(text);
  }

  private takeLeakLine(text: string, line: number): boolean {
    const leak = LEAK.exec(text);
    if (leak !== null) {
      this.closeStack();
      const kind = leak[1] === 'Direct' ? 'definitely-lost' : 'indirectly-lost';
      this.leak = { kind, bytes: Number(leak[2]), blocks: Number(leak[3]), firstLine: line };
      return true;
    }
    const summary = LEAK_SUMMARY.exec(text);
    if (summary !== null) {
      this.closeStack();
      this.closeLeakReport(summary[1] === 'Leak', Number(summary[2]), Number(summary[3]), line);
      return true;
    }
    return LEAK_REMARK.test(text);
  }

  private takeErrorLine(text: string): boolean {
    const { error } = this;
    if (error === null) return false;
    const summary = ERROR_SUMMARY.exec(text);
    if (summary !== null) {
      this.closeStack();
      error.kind = (summary[1] as string).toLowerCase();
      this.summed = true;
      return true;
    }
    if (!ERROR_DETAIL.test(text)) return ERROR_REMARK.test(text);
    this.closeStack();
    if (error.stack === null) error.message.push(text);
    else error.auxiliary.push({ what: text.trim(), frames: this.builder.stacks.root });
    return true;
  }

  private begin(pid: number, tool: Tool, message: string, line: number): void {
    if (this.process !== null) {
      if (!this.summed) {
        this.builder.addProblem(
          this.firstLine,
          this.unfinished(),
          `the report of process ${pid} begins before it ends`,
        );
      }
      this.close();
    }
    const process = this.processOf(tool, pid, line);
    this.process = process;
    this.firstLine = line;
    this.lastLine = line;
    this.summed = false;
    this.isLeakReport = message === 'detected memory leaks';
    this.leaked = { bytes: 0, blocks: 0 };
    if (this.isLeakReport) process.beginCheck(line);
    else this.error = { kind: firstWord(message), message: [message], auxiliary: [], stack: null };
  }

  /** The process of this pid; another, where the log has a report of Memcheck for the same pid. */
  private processOf(tool: Tool, pid: number, line: number): ProcessBuilder {
    this.builder.sawFormat('sanitizer-text');
    const known = this.builder.process(tool, pid, line);
    return known.tool === 'memcheck' ? this.builder.beginProcess(tool, pid, line) : known;
  }

  /** A stack is complete: it belongs to the leak or to the part of the error before it. */
  private closeStack(): void {
    const { leak, error, stack, process } = this;
    this.stack = this.builder.stacks.root;
    if (leak !== null && process !== null) {
      this.leak = null;
      this.leaked.bytes += leak.bytes;
      this.leaked.blocks += leak.blocks;
      const { kind, bytes, blocks, firstLine } = leak;
      const figures = { kind, bytes, blocks, directBytes: bytes, indirectBytes: 0, delta: null };
      const lines = [firstLine, this.lastLine] as const;
      this.builder.addRecord(process, { ...figures, number: null, lines }, stack);
    } else if (error !== null && stack.depth > 0) {
      const last = error.auxiliary.at(-1);
      if (error.stack === null) error.stack = stack;
      else if (last !== undefined && last.frames.depth === 0) last.frames = stack;
      else error.auxiliary.push({ what: '', frames: stack });
    }
  }

  private closeLeakReport(standalone: boolean, bytes: number, blocks: number, line: number): void {
    const { process, leaked } = this;
    if (process === null) return;
    process.tool = standalone ? 'leak-sanitizer' : 'address-sanitizer';
    if (leaked.bytes !== bytes || leaked.blocks !== blocks) {
      const what = `SUMMARY counts ${bytes} bytes in ${blocks} blocks, the leaks ${leaked.bytes} in ${leaked.blocks}`;
      this.builder.addProblem(line, what, 'leaks are missing from the log, or were limited by max_leaks');
    }
    this.lastLine = line;
    this.summed = true;
    this.close();
  }

  private unfinished(): string {
    return `the sanitizer's report of process ${this.process?.pid ?? '?'} has no SUMMARY`;
  }

  /** The report is over. */
  private close(): void {
    const { process, error, builder } = this;
    this.closeStack();
    if (process !== null) {
      process.lastLine = Math.max(process.lastLine, this.lastLine);
      const check = process.checks.at(-1);
      if (this.isLeakReport && check !== undefined) check.lastLine = this.lastLine;
      if (error !== null) {
        builder.addError({
          kind: error.kind,
          message: error.message.join('; '),
          pid: process.pid,
          lines: [this.firstLine, this.lastLine],
          frames: (error.stack ?? builder.stacks.root).stack,
          auxiliary: error.auxiliary.map(({ what, frames }) => ({ what, frames: frames.stack })),
        });
      }
    }
    this.error = null;
    this.process = null;
    this.summed = false;
  }
}

/** The kind of an error whose SUMMARY is missing: `SEGV on unknown address`, `attempting double-free on 0x..`. */
function firstWord(message: string): string {
  const [first = '', second = ''] = message.split(' ');
  return (first === 'attempting' ? second : first).toLowerCase();
}

/** Makes the reader of LeakSanitizer's and AddressSanitizer's text. */
export function sanitizerReader(builder: DocumentBuilder): LineReader {
  return new SanitizerReader(builder);
}
