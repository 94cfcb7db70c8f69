import type {
  Amount,
  ErrorReport,
  EventTemplate,
  LeakCheck,
  LeakKind,
  LeakSummary,
  LineRange,
  LogDocument,
  LogFormat,
  LossRecord,
  Problem,
  Process,
  Tool,
} from './document.js';
import type { EventLine } from './event-line.js';
import { EventList } from './event-list.js';
import { GroupTable } from './groups.js';
import { OrderedList } from './ordered-list.js';
import { addToSums, type CheckSums, newCheckSums, reconcileCheck } from './reconcile.js';
import { signatureOf } from './signature.js';
import { type StackNode, StackTable } from './stack-table.js';

/**
 * `all` keeps every record and event; `groups` only groups, templates, processes, problems, and of errors that are
 * alike (kind and signature) the first.
 */
export type Keep = 'all' | 'groups';

/** A loss record as a report tells it; see `LossRecord` for what each means. */
export interface RecordDraft {
  /** Null where the tool prints none: the record is then numbered by its place in the log. */
  readonly number: number | null;
  readonly kind: LeakKind;
  readonly bytes: number;
  readonly blocks: number;
  readonly directBytes: number;
  readonly indirectBytes: number;
  readonly delta: Amount | null;
  readonly lines: LineRange;
}

/** A leak check while it is read. Assign to its fields what the report says of it. */
export class CheckBuilder {
  readonly number: number;
  readonly firstLine: number;
  lastLine: number;
  recordsCounted: number | null = null;
  inUseAtExit: Amount | null = null;
  heapUsage: LeakCheck['heapUsage'] = null;
  summary: LeakSummary | null = null;
  /** What the records added so far come to. */
  readonly sums: CheckSums = newCheckSums();

  constructor(number: number, line: number) {
    this.number = number;
    this.firstLine = line;
    this.lastLine = line;
  }
}

/** A watched process while it is read. Assign to its fields what the report says of it. */
export class ProcessBuilder {
  /** A sanitizer names itself at the end of its report. */
  tool: Tool;
  readonly pid: number | null;
  readonly firstLine: number;
  lastLine: number;
  parentPid: number | null = null;
  toolVersion: string | null = null;
  command: string | null = null;
  errorSummary: Process['errorSummary'] = null;
  readonly checks: CheckBuilder[] = [];
  /** Leak checks of earlier programs that ran under the same pid (`exec`); numbers go on from there. */
  private readonly checksBefore: number;

  constructor(tool: Tool, pid: number | null, line: number, checksBefore: number) {
    this.tool = tool;
    this.pid = pid;
    this.firstLine = line;
    this.lastLine = line;
    this.checksBefore = checksBefore;
  }

  /** Begins the next leak check of the process. Records are added to the latest. */
  beginCheck(line: number): CheckBuilder {
    const check = new CheckBuilder(this.checksBefore + this.checks.length + 1, line);
    this.checks.push(check);
    return check;
  }

  /** How many checks were made under this pid so far. */
  get checkCount(): number {
    return this.checksBefore + this.checks.length;
  }
}

/** At most so many problems are listed; the rest is counted in one last entry. */
const PROBLEMS_LISTED = 10_000;

/** More stacks and frames are not held where only groups are kept. */
const MOST_STACKS = 50_000;
const MOST_FRAMES = 100_000;

/**
 * What all readers of report formats feed, and what makes the `LogDocument` of it: it numbers records and checks,
 * shares frames and stacks, sums groups up, and knows which formats were seen.
 *
 * A reader calls `beginProcess` (or `process`, to go on with one), `beginCheck` on it, `addRecord` and `addError` as
 * they are complete, `addProblem` for what it had to repair or could not read, `truncate` when the log ends inside
 * of a report. Lines are 1-based numbers in the log.
 */
export class DocumentBuilder {
  readonly role: string;
  readonly keep: Keep;
  /** Makes the frames and stacks that `addRecord` and `addError` take. */
  readonly stacks = new StackTable();
  readonly groups: GroupTable;
  private readonly processes: ProcessBuilder[] = [];
  private readonly byPid = new Map<number | null, ProcessBuilder>();
  private readonly formats = new Set<Exclude<LogFormat, 'mixed' | 'plain'>>();
  private readonly records = new OrderedList<LossRecord>();
  private readonly errors = new OrderedList<ErrorReport>();
  private readonly events = new EventList();
  private readonly problems: Problem[] = [];
  private readonly errorsSeen = new Set<string>();
  private problemCount = 0;
  private recordCount = 0;
  private truncated = false;

  constructor(role: string, keep: Keep) {
    this.role = role;
    this.keep = keep;
    this.groups = new GroupTable(keep === 'all');
  }

  /** Notes that the log holds a report of this format. */
  sawFormat(format: Exclude<LogFormat, 'mixed' | 'plain'>): void {
    this.formats.add(format);
  }

  /** A program starts to be watched at `line`: also one that took the place of another under the same pid. */
  beginProcess(tool: Tool, pid: number | null, line: number): ProcessBuilder {
    const before = this.byPid.get(pid);
    const process = new ProcessBuilder(tool, pid, line, before?.checkCount ?? 0);
    this.processes.push(process);
    this.byPid.set(pid, process);
    return process;
  }

