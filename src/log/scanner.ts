import type { EventTemplate } from './document.js';
import type { DocumentBuilder } from './document-builder.js';
import { EventReader } from './event-reader.js';
import type { LineReader, LineReaderFactory } from './line-reader.js';
import { type Bytes, type Followed, type LineSink, LONGEST_LINE } from './line-splitter.js';
import type { MemcheckLine } from './memcheck-line.js';
import { PrefixBytes, parsePrefix, readReportPrefix } from './memcheck-prefix.js';
import type { MemcheckProcess } from './memcheck-process.js';
import { MemcheckTextReader } from './memcheck-text.js';
import {
  cleanLine,
  excerpt,
  findEventWithin,
  isClean,
  isFrameTail,
  isTornPrefix,
  splitAtPrefixes,
  splitBehindEnd,
} from './torn-lines.js';

/** The beginning of a report line whose end may stand further down, because another process wrote in between. */
interface Piece {
  readonly raw: string;
  readonly line: number;
}

/** A piece whose end has not come after so many lines has none. */
const LONGEST_WAIT = 1_000;
const MOST_PIECES = 16;
const LONGEST_PIECE = 8_192;

/**
 * Leads each line of a log to who can read it: Memcheck's text, the line readers, or the application's events.
 * Lines that were seen before stay bytes; the others become text, are mended where they are torn, and learnt.
 */
export class Scanner implements LineSink {
  private readonly builder: DocumentBuilder;
  private readonly events: EventReader;
  private readonly memcheck: MemcheckTextReader;
  private readonly readers: readonly LineReader[];
  /** Whose report the line before belongs to: the next mostly does too. */
  private current: MemcheckProcess | null = null;
  private pieces: Piece[] = [];
  private cutLine = 0;
  private lastLine = 0;
  private readonly followed: Followed = { start: 0, number: 0 };

  constructor(builder: DocumentBuilder, factories: readonly LineReaderFactory[]) {
    this.builder = builder;
    this.events = new EventReader(builder);
    this.memcheck = new MemcheckTextReader(builder, this.events);
    this.readers = factories.map((make) => make(builder));
  }

  overlong(number: number, length: number): void {
    this.builder.addProblem(number, `a line of ${length} bytes`, `read to its first ${LONGEST_LINE}`);
  }

  cut(number: number): void {
    this.cutLine = number;
  }

  line(bytes: Bytes, start: number, end: number, number: number): void {
    this.lastLine = number;
    const prefix = readReportPrefix(bytes.buffer, start, end);
    if (prefix !== null) this.reportLine(bytes, start, end, number, prefix.pid, prefix.bodyStart);
    else this.foreignLine(bytes, start, end, number);
  }

  follow(bytes: Bytes, start: number, number: number): Followed {
    const { followed } = this;
    followed.start = start;
    followed.number = number;
    if (this.pieces.length > 0) return followed;
    const { current } = this;
    for (let before = -1; before !== followed.number; ) {
      before = followed.number;
      if (current !== null) this.memcheck.follow(current, bytes, followed);
      if (!this.isReaderActive()) this.events.follow(bytes, followed);
    }
    this.lastLine = followed.number;
    return followed;
  }

  /** The log is at its end; the templates of its events. */
  end(): EventTemplate[] {
    for (const piece of this.pieces) this.giveUp(piece);
    this.pieces = [];
    this.memcheck.end();
    for (const reader of this.readers) reader.end(this.lastLine);
    return this.events.end();
  }

  private reportLine(
    bytes: Bytes,
    start: number,
    end: number,
    number: number,
    pid: number,
    body: number,
  ): void {
    if (this.pieces.length > 0)
      this.pieces = this.pieces.filter((piece) => this.stillWaits(piece, pid, number));
    let process = this.current;
    if (process === null || process.pid !== pid) {
      process = this.memcheck.process(pid, number);
      process.prefix ??= new PrefixBytes(bytes.view, start, body);
      this.current = process;
    }
    if (this.memcheck.takeBytes(process, bytes, body, end, number)) return;
    const text = bytes.buffer.toString('utf8', body, end);
    if (isClean(text) && splitAtPrefixes(text).length === 1) {
      const said = this.memcheck.parse(text);
      if (isWhole(said) && findEventIn(said, text) === -1) {
        this.memcheck.takeNew(process, said, bytes, body, end, number);
        return;
      }
    }
    this.takeText(bytes.buffer.toString('utf8', start, end), number);
  }

  private foreignLine(bytes: Bytes, start: number, end: number, number: number): void {
    const plain = this.pieces.length === 0 && !this.isReaderActive();
    if (plain && this.events.takeBytes(bytes, start, end, number)) return;
    const text = bytes.buffer.toString('utf8', start, end);
    if (
      !plain ||
      !isClean(text) ||
      isFrameTail(text) ||
      splitAtPrefixes(text).length > 1 ||
      parsePrefix(text)
    ) {
      this.takeText(text, number);
      return;
    }
    if (this.readers.some((reader) => reader.take(text, number))) return;
    this.events.take(text, number);
    this.events.learn(bytes, start, end);
  }

  private isReaderActive(): boolean {
    for (const reader of this.readers) if (reader.active) return true;
    return false;
  }

  /** Takes a line of any kind, whatever is wrong with it. */
  private takeText(raw: string, number: number): void {
    const { text, hadNul, hadInvalid } = cleanLine(raw);
    if (hadNul) this.builder.addProblem(number, 'NUL bytes', 'left out');
    if (hadInvalid) this.builder.addProblem(number, 'bytes that are not UTF-8', 'read as U+FFFD');
    const parts = splitAtPrefixes(text);
    parts.forEach((part, index) => {
      if (index === parts.length - 1) this.takePart(part, number);
      else this.takeGlued(part, number);
    });
  }

