import type { EventTemplate } from './document.js';
import type { DocumentBuilder } from './document-builder.js';
import { TemplateMiner } from './drain.js';
import { type EventLine, parseEventLine, readUntimed } from './event-line.js';
import type { Bytes, Followed } from './line-splitter.js';
import { type KnownLine, LineTable } from './line-table.js';

/** The first line of an event that was seen before: it need not be taken apart again. */
interface KnownEvent {
  readonly event: EventLine;
  readonly time: string | null;
  /** Its template, once it was read as an event of one line. */
  template: number | null;
}

/** A line alone that opens a block, which may turn out to be one of Valgrind's generated suppressions. */
const BLOCK_BEGIN = '{';
const SUPPRESSION_BEGIN = /^ {3}(?:<insert_a_suppression_name_here>$|[A-Z]\w+:[A-Z]\w*$)/;
const SUPPRESSION_LINE = /^ {3}\S|^\}$/;

/** Reads the application's own lines: events, each with the lines that go on with it. */
export class EventReader {
  private readonly builder: DocumentBuilder;
  private readonly miner = new TemplateMiner();
  private readonly known = new LineTable<KnownEvent>();
  private latest: KnownLine<KnownEvent> | null = null;
  private event: EventLine | null = null;
  private from: KnownEvent | null = null;
  private continuations: string[] = [];
  /** The continuations in one; rules of continuation look at it. */
  private behind = '';
  private firstLine = 0;
  private lastLine = 0;
  private block: 'none' | 'begun' | 'suppression' = 'none';
  private blockLine = 0;

  constructor(builder: DocumentBuilder) {
    this.builder = builder;
  }

  /** Takes a line as bytes where the same was seen before; false when it was not. */
  takeBytes(bytes: Bytes, start: number, end: number, line: number): boolean {
    if (this.block !== 'none') return false;
    const known = this.known.get(bytes, start, end, this.latest);
    this.latest = known;
    if (known === null) return false;
    this.begin(known.value.event, known.value, line);
    return true;
  }

  /** Takes the lines that follow as they did the last time, without searching for their ends. */
  follow(bytes: Bytes, at: Followed): void {
    if (this.block !== 'none') return;
    let { latest } = this;
    while (latest !== null) {
      const next: KnownLine<KnownEvent> | null = latest.nextFrom(bytes, at.start);
      if (next === null) return;
      latest.precedes(next);
      latest = next;
      this.latest = next;
      at.start += next.length + 1;
      at.number++;
      this.begin(next.value.event, next.value, at.number);
    }
  }

  /** Remembers the line just taken, if it began an event with a time: such a line does so wherever it stands. */
  learn(bytes: Bytes, start: number, end: number): void {
    const { event } = this;
    if (event === null || event.time === null || this.from !== null || this.firstLine !== this.lastLine)
      return;
    this.from = { event, time: event.time, template: null };
    this.known.put(bytes, start, end, this.from);
  }

  /** Takes a line; `pid` is the process that a report's prefix names, if the line stood behind one. */
  take(text: string, line: number, pid: number | null = null): void {
    if (this.block !== 'none' && this.takeBlockLine(text, line)) return;
    if (text === BLOCK_BEGIN) {
      this.block = 'begun';
      this.blockLine = line;
      return;
    }
    this.takeEventLine(text, line, pid);
  }

  /** The log is at its end. */
  end(): EventTemplate[] {
    this.flushBlock();
    this.close();
    return this.miner.templates();
  }

  private takeEventLine(text: string, line: number, pid: number | null): void {
    if (text.trim() === '') return;
    const { event: open } = this;
    const parsed = parseEventLine(text, open === null ? null : open.message + this.behind);
    if (parsed === null && open !== null) {
      this.continuations.push(text);
      if (this.behind.length <= LONGEST_LOOKED_AT) this.behind += `\n${text}`;
      this.lastLine = line;
      return;
    }
    const event = parsed ?? readUntimed(text);
    this.begin(pid === null ? event : { ...event, pid }, null, line);
  }

  private begin(event: EventLine, known: KnownEvent | null, line: number): void {
    this.close();
    this.event = event;
    this.from = known;
    this.behind = '';
    this.firstLine = line;
    this.lastLine = line;
  }

  private close(): void {
    const { event, from, firstLine, lastLine } = this;
    if (event === null) return;
    this.event = null;
    if (this.continuations.length > 0) {
      const message = [event.message, ...this.continuations].join('\n');
      this.continuations = [];
      const whole = { ...event, message };
      this.builder.addEvent(whole, firstLine, lastLine, this.mine(whole, firstLine));
    } else if (from === null || from.template === null) {
      const template = this.mine(event, firstLine);
      if (from !== null) from.template = template;
      this.builder.addEvent(event, firstLine, lastLine, template);
    } else {
      this.miner.countAgain(from.template, firstLine, from.time);
      this.builder.addEvent(event, firstLine, lastLine, from.template);
    }
  }

  private mine({ message, component, level, time }: EventLine, line: number): number {
    return this.miner.add(message, component, level, line, time);
  }

  /** Lines of a generated suppression are Valgrind's (they have no prefix); false for lines of anything else. */
  private takeBlockLine(text: string, line: number): boolean {
    if (this.block === 'suppression') {
      if (!SUPPRESSION_LINE.test(text)) {
        this.builder.addProblem(this.blockLine, 'a generated suppression without an end', 'left out');
        this.block = 'none';
        return false;
      }
      if (text === '}') this.block = 'none';
      return true;
    }
    if (SUPPRESSION_BEGIN.test(text)) {
      this.block = 'suppression';
      return true;
    }
    this.flushBlock();
    if (text === BLOCK_BEGIN) {
      this.block = 'begun';
      this.blockLine = line;
      return true;
    }
    return false;
  }

  private flushBlock(): void {
    if (this.block === 'begun') this.takeEventLine(BLOCK_BEGIN, this.blockLine, null);
    this.block = 'none';
  }
}

const LONGEST_LOOKED_AT = 4_000;
