const NEWLINE = 10;
const CARRIAGE_RETURN = 13;

/** Longer lines are cut here; no report line and no sane event is nearly as long. */
export const LONGEST_LINE = 1 << 20;

/** Bytes that can be read one by one, and as words. */
export interface Bytes {
  readonly buffer: Buffer;
  readonly view: DataView;
}

/** The same memory as `piece`, not a copy. */
export function bytesOf(piece: Uint8Array): Bytes {
  return {
    buffer: Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength),
    view: new DataView(piece.buffer, piece.byteOffset, piece.byteLength),
  };
}

/** How far a sink went on its own: where the next line begins, and the number of the line before it. */
export interface Followed {
  start: number;
  number: number;
}

/** Takes lines as bytes `start` to `end` (exclusive, without the line end), valid only during the call. */
export interface LineSink {
  /** `number` is 1-based. */
  line(bytes: Bytes, start: number, end: number, number: number): void;
  /**
   * Takes as many of the lines that begin at `start` as it can tell without searching for their ends; `number` is
   * the line before them. Returns where it stopped, at the begin of a line.
   */
  follow(bytes: Bytes, start: number, number: number): Followed;
  /** The line of this number had `length` bytes and was cut to `LONGEST_LINE`. Called just before `line`. */
  overlong(number: number, length: number): void;
  /** The last line, of this number, has no line end: the log may be cut. Called just before `line`. */
  cut(number: number): void;
}

/**
 * Splits a stream of bytes into lines, whatever pieces it comes in. A line ends at `\n`; a `\r` before it belongs to
 * the line end. Memory: one line at most, and of that no more than `LONGEST_LINE`.
 */
export class LineSplitter {
  private readonly sink: LineSink;
  private carry = bytesOf(Buffer.allocUnsafe(4096));
  private carried = 0;
  /** Length of the line that is not at its end yet, with what was cut off; null between lines. */
  private openLength: number | null = null;
  private lineCount = 0;
  private byteCount = 0;

  constructor(sink: LineSink) {
    this.sink = sink;
  }

  get lines(): number {
    return this.lineCount;
  }

  get bytes(): number {
    return this.byteCount;
  }

  /** Takes the next bytes; they may be overwritten after the call. */
  push(piece: Uint8Array): void {
    const bytes = bytesOf(piece);
    const { buffer } = bytes;
    this.byteCount += buffer.length;
    let start = 0;
    let end = buffer.indexOf(NEWLINE);
    if (this.openLength !== null) {
      this.append(buffer, 0, end === -1 ? buffer.length : end);
      if (end === -1) return;
      this.emitCarried();
      start = end + 1;
      end = buffer.indexOf(NEWLINE, start);
    }
    while (end !== -1) {
      this.emit(bytes, start, end, end - start);
      const followed = this.sink.follow(bytes, end + 1, this.lineCount);
      start = followed.start;
      this.lineCount = followed.number;
      end = buffer.indexOf(NEWLINE, start);
    }
    if (start < buffer.length) this.append(buffer, start, buffer.length);
  }

  /** The stream is at its end. */
  end(): void {
    if (this.openLength === null) return;
    this.sink.cut(this.lineCount + 1);
    this.emitCarried();
  }

  private append(buffer: Buffer, start: number, end: number): void {
    this.openLength = (this.openLength ?? 0) + end - start;
    const wanted = Math.min(end - start, LONGEST_LINE - this.carried);
    const needed = this.carried + wanted;
    if (needed > this.carry.buffer.length) {
      const grown = bytesOf(Buffer.allocUnsafe(Math.max(needed, 2 * this.carry.buffer.length)));
      this.carry.buffer.copy(grown.buffer, 0, 0, this.carried);
      this.carry = grown;
    }
    buffer.copy(this.carry.buffer, this.carried, start, start + wanted);
    this.carried = needed;
  }

  private emitCarried(): void {
    const { carried, openLength } = this;
    this.carried = 0;
    this.openLength = null;
    this.emit(this.carry, 0, carried, openLength as number);
  }

  private emit(bytes: Bytes, start: number, end: number, length: number): void {
    this.lineCount++;
    let stop = end;
    if (length > LONGEST_LINE) {
      stop = start + LONGEST_LINE;
      this.sink.overlong(this.lineCount, length);
    } else if (stop > start && bytes.buffer[stop - 1] === CARRIAGE_RETURN) stop--;
    this.sink.line(bytes, start, stop, this.lineCount);
  }
}
