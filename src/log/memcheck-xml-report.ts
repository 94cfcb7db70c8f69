import type { Amount, Frame, LeakKind, LeakSummary } from './document.js';
import type { CheckBuilder, DocumentBuilder, ProcessBuilder } from './document-builder.js';
import { XmlError } from './memcheck-xml-error.js';
import type { StackNode } from './stack-table.js';

/** The versions that are known; documents of later ones are read as the last of these. */
const PROTOCOLS = { first: 4, last: 6 };

const VERSION = /^Using Valgrind-(\S+) and LibVEX/;
const COMMAND = /^Command: (.*)$/;
const SUMMARY_KINDS = new Map<string, LeakKind | 'suppressed'>([
  ['definitely_lost', 'definitely-lost'],
  ['indirectly_lost', 'indirectly-lost'],
  ['possibly_lost', 'possibly-lost'],
  ['still_reachable', 'still-reachable'],
  ['suppressed', 'suppressed'],
]);
const NONE: Amount = { bytes: 0, blocks: 0 };

/** What the elements of one `<valgrindoutput>` mean, fed into a document. Elements come as they end. */
export class XmlReport {
  private readonly builder: DocumentBuilder;
  private readonly firstLine: number;
  private process: ProcessBuilder | null = null;
  private check: CheckBuilder | null = null;
  private lastNumber: number | null = null;
  private error: XmlError | null = null;
  private stack: StackNode;
  /** Texts of elements that belong together, until their parent ends. */
  private parts = new Map<string, string>();
  private readonly argv: string[] = [];
  private toolVersion: string | null = null;
  private command: string | null = null;
  private foreignTool: string | null = null;
  /** How often each error was seen beside the first time, by its `<unique>`. */
  private readonly errors = new Map<string, number>();
  private suppressed = 0;
  private summary: { -readonly [kind in keyof LeakSummary]?: Amount } = {};

  constructor(builder: DocumentBuilder, line: number) {
    this.builder = builder;
    this.firstLine = line;
    this.stack = builder.stacks.root;
  }

  /** An element begins. */
  open(name: string, parent: string, line: number): void {
    if (parent === 'valgrindoutput') {
      this.parts = new Map();
      if (name === 'error' || name === 'fatal_signal') {
        this.error = new XmlError(line);
        if (name === 'fatal_signal') this.error.kind = name;
      } else if (name === 'leak_summary') this.summary = {};
    } else if (name === 'frame' || name === 'pair' || parent === 'leak_summary') this.parts = new Map();
    else if (name === 'stack') this.stack = this.builder.stacks.root;
  }

  /** An element ends that held `text` (empty where it held elements). */
  close(name: string, parent: string, text: string, line: number): void {
    if (this.process !== null) this.process.lastLine = line;
    if (this.foreignTool !== null) return;
    if (parent === 'valgrindoutput') this.closeTop(name, text, line);
    else if (name === 'frame') this.stack = this.stack.push(this.builder.stacks.frame(this.frame()));
    else if (name === 'stack') this.error?.addStack(this.stack);
    else if (parent === 'error' || parent === 'xwhat' || parent === 'fatal_signal')
      this.closeInError(name, text);
    else if (parent === 'xauxwhat') {
      if (name === 'text') this.error?.auxiliary.push({ what: text, frames: this.builder.stacks.root });
    } else if (parent === 'leak_summary') {
      const kind = SUMMARY_KINDS.get(name);
      if (kind !== undefined) this.summary[kind] = this.amount();
    } else if (name === 'line' && parent === 'preamble') this.closePreambleLine(text);
    else if (parent === 'argv') this.argv.push(text);
    else if (name === 'state' && text === 'FINISHED') this.check = null;
    else if (name === 'pair') this.closePair(parent);
    else this.parts.set(name, text);
  }

