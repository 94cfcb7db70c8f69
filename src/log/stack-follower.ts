import type { Frame } from './document.js';
import type { Bytes, Followed } from './line-splitter.js';
import { equals, type KnownLine, sameBytes } from './line-table.js';
import type { MemcheckLine } from './memcheck-line.js';
import type { PrefixBytes } from './memcheck-prefix.js';
import type { StackNode } from './stack-table.js';

const NEWLINE = 10;

/** All the lines of a stack that was read before, in one piece of memory without their prefixes. */
export interface StackRun {
  readonly view: DataView;
  readonly lengths: readonly number[];
  readonly stack: StackNode;
  readonly lastLine: KnownLine<MemcheckLine>;
  /** The stack that came next the last time: it is tried first. */
  next: StackRun | null;
}

/** The stack that is being read in the report of one process. */
export class OpenStack {
  stack: StackNode;
  /** The line before, if it was known. */
  known: KnownLine<MemcheckLine> | null = null;
  /** The known lines of `stack`, where it was read line by line. */
  private path: KnownLine<MemcheckLine>[] = [];
  private run: StackRun | null = null;
  private readonly root: StackNode;

  constructor(root: StackNode) {
    this.root = root;
    this.stack = root;
  }

  get isEmpty(): boolean {
    return this.stack === this.root;
  }

  begin(): void {
    this.stack = this.root;
    this.path.length = 0;
  }

  /** Adds the caller that a known line names. */
  push(line: KnownLine<MemcheckLine>): void {
    if (line.value.type !== 'frame') return;
    this.stack = this.stack.push(line.value.frame);
    this.path.push(line);
  }

  /** Adds a caller whose line will not be known again. */
  pushFrame(frame: Frame): void {
    this.stack = this.stack.push(frame);
  }

  /** The stack is complete: one that came before is remembered, and what it came after. */
  end(): StackNode {
    const { stack, path } = this;
    if (stack !== this.root) {
      if (stack.recurs && stack.run === null && path.length === stack.depth) stack.run = runOf(stack, path);
      stack.recurs = true;
      if (this.run !== null) this.run.next = stack.run;
      this.run = stack.run;
    }
    this.begin();
    return stack;
  }

  /**
   * Takes the frame lines that follow as they did the last time, without searching for their ends: the whole stack
   * at once, or else line by line. Moves `at` behind them.
   */
  follow(prefix: PrefixBytes, bytes: Bytes, at: Followed): void {
    if (this.stack === this.root) this.followRun(prefix, bytes, at);
    const { buffer, view } = bytes;
    let next = this.known === null ? null : this.known.next;
    while (next !== null && next.value.type === 'frame') {
      const body = at.start + prefix.length;
      const end = body + next.length;
      if (end >= buffer.length || buffer[end] !== NEWLINE) return;
      if (!prefix.isAt(view, at.start) || !equals(next, view, body, end)) return;
      this.push(next);
      this.known = next;
      at.start = end + 1;
      at.number++;
      next = next.next;
    }
  }

  private followRun(prefix: PrefixBytes, { buffer, view }: Bytes, at: Followed): void {
    const run = this.run === null ? null : this.run.next;
    if (run === null) return;
    const { lengths } = run;
    let start = at.start;
    let offset = 0;
    for (let index = 0; index < lengths.length; index++) {
      const length = lengths[index] as number;
      const body = start + prefix.length;
      const end = body + length;
      if (end >= buffer.length || buffer[end] !== NEWLINE) return;
      if (!prefix.isAt(view, start) || !sameBytes(run.view, offset, view, body, length)) return;
      offset += length;
      start = end + 1;
    }
    this.stack = run.stack;
    this.known = run.lastLine;
    at.start = start;
    at.number += lengths.length;
  }
}

/** A stack of so many lines is not remembered in one piece. */
const MOST_LINES = 512;

function runOf(stack: StackNode, path: readonly KnownLine<MemcheckLine>[]): StackRun | null {
  const lastLine = path.at(-1);
  if (lastLine === undefined || path.length > MOST_LINES) return null;
  const lengths = path.map(({ length }) => length);
  const bytes = new Uint8Array(lengths.reduce((sum, length) => sum + length, 0));
  let end = 0;
  for (const { view, offset, length } of path) {
    bytes.set(new Uint8Array(view.buffer, view.byteOffset + offset, length), end);
    end += length;
  }
  return { view: new DataView(bytes.buffer), lengths, stack, lastLine, next: null };
}
