import type { Frame } from './document.js';
import type { Bytes, Followed } from './line-splitter.js';
import { type KnownLine, sameBytes } from './line-table.js';
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
  /** The stacks that came next the last times: they are tried first. */
  next: StackRun | null;
  nextButOne: StackRun | null;
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
      if (this.run !== null && stack.run !== null) precedes(this.run, stack.run);
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
    const run = this.stack === this.root ? this.run : null;
    if (run !== null && !this.followRun(run.next, prefix, bytes, at)) {
      this.followRun(run.nextButOne, prefix, bytes, at);
    }
    const { view } = bytes;
    const last = bytes.buffer.length - prefix.length - 1;
    while (this.known !== null && at.start <= last && prefix.isAt(view, at.start)) {
      const next: KnownLine<MemcheckLine> | null = this.known.nextFrom(bytes, at.start + prefix.length);
      if (next === null || next.value.type !== 'frame') return;
      this.push(next);
      this.known.precedes(next);
      this.known = next;
      at.start += prefix.length + next.length + 1;
      at.number++;
    }
  }

  private followRun(
    run: StackRun | null,
    prefix: PrefixBytes,
    { buffer, view }: Bytes,
    at: Followed,
  ): boolean {
    if (run === null) return false;
    const { lengths } = run;
    let start = at.start;
    let offset = 0;
    for (let index = 0; index < lengths.length; index++) {
      const length = lengths[index] as number;
      const body = start + prefix.length;
      const end = body + length;
      if (end >= buffer.length || buffer[end] !== NEWLINE) return false;
      if (!prefix.isAt(view, start) || !sameBytes(run.view, offset, view, body, length)) return false;
      offset += length;
      start = end + 1;
    }
    this.stack = run.stack;
    this.known = run.lastLine;
    at.start = start;
    at.number += lengths.length;
    return true;
  }
}

function precedes(run: StackRun, next: StackRun): void {
  if (run.next === next) return;
  run.nextButOne = run.next;
  run.next = next;
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
  return { view: new DataView(bytes.buffer), lengths, stack, lastLine, next: null, nextButOne: null };
}
