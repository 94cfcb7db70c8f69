import type { Amount, LeakSummary, Stack } from './document.js';
import type { CheckBuilder, ProcessBuilder } from './document-builder.js';
import type { PrefixBytes } from './memcheck-prefix.js';
import type { RecordHeadline } from './memcheck-record.js';
import { OpenStack } from './stack-follower.js';
import type { StackNode } from './stack-table.js';

/** An error whose stacks are still being read. */
export interface OpenError {
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
  /** How its lines begin. */
  prefix: PrefixBytes | null = null;
  /** The stack that is being read, of the open record or error. */
  readonly stack: OpenStack;
  firstLine = 0;
  lastLine = 0;
  lastNumber = 0;

  constructor(builder: ProcessBuilder, root: StackNode) {
    this.pid = builder.pid as number;
    this.builder = builder;
    this.stack = new OpenStack(root);
  }

  /** A record or an error is being read. */
  get isOpen(): boolean {
    return this.headline !== null || this.error !== null;
  }
}
