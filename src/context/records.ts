import { LeaktrailError } from '../error.js';
import type { MaterialLog } from '../evidence/material.js';
import type { LineRange } from '../log/document.js';
import { signatureOf } from '../log/signature.js';
import type { ChunkDraft, ChunkTask } from './draft.js';
import { headerLines } from './header.js';
import { type Anchor, type Piece, PieceMaker, pieceOf } from './record-pieces.js';
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

/** Tokens below the header in which a part of a line can still be told. */
const LEAST_ROOM = 48;

/** A chunk that closes early to keep related records together is at least this full. */
const FULL_ENOUGH = 0.5;

/** Characters of a long line that are tried first when it has to be divided. */
const FIRST_TRY = 1024;

class RecordChunker {
  readonly #task: ChunkTask;
  readonly #log: MaterialLog;
  readonly #pieceMaker: PieceMaker;
  /** Tokens of the line that says where in the log a chunk stands, whatever the numbers turn out to be. */
  readonly #placeTokens: number;
  readonly #header: readonly SourcedLine[];
  readonly #headerTexts: readonly string[];
  readonly #done: ChunkDraft[] = [];
  #pieces: Piece[] = [];
  #tally: Tally;
  #anchor: Anchor | null = null;

  constructor(task: ChunkTask, log: MaterialLog) {
    this.#task = task;
    this.#log = log;
    this.#pieceMaker = new PieceMaker(task, log);
    const last = log.document.lines;
    this.#placeTokens = task.counter.countLines([placeLine(last, last).text]) + 2 * `${last}`.length;
    this.#header = this.#headerWithin(task.budget);
    this.#headerTexts = this.#header.map((line) => line.text);
    this.#tally = this.#freshTally();
  }

