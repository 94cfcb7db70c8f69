import type { MaterialLog } from '../evidence/material.js';
import type { LineRange } from '../log/document.js';
import { cleanLine } from './clean.js';
import type { ChunkTask } from './draft.js';
import type { SourcedLine } from './sourced-line.js';
import type { Whole } from './units.js';

/** Lines that go into a chunk together. */
export interface Piece {
  readonly lines: readonly SourcedLine[];
  /** The text of the lines. */
  readonly texts: readonly string[];
  readonly record: string | null;
  /** The record's whole stack stands in the piece, or in the chunk and the piece points to it. */
  readonly stack: boolean;
  readonly from: number;
  readonly to: number;
  /** What later records can point to once the piece is in a chunk. */
  readonly anchor: Anchor | null;
}

/** A record whose stack stands in full in a chunk. */
export interface Anchor {
  readonly id: string;
  readonly frames: readonly string[];
}

/** Shared frames from which on a repeated stack tail is folded. */
const TAIL = 2;

/** Makes pieces of a log's lines and records. */
export class PieceMaker {
  readonly #task: ChunkTask;
  readonly #log: MaterialLog;
  readonly #keepPrefix: boolean;

  constructor(task: ChunkTask, log: MaterialLog) {
    this.#task = task;
    this.#log = log;
    this.#keepPrefix = log.document.processes.length > 1;
  }

  /** A line that belongs to no report; a piece without lines where nothing is left of it. */
  line(number: number): Piece {
    const line = this.#line(number, this.#keepPrefix);
    return pieceOf(line === null ? [] : [line], { from: number, to: number });
  }

  /** A report; the end of its stack is folded where the anchor's ends alike. */
  whole(unit: Whole, anchor: Anchor | null): Piece {
    const lines: SourcedLine[] = [];
    for (let number = unit.lines[0]; number <= unit.upTo; number++) {
      const line = this.#line(number, this.#keepPrefix && number === unit.lines[0]);
      if (line !== null) lines.push(line);
    }
    const range = { from: unit.lines[0], to: unit.upTo };
    if (unit.record === null) return pieceOf(lines, range);
    const { id } = unit.record;
    const whole = { ...range, record: id, stack: true };
    return this.#task.clean ? folded(lines, whole, unit.lines, anchor) : pieceOf(lines, whole);
  }

  #line(number: number, keepPrefix: boolean): SourcedLine | null {
    const raw = this.#log.text.line(number);
    const text = this.#task.clean ? cleanLine(raw, keepPrefix) : raw;
    return text === null ? null : { text: this.#task.redact(text), source: number };
  }
}

/** A piece of these lines. */
export function pieceOf(
  lines: readonly SourcedLine[],
  about: Pick<Piece, 'from' | 'to'> & Partial<Piece>,
): Piece {
  const { from, to, record = null, stack = false, anchor = null } = about;
  return { lines, texts: lines.map((line) => line.text), record, stack, from, to, anchor };
}

/** Folds the end of a stack that the chunk shows already; a stack that is not folded is the next to point to. */
function folded(
  lines: readonly SourcedLine[],
  about: { readonly record: string; readonly stack: boolean; readonly from: number; readonly to: number },
  [first, last]: LineRange,
  anchor: Anchor | null,
): Piece {
  const frames = lines.filter(({ source }) => source !== null && source > first && source <= last);
  const texts = frames.map((line) => line.text);
  const shared = anchor === null ? 0 : sharedTail(texts, anchor.frames);
  if (anchor === null || shared < TAIL) {
    return pieceOf(lines, { ...about, anchor: { id: about.record, frames: texts } });
  }
  const tail = frames.slice(-shared);
  const [start] = tail as [SourcedLine];
  const same = shared === frames.length && shared === anchor.frames.length;
  const text = same ? `  stack as in record ${anchor.id}` : `${start.text} and on as in record ${anchor.id}`;
  const gone = new Set(tail);
  return pieceOf(
    lines.flatMap((line) => (line === start ? [{ ...line, text }] : gone.has(line) ? [] : [line])),
    about,
  );
}

/** How many lines two stacks have in common from their ends on. */
function sharedTail(a: readonly string[], b: readonly string[]): number {
  const most = Math.min(a.length, b.length);
  let shared = 0;
  while (shared < most && a[a.length - 1 - shared] === b[b.length - 1 - shared]) shared++;
  return shared;
}