  /** The process of this pid; begins one where the log has not shown it yet (a forked child has no banner). */
  process(tool: Tool, pid: number | null, line: number): ProcessBuilder {
    return this.byPid.get(pid) ?? this.beginProcess(tool, pid, line);
  }

  /** Adds a complete loss record to the latest check of `process` (begins one where there is none). */
  addRecord(process: ProcessBuilder, draft: RecordDraft, stack: StackNode): void {
    const check = process.checks.at(-1) ?? process.beginCheck(draft.lines[0]);
    const last = draft.lines[1];
    if (check.lastLine < last) check.lastLine = last;
    if (process.lastLine < last) process.lastLine = last;
    const number = draft.number ?? this.recordCount + 1;
    this.recordCount++;
    addToSums(check.sums, draft);
    if (this.keep === 'groups') {
      this.groups.add(stack, draft, null);
      if (this.groups.stackCount > MOST_STACKS || this.stacks.frameCount > MOST_FRAMES) this.forget();
      return;
    }
    const record: LossRecord = {
      id: '',
      number,
      pid: process.pid,
      check: check.number,
      log: this.role,
      kind: draft.kind,
      bytes: draft.bytes,
      blocks: draft.blocks,
      directBytes: draft.directBytes,
      indirectBytes: draft.indirectBytes,
      delta: draft.delta,
      lines: draft.lines,
      frames: stack.stack,
    };
    this.records.add(record);
    this.groups.add(stack, record, record);
  }

  /** Adds a complete error. Its stacks come from `stacks`, so that they are shared. */
  addError(error: ErrorReport): void {
    if (this.keep === 'all' || this.isNew(error)) this.errors.add(error);
  }

  /** Adds an event that takes the lines from `first` to `last`; where only groups are kept it is left out. */
  addEvent(event: EventLine, first: number, last: number, template: number): void {
    if (this.keep === 'all') this.events.add(event, first, last, template);
  }

  /** Flags what was torn, unknown or repaired at `line`: what it is, and what was done about it. */
  addProblem(line: number, what: string, why: string): void {
    this.problemCount++;
    if (this.problems.length < PROBLEMS_LISTED) this.problems.push({ line, what, why });
  }

  /** The log ends inside of a report; `line` is where that report begins. */
  truncate(line: number, what: string): void {
    this.truncated = true;
    this.addProblem(line, what, 'the log ends before the report does');
  }

  /** The document. Ids depend on the other logs of a case, so `identify` fills in what has to do with them. */
  finish(log: {
    readonly file: string;
    readonly lines: number;
    readonly bytes: number;
    readonly templates: readonly EventTemplate[];
  }): LogDocument {
    for (const process of this.processes) this.reconcile(process);
    if (this.events.isThinned) {
      const { seen } = this.events;
      const why = 'too many to keep them all: of frequent ones only some are kept, and templates count each';
      this.addProblem(log.lines, `${seen} events`, why);
    }
    const unlisted = this.problemCount - this.problems.length;
    if (unlisted > 0) {
      this.problems.push({ line: log.lines, what: `${unlisted} further problems`, why: 'too many to list' });
    }
    this.problems.sort((a, b) => a.line - b.line);
    const { events } = this;
    const [first, second] = [...this.formats];
    return {
      role: this.role,
      file: log.file,
      format: second !== undefined ? 'mixed' : (first ?? 'plain'),
      lines: log.lines,
      bytes: log.bytes,
      truncated: this.truncated,
      processes: this.processes.map(processOf),
      records: this.records.inOrder(),
      groups: [],
      errors: this.errors.inOrder(),
      get events() {
        return events.all();
      },
      templates: log.templates,
      problems: this.problems,
    };
  }

  /** Names the records of the groups by the ids that they have now. */
  identify(document: { groups: LogDocument['groups'] }): void {
    document.groups = this.groups.groups();
  }

  private isNew({ kind, frames }: ErrorReport): boolean {
    const { size } = this.errorsSeen;
    return this.errorsSeen.add(`${kind} ${signatureOf(frames)}`).size > size;
  }

  /** Where nothing is kept but groups, stacks are kept only to be found again quickly. */
  private forget(): void {
    this.stacks.forget();
    this.groups.forgetStacks();
  }

  /** A sum that differs from the LEAK SUMMARY means that a record was lost or misread. */
  private reconcile(process: ProcessBuilder): void {
    for (const check of process.checks) {
      for (const { kind, shown, summed, summary, result } of reconcileCheck(check, check.sums)) {
        if (result !== 'differs') continue;
        const [sum, told] = [summed, summary as Amount].map((a) => `${a.bytes} bytes in ${a.blocks} blocks`);
        this.addProblem(
          check.lastLine,
          `the ${shown} ${kind} records of process ${process.pid} come to ${sum}, its LEAK SUMMARY to ${told}`,
          'both are kept as printed',
        );
      }
    }
  }
}

function processOf(process: ProcessBuilder): Process {
  const { tool, pid, parentPid, toolVersion, command, errorSummary, firstLine, lastLine } = process;
  return {
    pid,
    parentPid,
    tool,
    toolVersion,
    command,
    lines: [firstLine, lastLine],
    checks: process.checks.map((check) => ({
      number: check.number,
      lines: [check.firstLine, check.lastLine],
      recordsCounted: check.recordsCounted,
      inUseAtExit: check.inUseAtExit,
      heapUsage: check.heapUsage,
      summary: check.summary,
    })),
    errorSummary,
  };
}
