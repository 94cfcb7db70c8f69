import type { LogDocument, LogEvent } from '../log/document.js';

/** What an event is about, by the words that programs of any kind use for it; the first that fits counts. */
const ABOUT: readonly (readonly [name: string, words: RegExp])[] = [
  [
    'errors',
    /\b(?:error|fail(?:ed|ure|s)?|rejected|refused|abort(?:ed)?|denied|timed? ?out|invalid|fatal|panic)\b/i,
  ],
  [
    'disconnects',
    /\b(?:disconnect\w*|clos(?:ed|ing)|lost|removed|detach\w*|del|shut ?down|terminat\w+)\b|lost_|del_/i,
  ],
  [
    'connects',
    /\b(?:connect(?:ed|ion|ing)?|accept(?:ed|ing)?|attach\w*|established|opened|new)\b|new_|add_/i,
  ],
];

export interface Timeline {
  /** Times of the first and last event that has one, as written. */
  readonly from: string;
  readonly to: string;
  readonly rows: readonly { readonly name: string; readonly count: number; readonly spark: string }[];
}

/** How often connects, disconnects, errors and all events come over a log's time, in `width` steps; null without times. */
export function timelineOf(document: LogDocument, width: number): Timeline | null {
  const timed = document.events.filter((event): event is LogEvent & { at: number } => event.at !== null);
  const [first, last] = [timed[0], timed.at(-1)];
  if (first === undefined || last === undefined || last.at <= first.at) return null;
  const start = timed.reduce((least, event) => Math.min(least, event.at), first.at);
  const span = timed.reduce((most, event) => Math.max(most, event.at), last.at) - start;
  const names = [...ABOUT.map(([name]) => name).reverse(), 'all events'];
  const steps = new Map(names.map((name) => [name, new Array<number>(width).fill(0)]));
  const abouts = document.templates.map(
    (template) => ABOUT.find(([, words]) => words.test(template.template))?.[0],
  );
  const standsFor = weightsOf(document);
  for (const event of timed) {
    const weight = standsFor[event.template] ?? 1;
    const step = Math.min(width - 1, Math.floor(((event.at - start) / span) * width));
    for (const name of [abouts[event.template], 'all events']) {
      const counts = name === undefined ? undefined : steps.get(name);
      if (counts !== undefined) counts[step] = (counts[step] ?? 0) + weight;
    }
  }
  const rows = [...steps].map(([name, counts]) => ({
    name,
    count: Math.round(counts.reduce((a, b) => a + b, 0)),
    spark: sparkline(counts),
  }));
  return { from: first.time ?? '', to: last.time ?? '', rows: rows.filter((row) => row.count > 0) };
}

/** How many events one of each template stands for: one, unless a log with too many of them was thinned out. */
function weightsOf({ events, templates }: LogDocument): number[] {
  const kept = new Array<number>(templates.length).fill(0);
  for (const { template } of events) kept[template] = (kept[template] ?? 0) + 1;
  return templates.map(({ count }, template) => count / Math.max(1, kept[template] ?? 0));
}

const LEVELS = '▁▂▃▄▅▆▇█';

/** Counts as a row of small bars, the largest full; a step without any is blank. */
export function sparkline(counts: readonly number[]): string {
  const most = Math.max(1, ...counts);
  return counts
    .map((count) => (count === 0 ? ' ' : LEVELS[Math.ceil((count / most) * LEVELS.length) - 1]))
    .join('');
}