  /** Takes a part of a line that another report line follows on the same line. */
  private takeGlued(part: string, number: number): void {
    const prefix = parsePrefix(part);
    const isReport = prefix?.kind === 'report';
    if (isTornPrefix(part) || (isReport && !isCertain(this.memcheck.parse(part.slice(prefix.length))))) {
      this.addPiece(part, number);
      return;
    }
    const what = isReport ? 'two report lines in one' : 'application text runs into a report line';
    this.builder.addProblem(number, what, 'separated');
    this.takePart(part, number);
  }

  private takePart(part: string, number: number): void {
    const prefix = parsePrefix(part);
    if (prefix === null) {
      if (!this.mend(part, number)) this.takeForeign(part, number);
      return;
    }
    const body = part.slice(prefix.length);
    if (prefix.kind === 'client') this.events.take(body, number, prefix.pid);
    else if (prefix.kind === 'report') {
      this.pieces = this.pieces.filter((piece) => this.stillWaits(piece, prefix.pid, number));
      this.takeReport(this.memcheck.process(prefix.pid, number), part.slice(0, prefix.length), body, number);
    }
  }

  private takeReport(process: MemcheckProcess, prefix: string, body: string, number: number): void {
    const said = this.memcheck.parse(body);
    const eventAt = findEventIn(said, body);
    if (eventAt !== -1) {
      this.builder.addProblem(number, 'application text runs into a report line', 'separated');
      const report = this.memcheck.parse(body.slice(0, eventAt));
      if (isWhole(report)) this.memcheck.take(process, report, number);
      else this.addPiece(prefix + body.slice(0, eventAt), number);
      this.takeForeign(body.slice(eventAt), number);
      return;
    }
    if (isWhole(said)) {
      this.memcheck.take(process, said, number);
      return;
    }
    if (number === this.cutLine) {
      this.builder.truncate(number, `the last line is cut short: ${excerpt(body)}`);
      return;
    }
    const [report, rest] = splitBehindEnd(body) ?? [body, ''];
    const whole = this.memcheck.parse(report);
    if (rest !== '' && isWhole(whole)) {
      this.builder.addProblem(number, 'application text runs into a report line', 'separated');
      this.memcheck.take(process, whole, number);
      this.takeForeign(rest, number);
      return;
    }
    this.memcheck.take(process, said, number);
  }

  private takeForeign(text: string, number: number): void {
    const active = this.readers.find((reader) => reader.active);
    if (active?.take(text, number)) return;
    if (this.readers.some((reader) => reader !== active && reader.take(text, number))) return;
    if (isFrameTail(text)) {
      this.builder.addProblem(
        number,
        `a report line without its beginning: ${excerpt(text)}`,
        'kept as an event',
      );
    }
    this.events.take(text, number);
  }

  private addPiece(raw: string, line: number): void {
    if (raw.length > LONGEST_PIECE) {
      this.giveUp({ raw, line });
      return;
    }
    if (this.pieces.length === MOST_PIECES) this.giveUp(this.pieces.shift() as Piece);
    this.pieces.push({ raw, line });
  }

  /** True when `text` is the missing end of a piece: the two together are then taken as one line. */
  private mend(text: string, number: number): boolean {
    for (let index = this.pieces.length - 1; index >= 0; index--) {
      const piece = this.pieces[index] as Piece;
      const joined = piece.raw + text;
      const prefix = parsePrefix(joined);
      if (prefix?.kind !== 'report') continue;
      const said = this.memcheck.parse(joined.slice(prefix.length));
      if (!isCertain(said) || findEventIn(said, joined) !== -1) continue;
      this.pieces.splice(index, 1);
      const why = `joined with its end in line ${number}`;
      this.builder.addProblem(piece.line, `a report line is torn: ${excerpt(piece.raw)}`, why);
      this.memcheck.take(this.memcheck.process(prefix.pid, number), said, number);
      return true;
    }
    return false;
  }

  /** False, and the piece is given up, when its process goes on with its report or it has waited for too long. */
  private stillWaits(piece: Piece, pid: number, number: number): boolean {
    const ofPid = parsePrefix(piece.raw)?.pid;
    if (ofPid !== pid && number - piece.line <= LONGEST_WAIT) return true;
    this.giveUp(piece);
    return false;
  }

  private giveUp({ raw, line }: Piece): void {
    const prefix = parsePrefix(raw);
    if (prefix === null) {
      this.builder.addProblem(line, `a report line is torn: ${excerpt(raw)}`, 'its end was not found');
      return;
    }
    this.memcheck.takeTorn(this.memcheck.process(prefix.pid, line), raw.slice(prefix.length), line);
  }
}

/** False for what may be part of a line, or a line with something else behind it. */
function isWhole(said: MemcheckLine): boolean {
  return said.type === 'frame' ? said.complete : said.type !== 'unknown';
}

const OPEN_ENDED: ReadonlySet<MemcheckLine['type']> = new Set([
  'unknown',
  'detail',
  'notice',
  'error',
  'blank',
  'command',
  'version',
]);

/** True for lines whose form shows that nothing is missing at their end. */
function isCertain(said: MemcheckLine): boolean {
  return isWhole(said) && !OPEN_ENDED.has(said.type);
}

/** Where an event begins within a report line; the command line may hold a time of its own. */
function findEventIn(said: MemcheckLine, body: string): number {
  return said.type === 'command' || said.type === 'record' ? -1 : findEventWithin(body);
}
