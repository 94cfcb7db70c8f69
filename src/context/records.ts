import { LeaktrailError } from '../error.js';
import type { MaterialLog } from '../evidence/material.js';
import type { LineRange } from '../log/document.js';
import { signatureOf } from '../log/signature.js';
import { cleanLine } from './clean.js';
import type { ChunkDraft, ChunkTask } from './draft.js';
import { headerLines } from './header.js';
import { ownLine, type SourcedLine, wholeCharacters } from './sourced-line.js';
import { Tally } from './tally.js';
import { type Unit, unitsOf, type Whole } from './units.js';

/**
 * Chunks that divide no loss record: related records and the lines around them together, each chunk below the same
 * header, every line of the log in at least one. A record that alone exceeds the budget is divided between its
 * frames, and each part says so. Throws a `LeaktrailError` where the budget cannot hold header and one line.
 */
export function recordChunks(task: ChunkTask): ChunkDraft[] {
  return task.material.logs.flatMap((log) => new RecordChunker(task, log).chunks());
}

/** Processes that a header tells in full, most first; the most that take no more than a quarter of the budget. */
const HEADER_PROCESSES = [8, 3, 1, 0];
const HEADER_SHARE = 1 / 4;

/** Tokens below the header in which a piece of a line can still be told. */
const LEAST_ROOM = 48;

/** A chunk that closes early to keep related records together is at least this full. */
const FULL_ENOUGH = 0.5;

/** Characters of a long line that are tried first when it has to be divided. */
const FIRST_TRY = 1024;

/** Shared frames from which on a repeated stack tail is folded. */
const TAIL = 2;

interface Piece {
  readonly lines: readonly SourcedLine[];
  readonly record: string | null;
  /** The record's whole stack stands in the piece, or in the chunk and the piece points to it. */
  readonly stack: boolean;
  readonly from: number;
  readonly to: number;
  /** What the next records can point to once the piece is in the chunk. */
  readonly anchor?: Anchor;
}

/** A record whose stack stands in full in the chunk at hand. */
interface Anchor {
  readonly id: string;
  readonly frames: readonly string[];
}

class RecordChunker {
  readonly #task: ChunkTask;
  readonly #log: MaterialLog;
  readonly #header: readonly SourcedLine[];
  readonly #keepPrefix: boolean;
  readonly #done: ChunkDraft[] = [];
  #pieces: Piece[] = [];
  #tally: Tally;
  #anchor: Anchor | null = null;

  constructor(task: ChunkTask, log: MaterialLog) {
    this.#task = task;
    this.#log = log;
    this.#keepPrefix = !task.clean || log.document.processes.length > 1;
    this.#header = this.#headerWithin(task.budget);
    this.#tally = this.#freshTally();
  }

