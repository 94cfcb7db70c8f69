import type { EventTemplate, LogDocument } from '../../log/document.js';
import type { LeakGroup, Quote } from './analysis.js';
import { sum } from './groups.js';
import { isStream } from './writers.js';

/** How a count of lost blocks stands to a count of events. */
export type Relation = 'as many' | 'a multiple' | 'one less';

/** Events of one kind, all that tell of trouble, or all that there are: some things are lost with every line. */
export type EventScope = 'kind' | 'trouble' | 'all';

export interface EventMatch {
  readonly relation: Relation;
  readonly blocks: number;
  readonly events: number;
  /** Blocks for each event. */
  readonly factor: number;
  readonly scope: EventScope;
  /** The events tell that something went wrong. */
  readonly trouble: boolean;
  /** How many matches as good as this chance alone would give; small is surprising. */
  readonly expectedByChance: number;
  readonly quote: Quote;
}

/** Below this, equal counts say nothing: too many things happen once, twice or a handful of times. */
const FEWEST_BLOCKS = 8;
const LARGEST_FACTOR = 4;

/** Words by which programs of all kinds say that something did not go as it should; `timeout=30` is none. */
const TROUBLE =
  /(?<![\w-])(?:reject(?:ed|ing|s)?|refus(?:ed|ing|al)|fail(?:ed|ure|s|ing)?|errors?|time[ds]?[ -]?out|den(?:ied|y)|invalid|malformed|abort(?:ed|ing)?|unauthori[sz]ed|forbidden|unexpected|illegal|corrupt(?:ed)?|cancel(?:l?ed)|discard(?:ed|ing)?|dropp(?:ed|ing)|unsupported|not accepted|bad)(?![\w-]|\s*=)/i;
const TROUBLE_LEVEL = /^(?:warn(?:ing)?|err(?:or)?|crit(?:ical)?|fatal|alert)$/i;

/**
 * Event templates of a log that occurred as often as `blocks` were lost, or in a simple relation to it, the most
 * surprising first.
 *
 * A template of about the same count hits a given number by chance about once in that number of tries, so that the
 * expected number of chance hits is the number of templates of that size over the number of blocks.
 */
export function matchEvents(blocks: number, { role, kinds, counts }: EventCounts): EventMatch[] {
  if (blocks < FEWEST_BLOCKS) return [];
  const rivals = (around: number) =>
    counts.filter((count) => count >= around / 2 && count <= around * 2).length;
  const matches: EventMatch[] = [];
  for (const kind of kinds) {
    const found = relate(blocks, kind.count);
    if (found === null) continue;
    const [relation, factor] = found;
    const tries = relation === 'as many' ? 1 : LARGEST_FACTOR;
    matches.push({
      relation,
      factor,
      blocks,
      events: kind.count,
      scope: kind.scope,
      trouble: kind.isTrouble(),
      expectedByChance: (rivals(kind.count) * tries) / kind.count,
      quote: { log: role, line: kind.firstLine },
    });
  }
  return matches.sort(
    (a, b) =>
      a.expectedByChance - b.expectedByChance ||
      Number(b.trouble) - Number(a.trouble) ||
      a.quote.line - b.quote.line,
  );
}

/** How often each kind of event occurred in one log. */
export interface EventCounts {
  readonly role: string;
  readonly kinds: readonly EventKind[];
  /** The different numbers among them. */
  readonly counts: readonly number[];
}

interface EventKind {
  readonly count: number;
  readonly firstLine: number;
  readonly scope: EventScope;
  isTrouble(): boolean;
}

/** Counts the events of a log by template, those that tell of trouble together, and all of them together. */
export function countEvents({ role, templates, events }: LogDocument): EventCounts {
  const kinds = templates.map(
    (template): EventKind => ({
      count: template.count,
      firstLine: template.firstLine,
      scope: 'kind',
      isTrouble: () => isTrouble(template),
    }),
  );
  const troubles = templates.filter(isTrouble);
  if (troubles.length > 1) {
    const count = troubles.reduce((total, template) => total + template.count, 0);
    const firstLine = Math.min(...troubles.map((template) => template.firstLine));
    kinds.push({ count, firstLine, scope: 'trouble', isTrouble: () => true });
  }
  const [first] = events;
  if (first !== undefined) {
    const count = templates.reduce((total, template) => total + template.count, 0);
    kinds.push({ count, firstLine: first.lines[0], scope: 'all', isTrouble: () => false });
  }
  return { role, kinds, counts: [...new Set(kinds.map(({ count }) => count))] };
}

function isTrouble({ template, level }: EventTemplate): boolean {
  return TROUBLE.test(template) || TROUBLE_LEVEL.test(level ?? '');
}

function relate(blocks: number, events: number): readonly [Relation, number] | null {
  if (events < FEWEST_BLOCKS) return null;
  if (events === blocks) return ['as many', 1];
  if (events - 1 === blocks) return ['one less', 1];
  const factor = blocks / events;
  return Number.isInteger(factor) && factor <= LARGEST_FACTOR ? ['a multiple', factor] : null;
}

/**
 * Matches of what the groups lost by themselves, taken together: in each log that they lost it in, against the events
 * of that log and of its peers'. A hit among peers says less, the more peers there are; what stands in a stream, which
 * a report in a file of its own leaves to the program's own lines, says as much as the log itself.
 */
export function bestMatches(
  groups: readonly LeakGroup[],
  logs: readonly EventCounts[],
): readonly EventMatch[] {
  const records = groups.flatMap((group) => group.records.filter(({ kind }) => kind !== 'indirectly-lost'));
  return logs
    .flatMap(({ role }) => {
      const blocks = sum(
        records.filter(({ log }) => log === role),
        (record) => record.blocks,
      );
      return logs.flatMap((log) => {
        const tries = log.role === role || isStream(log.role) ? 1 : logs.length;
        return matchEvents(blocks, log).map((match) => ({
          ...match,
          expectedByChance: match.expectedByChance * tries,
        }));
      });
    })
    .sort((a, b) => a.expectedByChance - b.expectedByChance);
}