  /** The XML ends, at its end or where the log does. */
  end(complete: boolean, line: number): void {
    const { error } = this;
    if (complete) this.countErrors();
    if (complete || this.foreignTool !== null) return;
    if (error !== null && error.kind !== '' && (error.stack !== null || this.stack.depth > 0)) {
      if (error.stack === null) error.addStack(this.stack);
      this.builder.addProblem(
        error.firstLine,
        'an error that does not end',
        'kept with the frames that there are',
      );
      this.closeError(line);
    } else if (error !== null) {
      this.builder.addProblem(error.firstLine, 'an error that does not end', 'left out: it has no frame');
    }
    this.builder.truncate(this.firstLine, `the XML of process ${this.process?.pid ?? '?'} does not end`);
  }

  private closeTop(name: string, text: string, line: number): void {
    switch (name) {
      case 'protocolversion':
        this.checkProtocol(text, line);
        break;
      case 'protocoltool':
        if (text !== 'memcheck') {
          this.foreignTool = text;
          this.builder.addProblem(line, `XML of the tool ${text}`, 'left out: it reports no leaks');
        }
        break;
      case 'pid':
        this.process = this.builder.beginProcess('memcheck', Number(text), this.firstLine);
        this.process.toolVersion = this.toolVersion;
        this.process.command = this.command;
        break;
      case 'ppid':
        if (this.process !== null) this.process.parentPid = Number(text);
        break;
      case 'args':
        if (this.process !== null) this.process.command ??= this.argv.join(' ') || null;
        break;
      case 'error':
      case 'fatal_signal':
        this.closeError(line);
        break;
      case 'clientmsg':
        this.builder.addProblem(line, `a client message: ${this.parts.get('text') ?? ''}`, 'left out');
        break;
      default:
        this.closeSummary(name, text, line);
    }
  }

  /** What protocol 6 adds. */
  private closeSummary(name: string, text: string, line: number): void {
    switch (name) {
      case 'heap_summary': {
        const check = this.beginCheck(line);
        check.inUseAtExit = this.amount();
        check.heapUsage = {
          allocs: this.number('allocs'),
          frees: this.number('frees'),
          bytes: this.number('bytes_allocated'),
        };
        break;
      }
      case 'all_heap_blocks_freed':
        if (text === 'true') this.closeLeakSummary(line);
        break;
      case 'leak_summary':
        this.closeLeakSummary(line);
        break;
      case 'error_summary':
        if (this.process !== null) {
          this.process.errorSummary = {
            errors: this.number('errors'),
            contexts: this.number('error_contexts'),
            suppressed: this.number('suppressed'),
          };
        }
        break;
    }
  }

  private checkProtocol(text: string, line: number): void {
    const version = Number(text);
    if (version >= PROTOCOLS.first && version <= PROTOCOLS.last) return;
    const known = `${PROTOCOLS.first} to ${PROTOCOLS.last}`;
    this.builder.addProblem(line, `XML protocol ${text}`, `read as if it were one of ${known}`);
  }

  private closePreambleLine(text: string): void {
    this.toolVersion ??= VERSION.exec(text)?.[1] ?? null;
    this.command ??= COMMAND.exec(text)?.[1] ?? null;
  }

  private closeInError(name: string, text: string): void {
    const { error } = this;
    if (error === null) return;
    switch (name) {
      case 'unique':
        error.unique = text;
        break;
      case 'kind':
        error.kind = text;
        break;
      case 'what':
      case 'text':
        error.what.push(text);
        break;
      case 'leakedbytes':
        error.leakedBytes = count(text);
        break;
      case 'leakedblocks':
        error.leakedBlocks = count(text);
        break;
      case 'auxwhat':
        error.auxiliary.push({ what: text, frames: this.builder.stacks.root });
        break;
      case 'signo':
        error.what.push(`Process terminating with default action of signal ${text}`);
        break;
      case 'signame':
        error.what.push(`(${text})`);
        break;
      case 'event':
        error.what.push(text);
        break;
    }
  }

