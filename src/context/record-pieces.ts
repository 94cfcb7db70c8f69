import type { MaterialLog } from '../evidence/material.js';
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
  /** Where among its piece's lines the stack begins. */
  readonly start: number;
  readonly frames: readonly string[];
}

/** Shared frames from which on a repeated stack tail is folded. */
const TAIL = 2;

/** Makes pieces of a log's lines and records. */
export class PieceMaker {
  readonly #task: ChunkTask;
  readonly #log: MaterialLog;
  readonly #keepPrefix: boolean;
  readonly #unfolded = new Map<Whole, Piece>();

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
    let piece = this.#unfolded.get(unit);
    if (piece === undefined) {
      piece = this.#unfoldedPiece(unit);
      this.#unfolded.set(unit, piece);
    }
    return anchor === null ? piece : folded(piece, anchor);
  }

  #unfoldedPiece({ lines: [from, last], upTo: to, record }: Whole): Piece {
    const lines: SourcedLine[] = [];
    let frames = 0;
    for (let number = from; number <= to; number++) {
      const line = this.#line(number, this.#keepPrefix && number === from);
      if (line === null) continue;
      lines.push(line);
      if (number > from && number <= last) frames++;
    }
    if (record === null) return pieceOf(lines, { from, to });
    const { id } = record;
    const piece = pieceOf(lines, { from, to, record: id, stack: true });
    if (!this.#task.clean) return piece;
    const start = lines[0]?.source === from ? 1 : 0;
    return { ...piece, anchor: { id, start, frames: piece.texts.slice(start, start + frames) } };
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
  { from, to, record = null, stack = false }: Pick<Piece, 'from' | 'to'> & Partial<Piece>,
): Piece {
  return { lines, texts: lines.map((line) => line.text), record, stack, from, to, anchor: null };
}

/** Folds the end of a stack that the chunk shows already; a stack that is not folded is the next to point to. */
function folded(piece: Piece, shown: Anchor): Piece {
  const own = piece.anchor;
  const shared = own === null ? 0 : sharedTail(own.frames, shown.frames);
  if (own === null || shared < TAIL) return piece;
  const { lines } = piece;
  const end = own.start + own.frames.length;
  const { text, source } = lines[end - shared] as SourcedLine;
  const same = shared === own.frames.length && shared === shown.frames.length;
  const told = same ? `  stack as in record ${shown.id}` : `${text} and on as in record ${shown.id}`;
  return pieceOf([...lines.slice(0, end - shared), { text: told, source }, ...lines.slice(end)], piece);
}

/** How many lines two stacks have in common from their ends on. */
function sharedTail(a: readonly string[], b: readonly string[]): number {
  const most = Math.min(a.length, b.length);
  let shared = 0;
  while (shared < most && a[a.length - 1 - shared] === b[b.length - 1 - shared]) shared++;
  return shared;
}
