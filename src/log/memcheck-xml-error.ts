import type { Amount, ErrorReport, LeakKind } from './document.js';
import { errorKindOfXml } from './memcheck-error-kinds.js';
import { readRecordHeadline } from './memcheck-record.js';
import type { StackNode } from './stack-table.js';

/** The leaks among the kinds of Memcheck's errors (`KIND for Memcheck` of the protocol). */
const LEAKS = new Map<string, LeakKind>([
  ['Leak_DefinitelyLost', 'definitely-lost'],
  ['Leak_IndirectlyLost', 'indirectly-lost'],
  ['Leak_PossiblyLost', 'possibly-lost'],
  ['Leak_StillReachable', 'still-reachable'],
]);

/** The figures of a leak; `number` and `of` are null where its text does not tell them. */
export interface XmlLeak extends Amount {
  readonly kind: LeakKind;
  readonly directBytes: number;
  readonly indirectBytes: number;
  readonly delta: Amount | null;
  readonly number: number | null;
  readonly of: number | null;
}

/** An `<error>` or `<fatal_signal>` element while it is read. */
export class XmlError {
  readonly firstLine: number;
  /** As in `<kind>`; empty until it was read. */
  kind = '';
  unique = '';
  readonly what: string[] = [];
  leakedBytes: number | null = null;
  leakedBlocks: number | null = null;
  stack: StackNode | null = null;
  readonly auxiliary: { readonly what: string; frames: StackNode }[] = [];

  constructor(line: number) {
    this.firstLine = line;
  }

  get isLeak(): boolean {
    return this.kind.startsWith('Leak_');
  }

  /** Adds a stack: the error's own, or that of the auxiliary line before it. */
  addStack(stack: StackNode): void {
    const last = this.auxiliary.at(-1);
    if (this.stack === null) this.stack = stack;
    else if (last !== undefined && last.frames.depth === 0) last.frames = stack;
    else this.auxiliary.push({ what: '', frames: stack });
  }

  /** What the error says of a leak; null where figures are missing, as in an error that was cut short. */
  leak(): XmlLeak | null {
    const headline = readRecordHeadline(this.what[0] ?? '');
    if (headline !== null) return headline;
    const kind = LEAKS.get(this.kind);
    const { leakedBytes: bytes, leakedBlocks: blocks } = this;
    if (kind === undefined || bytes === null || blocks === null) return null;
    return {
      kind,
      bytes,
      blocks,
      directBytes: bytes,
      indirectBytes: 0,
      delta: null,
      number: null,
      of: null,
    };
  }

  report(pid: number | null, root: StackNode, lastLine: number): ErrorReport {
    return {
      kind: errorKindOfXml(this.kind),
      message: this.what.join(' '),
      pid,
      lines: [this.firstLine, lastLine],
      frames: (this.stack ?? root).stack,
      auxiliary: this.auxiliary.map(({ what, frames }) => ({ what, frames: frames.stack })),
    };
  }
}
