/**
 * What a log says, as data. Every reader of a report format makes this, and everything above reads only this.
 *
 * Terms are Memcheck's where it has one (Valgrind manual, section 4.2.8 "Memory leak detection");
 * LeakSanitizer's direct and indirect leaks are `definitely-lost` and `indirectly-lost`.
 */

/** How a report classifies lost blocks, in the order in which Memcheck's LEAK SUMMARY lists them. */
export const LEAK_KINDS = ['definitely-lost', 'indirectly-lost', 'possibly-lost', 'still-reachable'] as const;
export type LeakKind = (typeof LEAK_KINDS)[number];

/** First and last line, 1-based and inclusive. */
export type LineRange = readonly [first: number, last: number];

/** Heap memory: bytes and the number of blocks (allocations) that hold them. */
export interface Amount {
  readonly bytes: number;
  readonly blocks: number;
}

/**
 * One call on a stack. What the report does not tell is null; `function` is null where it prints `???`.
 * Frames and whole stacks are shared between records: compare stacks with `===` first.
 */
export interface Frame {
  readonly function: string | null;
  readonly file: string | null;
  readonly line: number | null;
  readonly column: number | null;
  /** The shared object or executable, where the report names it instead of a source line. */
  readonly object: string | null;
  /** As printed, with `0x`. */
  readonly address: string | null;
}

/** The allocation stack, innermost call first. */
export type Stack = readonly Frame[];

/** One leak of a report. It is identified by its log, process, leak check and number. */
export interface LossRecord {
  /** How answers cite it: see `assignRecordIds`. Unique among the documents that were identified together. */
  id: string;
  /** Its number in the report; where the tool prints none, its 1-based place in the log. */
  readonly number: number;
  readonly pid: number | null;
  /** Which leak check of its process printed it, 1-based. */
  readonly check: number;
  /** Role of the log it stands in. */
  readonly log: string;
  readonly kind: LeakKind;
  /** Direct and indirect bytes together, as in the first figure of the report. */
  readonly bytes: number;
  readonly blocks: number;
  readonly directBytes: number;
  readonly indirectBytes: number;
  /** Change since the process's leak check before, where the report prints `(+N)` or `(-N)`. */
  readonly delta: Amount | null;
  readonly lines: LineRange;
  readonly frames: Stack;
}

/** The LEAK SUMMARY of a leak check. `suppressed` blocks are in no record. */
export type LeakSummary = { readonly [kind in LeakKind | 'suppressed']: Amount };

/** One leak check of one process: at its exit, or when it asked for one. */
export interface LeakCheck {
  /** 1-based within the process. */
  readonly number: number;
  readonly lines: LineRange;
  /** How many loss records the tool counted, printed or not (`of 2,275`); null where no record says. */
  readonly recordsCounted: number | null;
  readonly inUseAtExit: Amount | null;
  readonly heapUsage: { readonly allocs: number; readonly frees: number; readonly bytes: number } | null;
  /** Null where the report was cut short or the tool prints none. */
  readonly summary: LeakSummary | null;
}

export type Tool = 'memcheck' | 'leak-sanitizer' | 'address-sanitizer';

/** A process that a tool watched. Processes without a report appear only as the `pid` of events. */
export interface Process {
  readonly pid: number | null;
  readonly parentPid: number | null;
  readonly tool: Tool;
  readonly toolVersion: string | null;
  readonly command: string | null;
  readonly lines: LineRange;
  readonly checks: readonly LeakCheck[];
  readonly errorSummary: {
    readonly errors: number;
    readonly contexts: number;
    readonly suppressed: number;
  } | null;
}

/** What a tool reports beside leaks: invalid reads, uninitialised values, double frees. */
export interface ErrorReport {
  /** A short word for the kind, such as `invalid-read` or `heap-use-after-free`. */
  readonly kind: string;
  readonly message: string;
  readonly pid: number | null;
  readonly lines: LineRange;
  readonly frames: Stack;
  /** Further stacks with the line that introduces each (`Block was alloc'd at`). */
  readonly auxiliary: readonly { readonly what: string; readonly frames: Stack }[];
}

/** One line (with its continuation lines) that the application itself wrote. */
export interface LogEvent {
  readonly lines: LineRange;
  /** As written in the log. */
  readonly time: string | null;
  /** `time` in milliseconds since 1970, read as UTC where it names no zone; null without a date. */
  readonly at: number | null;
  readonly component: string | null;
  readonly level: string | null;
  readonly message: string;
  /** The process that wrote it, where the line says so. */
  readonly pid: number | null;
  /** Index into the document's `templates`. */
  readonly template: number;
}

/** Events that differ only in their variable parts, which read `<*>`. */
export interface EventTemplate {
  readonly template: string;
  readonly component: string | null;
  readonly level: string | null;
  readonly count: number;
  readonly firstLine: number;
  readonly lastLine: number;
  readonly firstTime: string | null;
  readonly lastTime: string | null;
}

/** The loss records of one log that share a signature, over all its processes and leak checks. */
export interface Group extends Amount {
  readonly signature: string;
  /** Ids in the order of the log; empty when the log was read with `keep: 'groups'`. */
  readonly records: readonly string[];
  readonly recordCount: number;
  readonly directBytes: number;
  readonly indirectBytes: number;
  /** Blocks of each kind; kinds without any are absent. */
  readonly kinds: { readonly [kind in LeakKind]?: number };
  /** The stack of the group's first record. */
  readonly frames: Stack;
}

/** Something in the log that was torn, unknown or repaired: where, what it is, what was done about it. */
export interface Problem {
  readonly line: number;
  readonly what: string;
  readonly why: string;
}

/** `plain` holds no report that we know: application lines only. */
export type LogFormat = 'memcheck-text' | 'memcheck-xml' | 'sanitizer-text' | 'mixed' | 'plain';

export interface LogDocument {
  readonly role: string;
  readonly file: string;
  readonly format: LogFormat;
  readonly lines: number;
  /** Of the text, after decompression. */
  readonly bytes: number;
  /** A report begins in the log and does not end. */
  readonly truncated: boolean;
  readonly processes: readonly Process[];
  readonly records: readonly LossRecord[];
  readonly groups: readonly Group[];
  readonly errors: readonly ErrorReport[];
  /**
   * A log may have millions: they become objects when they are first asked for, and of more than 131,072 the
   * frequent ones are thinned out, which `problems` then tells. How often something happened is for `templates` to say.
   */
  readonly events: readonly LogEvent[];
  readonly templates: readonly EventTemplate[];
  readonly problems: readonly Problem[];
}