  chunks(): ChunkDraft[] {
    const units = unitsOf(this.#log);
    for (let at = 0; at < units.length; at++) {
      const unit = units[at] as Unit;
      if (unit.kind === 'run') {
        this.#addRun(unit.lines);
      } else {
        if (!areRelatives(units[at - 1], unit)) this.#makeRoomFor(familyFrom(units, at));
        this.#addWhole(unit);
      }
    }
    this.#close();
    return this.#done;
  }

  #headerWithin(budget: number): SourcedLine[] {
    const candidates = HEADER_PROCESSES.map((processes) => headerLines(this.#task, this.#log, processes));
    const size = (lines: readonly SourcedLine[]) => this.#task.counter.countLines(textsOf(lines));
    const header =
      candidates.find((lines) => size(lines) <= budget * HEADER_SHARE) ??
      (candidates.at(-1) as SourcedLine[]);
    const needed = size(header) + this.#placeTokens() + LEAST_ROOM;
    if (needed <= budget) return header;
    throw new LeaktrailError(
      'usage',
      `a budget of ${budget} tokens has no room for a line below the header of a chunk`,
      { hint: `give a budget of ${needed} or more` },
    );
  }

  /** Tokens of the line that says where in the log a chunk stands, whatever the numbers turn out to be. */
  #placeTokens(): number {
    const last = this.#log.document.lines;
    return this.#task.counter.countLines([placeLine(last, last).text]) + 2 * `${last}`.length;
  }

  #freshTally(): Tally {
    const tally = new Tally(this.#task.counter);
    tally.add(textsOf(this.#header));
    return tally;
  }

  #fits(piece: Piece): boolean {
    return this.#tally.with(textsOf(piece.lines)) + this.#placeTokens() <= this.#task.budget;
  }

  #push(piece: Piece): void {
    this.#tally.add(textsOf(piece.lines));
    this.#pieces.push(piece);
    this.#anchor = piece.anchor ?? this.#anchor;
  }

  #close(): void {
    const pieces = this.#pieces;
    if (pieces.length === 0) return;
    const from = pieces.reduce((least, piece) => Math.min(least, piece.from), Number.POSITIVE_INFINITY);
    const to = pieces.reduce((most, piece) => Math.max(most, piece.to), 0);
    this.#done.push({
      log: this.#log.document.role,
      lines: [from, to],
      records: unique(pieces.map((piece) => piece.record)),
      stacks: unique(pieces.map((piece) => (piece.stack ? piece.record : null))),
      body: [...this.#header, placeLine(from, to), ...pieces.flatMap((piece) => piece.lines)],
    });
    this.#pieces = [];
    this.#tally = this.#freshTally();
    this.#anchor = null;
  }

  #addRun(lines: LineRange): void {
    for (let number = lines[0]; number <= lines[1]; number++) {
      const line = this.#line(number);
      this.#add({
        lines: line === null ? [] : [line],
        record: null,
        stack: false,
        from: number,
        to: number,
      });
    }
  }

  #addWhole(unit: Whole): void {
    if (!this.#fits(this.#render(unit))) this.#close();
    this.#add(this.#render(unit));
  }

  /** Adds a piece to this chunk, else to a fresh one, else divides it. */
  #add(piece: Piece): void {
    if (!this.#fits(piece)) this.#close();
    if (this.#fits(piece)) this.#push(piece);
    else this.#divide(piece);
  }

  /** Fills chunks with the lines of a piece that exceeds the budget alone, each part behind its first line again. */
  #divide(piece: Piece): void {
    const [head, ...rest] = piece.lines as [SourcedLine, ...SourcedLine[]];
    const again: SourcedLine[] = [];
    const part = (lines: readonly SourcedLine[]): Piece => ({
      ...piece,
      lines,
      stack: false,
      anchor: undefined,
    });
    const addLine = (line: SourcedLine) => {
      for (let left = line; ; ) {
        if (this.#pieces.length === 0 && again.length > 0) this.#push(part(again));
        const length = this.#longestFitting(left, part);
        const fitting = part([{ ...left, text: left.text.slice(0, length) }]);
        const isAll = length === left.text.length;
        if (isAll && this.#fits(fitting)) return this.#push(fitting);
        const isFresh = this.#pieces.length <= (again.length > 0 ? 1 : 0);
        if (isFresh) this.#push(fitting);
        this.#close();
        if (!isFresh) continue;
        if (isAll) return;
        left = { ...left, text: left.text.slice(length) };
      }
    };
    addLine(head);
    if (piece.record !== null) {
      const marked = [ownLine(`# loss record ${piece.record} goes on here:`), head];
      const room = this.#task.counter.countLines(textsOf([...this.#header, ...marked])) + this.#placeTokens();
      again.push(...(room + LEAST_ROOM / 2 <= this.#task.budget ? marked : marked.slice(0, 1)));
    }
    for (const line of rest) addLine(line);
    this.#close();
  }

  /** How many characters of a line the chunk can still hold; at least one, so that dividing comes to an end. */
  #longestFitting(line: SourcedLine, part: (lines: readonly SourcedLine[]) => Piece): number {
    const { text } = line;
    const holds = (length: number) => this.#fits(part([{ ...line, text: text.slice(0, length) }]));
    let low = 1;
    let high = Math.min(text.length, FIRST_TRY);
    while (high < text.length && holds(high)) {
      low = high;
      high = Math.min(text.length, 2 * high);
    }
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (holds(middle)) low = middle;
      else high = middle - 1;
    }
    return Math.min(text.length, Math.max(1, wholeCharacters(text, low)));
  }

  /** Closes the chunk where the records of a family would all fit into the next one but not into the rest of this. */
  #makeRoomFor(units: readonly Whole[]): void {
    const used = this.#tally.with([]);
    if (used < FULL_ENOUGH * this.#task.budget) return;
    const lines = units.flatMap((unit) => textsOf(this.#render(unit).lines));
    const size = this.#task.counter.countLines(lines) + this.#placeTokens();
    const header = this.#task.counter.countLines(textsOf(this.#header));
    if (used + size > this.#task.budget && header + size <= this.#task.budget) this.#close();
  }

  #render(unit: Whole): Piece {
    const id = unit.record?.id ?? null;
    const lines: SourcedLine[] = [];
    for (let number = unit.lines[0]; number <= unit.upTo; number++) {
      const line = this.#line(number, number > unit.lines[0]);
      if (line !== null) lines.push(line);
    }
    const piece: Piece = { lines, record: id, stack: id !== null, from: unit.lines[0], to: unit.upTo };
    return id === null || !this.#task.clean ? piece : this.#fold(id, piece, unit.lines);
  }

  /** Folds the end of a stack that the chunk shows already; a stack that is not folded is the next to point to. */
  #fold(id: string, piece: Piece, [first, last]: LineRange): Piece {
    const frames = piece.lines.filter(({ source }) => source !== null && source > first && source <= last);
    const { id: other, frames: shown } = this.#anchor ?? { id, frames: [] };
    const shared = sharedTail(textsOf(frames), shown);
    if (shared < TAIL) return { ...piece, anchor: { id, frames: textsOf(frames) } };
    const start = frames[frames.length - shared] as SourcedLine;
    const same = shared === frames.length && shared === shown.length;
    const text = same ? `  stack as in record ${other}` : `${start.text} and on as in record ${other}`;
    const gone = new Set(frames.slice(frames.length - shared));
    const lines = piece.lines.flatMap((line) =>
      line === start ? [{ ...line, text }] : gone.has(line) ? [] : [line],
    );
    return { ...piece, lines };
  }

  #line(number: number, within = false): SourcedLine | null {
    const raw = this.#log.text.line(number);
    const text = this.#task.clean ? cleanLine(raw, this.#keepPrefix && !within) : raw;
    return text === null ? null : { text: this.#task.redact(text), source: number };
  }
}

function placeLine(from: number, to: number): SourcedLine {
  return ownLine(`# lines ${from}-${to}`);
}

function textsOf(lines: readonly SourcedLine[]): string[] {
  return lines.map((line) => line.text);
}

function unique(ids: readonly (string | null)[]): string[] {
  return [...new Set(ids.filter((id) => id !== null))];
}

/** How many lines two stacks have in common from their ends on. */
function sharedTail(a: readonly string[], b: readonly string[]): number {
  const most = Math.min(a.length, b.length);
  let shared = 0;
  while (shared < most && a[a.length - 1 - shared] === b[b.length - 1 - shared]) shared++;
  return shared;
}

/** Loss records with the same signature, from a unit on. */
function familyFrom(units: readonly Unit[], first: number): Whole[] {
  const family: Whole[] = [];
  for (let at = first; at < units.length; at++) {
    const unit = units[at] as Unit;
    if (unit.kind !== 'record' || (at > first && !areRelatives(units[at - 1], unit))) break;
    family.push(unit);
  }
  return family;
}

function areRelatives(a: Unit | undefined, b: Unit): boolean {
  if (a?.kind !== 'record' || b.kind !== 'record' || a.record === null || b.record === null) return false;
  return signatureOf(a.record.frames) === signatureOf(b.record.frames);
}