  private closeError(line: number): void {
    const { error, builder } = this;
    this.error = null;
    if (error === null) return;
    const process = this.begun(line);
    if (!error.isLeak) {
      if (error.kind !== 'fatal_signal') this.errors.set(error.unique, 1);
      builder.addError(error.report(process.pid, builder.stacks.root, line));
      return;
    }
    const leak = error.leak();
    if (leak === null) {
      builder.addProblem(error.firstLine, `a leak without figures: ${error.what.join(' ')}`, 'left out');
      return;
    }
    const check = this.checkOf(leak.number, leak.of, error.firstLine);
    check.lastLine = line;
    if (leak.kind === 'definitely-lost' || leak.kind === 'possibly-lost') {
      this.errors.set(error.unique, 1);
    }
    const { number, kind, bytes, blocks, directBytes, indirectBytes, delta } = leak;
    builder.addRecord(
      process,
      { number, kind, bytes, blocks, directBytes, indirectBytes, delta, lines: [error.firstLine, line] },
      error.stack ?? builder.stacks.root,
    );
  }

  /** Records of a leak check are printed by rising number, so that a number that does not rise begins another. */
  private checkOf(number: number | null, of: number | null, line: number): CheckBuilder {
    let { check } = this;
    const risen = number === null || this.lastNumber === null || number > this.lastNumber;
    const sameTotal =
      check === null || of === null || check.recordsCounted === null || of === check.recordsCounted;
    if (check === null || !risen || !sameTotal) check = this.beginCheck(line);
    check.recordsCounted ??= of;
    this.lastNumber = number;
    return check;
  }

  private beginCheck(line: number): CheckBuilder {
    this.check = this.begun(line).beginCheck(line);
    this.lastNumber = null;
    return this.check;
  }

  private closeLeakSummary(line: number): void {
    const check = this.check ?? this.beginCheck(line);
    check.summary = {
      'definitely-lost': this.summary['definitely-lost'] ?? NONE,
      'indirectly-lost': this.summary['indirectly-lost'] ?? NONE,
      'possibly-lost': this.summary['possibly-lost'] ?? NONE,
      'still-reachable': this.summary['still-reachable'] ?? NONE,
      suppressed: this.summary.suppressed ?? NONE,
    };
    check.lastLine = line;
    this.check = null;
  }

  private closePair(parent: string): void {
    const counted = this.number('count');
    const unique = this.parts.get('unique') ?? '';
    if (parent === 'suppcounts') this.suppressed += counted;
    else if (this.errors.has(unique)) this.errors.set(unique, counted);
  }

  /**
   * The ERROR SUMMARY that Memcheck's text would have, which XML lacks before protocol 6: each error as often as
   * `<errorcounts>` says, and the leaks that count as errors by default (`--errors-for-leak-kinds`).
   */
  private countErrors(): void {
    if (this.process === null || this.process.errorSummary !== null) return;
    let errors = 0;
    for (const times of this.errors.values()) errors += times;
    this.process.errorSummary = { errors, contexts: this.errors.size, suppressed: this.suppressed };
  }

  /** The process; where the log tells errors before a pid, one without. */
  private begun(line: number): ProcessBuilder {
    this.process ??= this.builder.beginProcess('memcheck', null, line);
    return this.process;
  }

  private frame(): Frame {
    const file = this.parts.get('file') ?? null;
    const line = this.parts.get('line');
    return {
      function: this.parts.get('fn') ?? null,
      file,
      line: line === undefined ? null : Number(line),
      column: null,
      object: file === null ? (this.parts.get('obj') ?? null) : null,
      address: this.parts.get('ip') ?? null,
    };
  }

  private amount(): Amount {
    return {
      bytes: this.number('bytes'),
      blocks: this.parts.has('blocks') ? this.number('blocks') : this.number('in_blocks'),
    };
  }

  private number(part: string): number {
    return count(this.parts.get(part) ?? '0');
  }
}

/** A count, with or without thousands separators. */
function count(text: string): number {
  return Number(text.replaceAll(',', ''));
}
