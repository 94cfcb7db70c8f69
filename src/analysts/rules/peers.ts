import type { MaterialLog } from '../../evidence/material.js';
import type { LogDocument, LogEvent } from '../../log/document.js';
import type { ProcessLink, Quote } from './analysis.js';

/** A name that stands in fewer events is a passing value. */
const FEWEST_MENTIONS = 3;
const MOST_PARTNERS = 3;

interface Mentions {
  count: number;
  readonly quote: Quote;
}

function note(names: Map<string, Mentions>, name: string, event: LogEvent, { role }: LogDocument): void {
  const known = names.get(name);
  if (known === undefined) {
    names.set(name, { count: 1, quote: { log: role, line: event.lines[0] } });
  } else known.count++;
}

/** `NODE.01`, `node-b`: names that differ only behind their last dot or dash are names of one family. */
const FAMILY_NAME =
  /(?<![\w./:@-])([A-Za-z][A-Za-z0-9]*(?:[._-][A-Za-z0-9]+)*[._-])([A-Z]|\d{1,3})(?![\w./:-])/g;
/** `server.c.1428` is a line of a source file. */
const SOURCE_PLACE = /\.(?:c|h|cc|cpp|cxx|hpp|rs|go|py|java|js|ts)\.\d+$/;

/** The two names of one family that a log uses for the parties to it; its own role counts as one. */
export function linksByFamily({ document }: MaterialLog): ProcessLink[] {
  const families = new Map<string, Map<string, Mentions>>();
  for (const event of document.events) {
    for (const [name, family = ''] of event.message.matchAll(FAMILY_NAME)) {
      if (SOURCE_PLACE.test(name)) continue;
      const members = families.get(family) ?? new Map<string, Mentions>();
      families.set(family, members);
      note(members, name, event, document);
    }
  }
  const pairs = [...families].flatMap(([family, members]) => {
    const often = [...members].filter(([, { count }]) => count >= FEWEST_MENTIONS);
    const names = new Set(often.map(([name]) => name));
    if (document.role.startsWith(family)) names.add(document.role);
    const [one, other] = names;
    const last = often.at(-1);
    if (names.size !== 2 || one === undefined || other === undefined || last === undefined) return [];
    const weight = often.reduce((total, [, { count }]) => total + count, 0);
    return [{ weight, link: { processes: [one, other] as const, quote: last[1].quote } }];
  });
  return pairs
    .sort((a, b) => b.weight - a.weight)
    .slice(0, 1)
    .map(({ link }) => link);
}

const SENT_TO = /(?<![\w-])to ([A-Za-z][\w.-]{2,63})(?![\w./:@-])/g;
const RECEIVED_FROM = /(?<![\w-])from ([A-Za-z][\w.-]{2,63})(?![\w./:@-])/g;
const NO_NAMES = new Set([
  'the',
  'this',
  'that',
  'any',
  'all',
  'its',
  'file',
  'disk',
  'cache',
  'memory',
  'here',
]);

/** Names to which a log says something goes and from which something comes: partners of `own`, which wrote it. */
export function linksByExchange({ document }: MaterialLog, own: string): ProcessLink[] {
  const to = new Map<string, Mentions>();
  const from = new Map<string, Mentions>();
  for (const event of document.events) {
    for (const [, name = ''] of event.message.matchAll(SENT_TO)) note(to, name, event, document);
    for (const [, name = ''] of event.message.matchAll(RECEIVED_FROM)) note(from, name, event, document);
  }
  return [...to]
    .filter(
      ([name, { count }]) => count >= FEWEST_MENTIONS && (from.get(name)?.count ?? 0) >= FEWEST_MENTIONS,
    )
    .filter(([name]) => !NO_NAMES.has(name.toLowerCase()) && name !== own)
    .sort((a, b) => b[1].count - a[1].count)
    .slice(0, MOST_PARTNERS)
    .map(([name, { quote }]) => ({ processes: [own, name] as const, quote }));
}

const ARROW = /(?<![\w.-])([A-Za-z][\w.-]{1,63}) <[-=]+> ([A-Za-z][\w.-]{1,63})(?![\w.-])/;

/** Pairs that an event sets side by side with an arrow between them. */
export function linksByArrow({ document }: MaterialLog): ProcessLink[] {
  const links = new Map<string, ProcessLink>();
  for (const event of document.events) {
    const [, one, other] = ARROW.exec(event.message) ?? [];
    if (one === undefined || other === undefined || one === other) continue;
    const key = [one, other].sort().join(' ');
    const quote = { log: document.role, line: event.lines[0] };
    if (!links.has(key)) links.set(key, { processes: [one, other], quote });
  }
  return [...links.values()].slice(0, MOST_PARTNERS);
}

const HOST = String.raw`\d{1,3}(?:\.\d{1,3}){3}|\[[\da-fA-F:]{2,39}\]`;
/** `10.7.0.2:4100`, `[::1]#53`; `from 10.7.0.2`; the host that opens a line of a web server's access log. */
const ADDRESSES = [
  new RegExp(String.raw`(?<![\w.])(${HOST})[:#]\d{2,5}(?![\w.])`, 'g'),
  new RegExp(String.raw`\b(?:from|to|client|peer|host) (${HOST})(?![\w.:#])`, 'g'),
  new RegExp(String.raw`^(${HOST}) \S+ \S+ \[`, 'g'),
];

/** Hosts that a log names again and again: somebody at the other end of `own`'s connections. */
export function linksByAddress({ document }: MaterialLog, own: string): ProcessLink[] {
  const hosts = new Map<string, Mentions>();
  for (const event of document.events) {
    for (const address of ADDRESSES) {
      for (const [, host = ''] of event.message.matchAll(address)) note(hosts, host, event, document);
    }
  }
  return [...hosts]
    .filter(([, { count }]) => count >= FEWEST_MENTIONS)
    .sort((a, b) => b[1].count - a[1].count)
    .slice(0, MOST_PARTNERS)
    .map(([host, { quote }]) => ({ processes: [own, host] as const, quote }));
}
