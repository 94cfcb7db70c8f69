import type { Material, MaterialLog } from '../../evidence/material.js';
import type { Frame, Process } from '../../log/document.js';
import type { Analysis, Call, LeakGroup, ProcessLink, Quote } from './analysis.js';
import { linksByAddress, linksByArrow, linksByExchange, linksByFamily } from './peers.js';
import { programName } from './program-name.js';
import { isStream, linksByWriter, writerOf } from './writers.js';

/** More pairs or calls than these are a list, not an answer. */
const MOST_LINKS = 6;
const MOST_CALLS = 20;

/**
 * Which processes talk to each other, and who calls whom on the way to what is lost; where nothing is, on the way to
 * what the report shows besides.
 */
export function relate(
  material: Material,
  lost: readonly LeakGroup[],
  besides: readonly LeakGroup[],
): Analysis['relationship'] {
  const told = [...linksByRole(material), ...linksByCommand(material), ...linksByWriter(material)];
  const links = distinct(told.length > 0 ? told : linksByEvents(material)).slice(0, MOST_LINKS);
  const calls = callsOf(lost.length > 0 ? lost : besides);
  const verdict = links.length > 0 || calls.length > 0 ? 'YES' : 'NO';
  return { verdict, links, calls };
}

/** Where neither roles nor commands tell who is there, the wording of the events may. */
function linksByEvents(material: Material): ProcessLink[] {
  const named = material.logs.flatMap((log) => [
    ...linksByFamily(log),
    ...linksByArrow(log),
    ...linksByExchange(log, writerOf(log, material)),
  ]);
  return named.length > 0
    ? named
    : material.logs.flatMap((log) => linksByAddress(log, writerOf(log, material)));
}

/** Each pair once, in whichever order and case it stands. */
function distinct(links: readonly ProcessLink[]): ProcessLink[] {
  const known = new Map<string, ProcessLink>();
  for (const link of links) {
    const key = link.processes
      .map((name) => name.toLowerCase())
      .sort()
      .join(' ');
    if (!known.has(key)) known.set(key, link);
  }
  return [...known.values()];
}

/** A log that names the role of another log, or names the same things. */
function linksByRole({ logs }: Material): ProcessLink[] {
  const links: ProcessLink[] = [];
  const parties = logs.filter(({ document }) => !isStream(document.role));
  for (const [index, one] of parties.entries()) {
    for (const other of parties.slice(index + 1)) {
      const quote =
        mention(one, other.document.role) ?? mention(other, one.document.role) ?? commonName(one, other);
      if (quote !== null) links.push({ processes: [one.document.role, other.document.role], quote });
    }
  }
  return links;
}

/** The first event of a log in which the name stands as a word of its own. */
function mention({ document }: MaterialLog, name: string): Quote | null {
  for (const event of document.events) {
    if (holdsWord(event.message, name)) {
      return { log: document.role, line: event.lines[0] };
    }
  }
  return null;
}

/** `sensor-7`: letters with a number that tells one of many. */
const NUMBERED_NAME = /(?<![\w./:=-])[A-Za-z][A-Za-z_-]{2,}\d+(?![\w./:-])/g;
/** So many names in common are no accident. */
const FEWEST_COMMON_NAMES = 2;

/** The first event of a log with a name that the other log has too, where they have several in common. */
function commonName(one: MaterialLog, other: MaterialLog): Quote | null {
  const names = new Set(other.document.events.flatMap(({ message }) => message.match(NUMBERED_NAME) ?? []));
  const found = new Map<string, Quote>();
  for (const { message, lines } of one.document.events) {
    for (const name of message.match(NUMBERED_NAME) ?? []) {
      if (names.has(name) && !found.has(name)) found.set(name, { log: one.document.role, line: lines[0] });
      if (found.size >= FEWEST_COMMON_NAMES) return [...found.values()][0] ?? null;
    }
  }
  return null;
}

function holdsWord(text: string, word: string): boolean {
  for (let at = text.indexOf(word); at !== -1; at = text.indexOf(word, at + 1)) {
    const [before, after] = [text[at - 1] ?? ' ', text[at + word.length] ?? ' '];
    if (!/[\w.]/.test(before) && !/\w/.test(after)) return true;
  }
  return false;
}

/** Processes of one log: the one that started first, and was there when the others came, stands in each pair. */
function linksByCommand({ logs }: Material): ProcessLink[] {
  return logs.flatMap(({ document }) => {
    const named = document.processes
      .map((process) => ({ process, name: programName(process) }))
      .filter((entry): entry is { process: Process; name: string } => entry.name !== null);
    const first = named[0];
    if (first === undefined) return [];
    const others = new Map(named.slice(1).map((entry) => [entry.name, entry.process]));
    others.delete(first.name);
    return [...others].map(
      ([name, { lines }]): ProcessLink => ({
        processes: [first.name, name],
        quote: { log: document.role, line: lines[0] },
      }),
    );
  });
}

/** Calls on the stacks of groups, those first that the most records show; among equals, the most blocks. */
function callsOf(groups: readonly LeakGroup[]): Call[] {
  const calls = new Map<string, { call: Call; records: number; blocks: number }>();
  for (const { own, blocks, records } of groups) {
    for (const [callee, caller] of callsOnStack(own)) {
      const key = `${caller} ${callee}`;
      const known = calls.get(key) ?? {
        call: { caller, callee, record: records[0]?.id ?? '' },
        records: 0,
        blocks: 0,
      };
      known.records += records.length;
      known.blocks += blocks;
      calls.set(key, known);
    }
  }
  return [...calls.values()]
    .sort((a, b) => b.records - a.records || b.blocks - a.blocks)
    .slice(0, MOST_CALLS)
    .map(({ call }) => call);
}

/** Callee and caller, side by side and both with a name; a function that calls itself tells nothing. */
function callsOnStack(own: readonly Frame[]): [callee: string, caller: string][] {
  return own.flatMap(({ function: callee }, index) => {
    const caller = own[index + 1]?.function ?? null;
    return callee === null || caller === null || caller === callee
      ? []
      : [[callee, caller] as [string, string]];
  });
}