  chunks(): ChunkDraft[] {
    const units = unitsOf(this.#log);
    for (const [at, unit] of units.entries()) {
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
    const size = (lines: readonly SourcedLine[]) =>
      this.#task.counter.countLines(lines.map(({ text }) => text));
    const needed = (lines: readonly SourcedLine[]) => size(lines) + this.#placeTokens + LEAST_ROOM;
    const least = candidates.at(-1) as SourcedLine[];
    if (needed(least) <= budget) {
      const fits = (lines: readonly SourcedLine[]) =>
        size(lines) <= budget * HEADER_SHARE && needed(lines) <= budget;
      return candidates.find(fits) ?? least;
    }
    throw new LeaktrailError(
      'usage',
      `a budget of ${budget} tokens has no room for a line below the header of a chunk`,
      { hint: `give a budget of ${needed(least)} or more` },
    );
  }

  #freshTally(): Tally {
    const tally = new Tally(this.#task.counter);
    tally.add(this.#headerTexts);
    return tally;
  }

  #fits(piece: Piece): boolean {
    return this.#tally.with(piece.texts) + this.#placeTokens <= this.#task.budget;
  }

  #push(piece: Piece): void {
    this.#tally.add(piece.texts);
    this.#pieces.push(piece);
    this.#anchor = piece.anchor ?? this.#anchor;
  }

  #close(): void {
    const pieces = this.#pieces;
    if (pieces.length === 0) return;
    let from = Number.POSITIVE_INFINITY;
    let to = 0;
    const records = new Set<string>();
    const stacks = new Set<string>();
    const lines: SourcedLine[] = [];
    for (const piece of pieces) {
      from = Math.min(from, piece.from);
      to = Math.max(to, piece.to);
      if (piece.record !== null) records.add(piece.record);
      if (piece.record !== null && piece.stack) stacks.add(piece.record);
      for (const line of piece.lines) lines.push(line);
    }
    this.#done.push({
      log: this.#log.document.role,
      lines: [from, to],
      records: [...records],
      stacks: [...stacks],
      body: [...this.#header, placeLine(from, to), ...lines],
    });
    this.#pieces = [];
    this.#tally = this.#freshTally();
    this.#anchor = null;
  }

  #addRun([first, last]: LineRange): void {
    for (let number = first; number <= last; number++) this.#add(this.#pieceMaker.line(number));
  }

  /** Adds a report with the lines behind it; without them where both exceed the budget. */
  #addWhole(unit: Whole): void {
    const piece = this.#pieceMaker.whole(unit, this.#anchor);
    if (this.#fits(piece)) {
      this.#push(piece);
      return;
    }
    this.#close();
    const last = unit.lines[1];
    const alone = this.#pieceMaker.whole(unit, null);
    if (unit.upTo === last || this.#fits(alone)) {
      this.#add(alone);
      return;
    }
    this.#add(this.#pieceMaker.whole({ ...unit, upTo: last }, null));
    this.#addRun([last + 1, unit.upTo]);
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
    const { from, to, record } = piece;
    const part = (lines: readonly SourcedLine[]) => pieceOf(lines, { from, to, record });
    this.#fill(head, part, null);
    const again = record === null ? null : part(this.#continuation(record, head));
    for (const line of rest) this.#fill(line, part, again);
    this.#close();
  }

  /** What the further parts of a divided record begin with: its first line, where the budget allows. */
  #continuation(record: string, head: SourcedLine): SourcedLine[] {
    const mark = ownLine(`# loss record ${record} goes on here:`);
    const tokens = this.#freshTally().with([mark.text, head.text]) + this.#placeTokens;
    return tokens + LEAST_ROOM / 2 <= this.#task.budget ? [mark, head] : [mark];
  }

  /** Adds a line, or as many characters of it as fit and the rest to further chunks, each of them behind `again`. */
  #fill(line: SourcedLine, part: (lines: readonly SourcedLine[]) => Piece, again: Piece | null): void {
    for (let left = line; ; ) {
      if (this.#pieces.length === 0 && again !== null) this.#push(again);
      const length = this.#longestFitting(left, part);
      const fitting = part([{ ...left, text: left.text.slice(0, length) }]);
      const isAll = length === left.text.length;
      if (isAll && this.#fits(fitting)) {
        this.#push(fitting);
        return;
      }
      const isFresh = this.#pieces.length <= (again === null ? 0 : 1);
      if (isFresh) this.#push(fitting);
      this.#close();
      if (!isFresh) continue;
      if (isAll) return;
      left = { ...left, text: left.text.slice(length) };
    }
  }

  /** How many characters of a line the chunk can still hold; at least one, so that dividing comes to an end. */
  #longestFitting(line: SourcedLine, part: (lines: readonly SourcedLine[]) => Piece): number {
    const { text } = line;
    const room = this.#task.budget - this.#placeTokens;
    const taken = this.#tally.with([]);
    let [low, high, step] = [0, text.length + 1, 1];
    for (let length = Math.min(text.length, FIRST_TRY); high - low > 1; ) {
      const tokens = this.#tally.with(part([{ ...line, text: text.slice(0, length) }]).texts);
      if (tokens <= room) low = length;
      else high = length;
      length = Math.round((length * (room - taken)) / Math.max(1, tokens - taken));
      if (length > low && length < high) continue;
      length = low + Math.min(step, (high - low) >> 1);
      step *= 2;
    }
    return Math.max(1, wholeCharacters(text, low));
  }

  /** Closes the chunk where the records of a family would all fit into the next one but not into the rest of this. */
  #makeRoomFor(units: readonly Whole[]): void {
    if (units.length < 2 || this.#tally.with([]) < FULL_ENOUGH * this.#task.budget) return;
    const texts = units.flatMap((unit) => this.#pieceMaker.whole(unit, null).texts);
    const fits = (tally: Tally) => tally.with(texts) + this.#placeTokens <= this.#task.budget;
    if (!fits(this.#tally) && fits(this.#freshTally())) this.#close();
  }
}

function placeLine(from: number, to: number): SourcedLine {
  return ownLine(`# lines ${from}-${to}`);
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
