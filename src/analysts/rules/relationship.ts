import type { Material, MaterialLog } from '../../evidence/material.js';
import type { Process } from '../../log/document.js';
import type { Analysis, Call, Cause, ProcessLink, Quote } from './analysis.js';
import { sum } from './groups.js';

/** More pairs or calls than these are a list, not an answer. */
const MOST_LINKS = 6;
const MOST_CALLS = 20;

/** Which processes talk to each other, and who calls whom on the way to what is lost. */
export function relate(material: Material, causes: readonly Cause[]): Analysis['relationship'] {
  const links = [...linksByRole(material), ...linksByName(material), ...linksByCommand(material)].slice(
    0,
    MOST_LINKS,
  );
  const calls = callsOf(causes);
  const verdict = links.length > 0 || calls.length > 0 ? 'YES' : isSilent(material) ? 'UNSURE' : 'NO';
  return { verdict, links, calls };
}

function isSilent({ logs }: Material): boolean {
  return logs.every(({ document }) => document.events.length === 0 && document.processes.length === 0);
}

/** A log that names the role of another log. */
function linksByRole({ logs }: Material): ProcessLink[] {
  const links: ProcessLink[] = [];
  for (const [index, one] of logs.entries()) {
    for (const other of logs.slice(index + 1)) {
      const quote = mention(one, other.document.role) ?? mention(other, one.document.role);
      if (quote !== null) links.push({ processes: [one.document.role, other.document.role], quote });
    }
  }
  return links;
}

/** The first event of a log in which the name stands as a word of its own. */
function mention({ document }: MaterialLog, name: string): Quote | null {
  for (const event of document.events) {
    if (holdsWord(event.message, name)) {
      return { log: document.role, lines: event.lines, text: event.message };
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

/** `id=NODE.01` and `NODE.02`: names that differ only behind their last dot or dash are names of peers. */
const PEER_NAME =
  /(?<![\w./:@-])([A-Za-z][A-Za-z0-9]*(?:[._-][A-Za-z0-9]+)*[._-])([A-Z]|\d{1,3})(?![\w./:-])/g;
/** `server.c.1428` is a line of a source file. */
const SOURCE_PLACE = /\.(?:c|h|cc|cpp|cxx|hpp|rs|go|py|java|js|ts)\.\d+$/;
/** A name that stands in fewer events is a passing value. */
const FEWEST_MENTIONS = 3;

/** Names of one family that the events of a log use for the parties to it, most mentioned first. */
function linksByName({ logs }: Material): ProcessLink[] {
  if (logs.length > 1) return [];
  return logs.flatMap(({ document }) => {
    const families = new Map<string, Map<string, { count: number; quote: Quote }>>();
    for (const event of document.events) {
      for (const [name, family] of event.message.matchAll(PEER_NAME)) {
        if (SOURCE_PLACE.test(name)) continue;
        const members = families.get(family as string) ?? new Map();
        families.set(family as string, members);
        const member = members.get(name) ?? {
          count: 0,
          quote: { log: document.role, lines: event.lines, text: event.message },
        };
        member.count++;
        members.set(name, member);
      }
    }
    const best = [...families.values()]
      .map((members) => [...members].filter(([, { count }]) => count >= FEWEST_MENTIONS))
      .filter((members) => members.length === 2)
      .sort((a, b) => mentions(b) - mentions(a))[0];
    if (best === undefined) return [];
    const [one, other] = best as [(typeof best)[number], (typeof best)[number]];
    return [{ processes: [one[0], other[0]] as [string, string], quote: other[1].quote }];
  });
}

function mentions(members: readonly (readonly [string, { count: number }])[]): number {
  return sum(members, ([, { count }]) => count);
}

/** Processes of one log: the one that started first, and was there when the others came, stands in each pair. */
function linksByCommand({ logs }: Material): ProcessLink[] {
  return logs.flatMap(({ document, text }) => {
    const named = document.processes
      .map((process) => ({ process, name: programName(process) }))
      .filter((entry): entry is { process: Process; name: string } => entry.name !== null);
    const first = named[0];
    if (first === undefined) return [];
    const others = new Map(named.slice(1).map((entry) => [entry.name, entry.process]));
    others.delete(first.name);
    return [...others].map(([name, { lines }]): ProcessLink => {
      const [line] = lines;
      return {
        processes: [first.name, name],
        quote: { log: document.role, lines: [line, line], text: text.line(line) },
      };
    });
  });
}

/** The last part of the command's path. */
function programName({ command }: Process): string | null {
  const program = command?.trim().split(/\s+/)[0]?.split('/').at(-1);
  return program === undefined || program === '' ? null : program;
}

/** Calls on the stacks of what is lost, weighed by the blocks that were lost through them. */
function callsOf(causes: readonly Cause[]): Call[] {
  const calls = new Map<string, { call: Call; blocks: number }>();
  for (const { roots, children } of causes) {
    for (const { own, blocks, records } of [...roots, ...children]) {
      const names = own.map((frame) => frame.function);
      const record = records[0]?.id ?? '';
      for (const [index, callee] of names.entries()) {
        const caller = names[index + 1];
        if (callee === null || caller === null || caller === undefined || caller === callee) continue;
        const key = `${caller} ${callee}`;
        const known = calls.get(key);
        if (known === undefined) calls.set(key, { call: { caller, callee, record }, blocks });
        else known.blocks += blocks;
      }
    }
  }
  return [...calls.values()]
    .sort((a, b) => b.blocks - a.blocks)
    .slice(0, MOST_CALLS)
    .map(({ call }) => call);
}
