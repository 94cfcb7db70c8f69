import type { LogEvent } from './document.js';
import type { EventLine } from './event-line.js';

/**
 * The events of a log, of which there may be millions: kept as columns, since most repeat what another says, and made
 * into objects when somebody asks for them.
 */
export class EventList {
  private readonly said: EventLine[] = [];
  private firstLines = new Int32Array(1024);
  private lastLines = new Int32Array(1024);
  private templates = new Int32Array(1024);
  private events: LogEvent[] | null = null;

  /** Adds an event that takes the lines from `first` to `last`; events are added in the order of the log. */
  add(event: EventLine, first: number, last: number, template: number): void {
    const index = this.said.length;
    if (index === this.firstLines.length) this.grow();
    this.said.push(event);
    this.firstLines[index] = first;
    this.lastLines[index] = last;
    this.templates[index] = template;
  }

  /** The events as objects; the same array each time. */
  all(): LogEvent[] {
    this.events ??= this.said.map((event, index) => ({
      lines: [this.firstLines[index] as number, this.lastLines[index] as number],
      time: event.time,
      at: event.at,
      component: event.component,
      level: event.level,
      message: event.message,
      pid: event.pid,
      template: this.templates[index] as number,
    }));
    return this.events;
  }

  private grow(): void {
    this.firstLines = twice(this.firstLines);
    this.lastLines = twice(this.lastLines);
    this.templates = twice(this.templates);
  }
}

function twice(column: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const longer = new Int32Array(2 * column.length);
  longer.set(column);
  return longer;
}
