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

/** Events that are kept; a log may have many times as many, of few kinds. */
const MOST_EVENTS = 1 << 17;
/** Of each template at least so many of its first events are kept. */
const ALWAYS_KEPT = 16;

/** What is kept of the events of one template: of all that were seen, each one whose number the stride divides. */
interface Sampling {
  seen: number;
  kept: number;
  stride: number;
}

/**
 * The events of a log, of which there may be millions: kept as columns, since most repeat what another says, and made
 * into objects when somebody asks for them. Columns are cut into chunks, so that they grow without being copied.
 *
 * Where there are more than `most`, every second event of each frequent template is given up, as often as it takes:
 * memory is bounded, rare events are all there, and the frequent ones stay spread as they were.
 */
export class EventList {
  private chunks: Chunk[] = [];
  private last: Chunk | null = null;
  private events: LogEvent[] | null = null;
  private readonly samplings: Sampling[] = [];
  private readonly most: number;
  private size = 0;
  /** How many events were added. */
  seen = 0;

  constructor(most = MOST_EVENTS) {
    this.most = most;
  }

  /** Whether some events are no longer there. */
  get isThinned(): boolean {
    return this.size < this.seen;
  }

  /** Adds an event that takes the lines from `first` to `last`; events are added in the order of the log. */
  add(event: EventLine, first: number, last: number, template: number): void {
    let sampling = this.samplings[template];
    if (sampling === undefined) {
      sampling = { seen: 0, kept: 0, stride: 1 };
      this.samplings[template] = sampling;
    }
    if (this.size === this.most) this.thin();
    this.seen++;
    if (sampling.seen++ % sampling.stride !== 0) return;
    sampling.kept++;
    this.append(event, first, last, template);
  }

  private append(event: EventLine, first: number, last: number, template: number): void {
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
    this.size++;
  }

  private thin(): void {
    const before = this.chunks;
    this.chunks = [];
    this.last = null;
    this.size = 0;
    const frequent = this.samplings.map((sampling) => sampling !== undefined && sampling.kept > ALWAYS_KEPT);
    for (const [template, sampling] of this.samplings.entries()) {
      if (!frequent[template]) continue;
      sampling.stride *= 2;
      sampling.kept = 0;
    }
    const places = new Int32Array(this.samplings.length);
    for (const { said, numbers } of before) {
      for (const [index, event] of said.entries()) {
        const at = FIELDS * index;
        const template = numbers[at + 2] as number;
        const place = places[template] as number;
        places[template] = place + 1;
        if (frequent[template]) {
          if (place % 2 === 1) continue;
          (this.samplings[template] as Sampling).kept++;
        }
        this.append(event, numbers[at] as number, numbers[at + 1] as number, template);
      }
    }
  }

  /** The events that were kept, as objects; the same array each time. */
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
