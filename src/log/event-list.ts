import type { LogEvent } from './document.js';
import type { EventLine } from './event-line.js';

/** Events of one chunk. */
const CHUNK = 1 << 12;
/** Numbers kept of each event: first line, last line, template. */
const FIELDS = 3;

interface Chunk {
  readonly said: EventLine[];
  readonly numbers: Int32Array;
}

/**
 * The events of a log, of which there may be millions: kept as columns, since most repeat what another says, and made
 * into objects when somebody asks for them. Columns are cut into chunks, so that they grow without being copied.
 */
export class EventList {
  private readonly chunks: Chunk[] = [];
  private last: Chunk | null = null;
  private events: LogEvent[] | null = null;

  /** Adds an event that takes the lines from `first` to `last`; events are added in the order of the log. */
  add(event: EventLine, first: number, last: number, template: number): void {
    let chunk = this.last;
    if (chunk === null || chunk.said.length === CHUNK) {
      chunk = { said: [], numbers: new Int32Array(FIELDS * CHUNK) };
      this.chunks.push(chunk);
      this.last = chunk;
    }
    const { said, numbers } = chunk;
    const at = FIELDS * said.length;
    said.push(event);
    numbers[at] = first;
    numbers[at + 1] = last;
    numbers[at + 2] = template;
  }

  /** The events as objects; the same array each time. */
  all(): LogEvent[] {
    this.events ??= this.chunks.flatMap(({ said, numbers }) =>
      said.map((event, index) => ({
        lines: [numbers[FIELDS * index] as number, numbers[FIELDS * index + 1] as number],
        time: event.time,
        at: event.at,
        component: event.component,
        level: event.level,
        message: event.message,
        pid: event.pid,
        template: numbers[FIELDS * index + 2] as number,
      })),
    );
    return this.events;
  }
}
