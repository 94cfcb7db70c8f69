import type { Material, MaterialLog } from '../../evidence/material.js';
import type { LogDocument, LogEvent } from '../../log/document.js';
import type { ProcessLink, Quote } from './analysis.js';
import { programName } from './program-name.js';

/** A name before fewer events is a passing word. */
const FEWEST_EVENTS = 3;
/** More processes than these in one file are a machine's journal, in which not everyone talks to everyone. */
const MOST_IN_ONE_FILE = 3;

/** A program that a material's logs show: by events that it wrote, or by its leak report. */
interface Writer {
  readonly name: string;
  /** Its processes, where its lines say so. */
  readonly pids: ReadonlySet<number>;
  readonly quote: Quote;
}

/** Roles under which what several processes print is kept; no process is called so. */
const STREAM = /^(?:console|std(?:out|err)|output|syslog|messages|journal|log)[\d.]*$/i;

/** True where a log's role names a stream that programs write to, rather than a program. */
export function isStream(role: string): boolean {
  return STREAM.test(role);
}

/**
 * The program that wrote a log: that of its leak report, else that of its events' process, else the only program of
 * the material where the role names a stream; otherwise its role.
 */
export function writerOf({ document }: MaterialLog, { logs }: Material): string {
  const reported = programName(document.processes[0]);
  if (reported !== null) return reported;
  const processes = logs.flatMap((log) => log.document.processes);
  const pids = new Set(document.events.map(({ pid }) => pid));
  const writing = programName(processes.find(({ pid }) => pids.has(pid)));
  if (writing !== null) return writing;
  const programs = new Set(processes.map(programName));
  const [only = null] = programs;
  return isStream(document.role) && programs.size === 1 && only !== null ? only : document.role;
}

/**
 * Programs that wrote into the same log, or of which one is by its name the other's server. Processes with different
 * ids in one file belong together because somebody kept their lines together, as long as they are few.
 */
export function linksByWriter({ logs }: Material): ProcessLink[] {
  const reported = onePerProgram(logs.flatMap(({ document }) => reportedPrograms(document)));
  return logs.flatMap(({ document }) => {
    const writers = eventWriters(document);
    const processes = writers.filter(({ pids }) => pids.size > 0);
    const few = processes.length <= MOST_IN_ONE_FILE ? pairsOf(processes).filter(areApart) : [];
    const named = reported.flatMap(({ name }) => namesakesIn(document, name));
    const families = pairsOf([...reported, ...writers, ...named]).filter(isServerAndPeer);
    return [...few, ...families].map(
      ([one, other]): ProcessLink => ({ processes: [one.name, other.name], quote: other.quote }),
    );
  });
}

/** One of the processes of each program, since many may run it: its first. */
function onePerProgram(writers: readonly Writer[]): Writer[] {
  return [...new Map(writers.toReversed().map((writer) => [writer.name, writer])).values()].toReversed();
}

function reportedPrograms({ processes, role }: LogDocument): Writer[] {
  return processes.flatMap((process) => {
    const name = programName(process);
    const pids = new Set(process.pid === null ? [] : [process.pid]);
    return name === null ? [] : [{ name, pids, quote: { log: role, line: process.lines[0] } }];
  });
}

/** Who wrote a log's events, in the order of appearance. A process goes by the name that it uses most. */
function eventWriters({ events, role }: LogDocument): Writer[] {
  const names = new Map<string, { count: number; pids: Map<number, number>; quote: Quote }>();
  for (const event of events) {
    const name = nameIn(event);
    if (name === null) continue;
    const known = names.get(name) ?? {
      count: 0,
      pids: new Map<number, number>(),
      quote: { log: role, line: event.lines[0] },
    };
    names.set(name, known);
    known.count++;
    if (event.pid !== null) known.pids.set(event.pid, (known.pids.get(event.pid) ?? 0) + 1);
  }
  const owners = new Map<number, { name: string; count: number }>();
  for (const [name, { pids }] of names) {
    for (const [pid, count] of pids) {
      if (count > (owners.get(pid)?.count ?? FEWEST_EVENTS - 1)) owners.set(pid, { name, count });
    }
  }
  return [...names].flatMap(([name, { count, pids, quote }]) => {
    const own = new Set([...pids.keys()].filter((pid) => owners.get(pid)?.name === name));
    const isOther = pids.size > 0 && own.size === 0;
    return count < FEWEST_EVENTS || isOther ? [] : [{ name, pids: own, quote }];
  });
}

const SOURCE_FILE = /\.(?:c|h|cc|cpp|cxx|hpp|rs|go|py|java|js|ts)$/;
/** `parlourd: the room is open`. */
const SPEAKER = /^([A-Za-z][\w-]{2,40}): /;

function nameIn({ component, message }: LogEvent): string | null {
  return component?.replace(SOURCE_FILE, '') ?? SPEAKER.exec(message)?.[1] ?? null;
}

function pairsOf(writers: readonly Writer[]): [Writer, Writer][] {
  return writers.flatMap((one, index) =>
    writers.slice(index + 1).map((other) => [one, other] as [Writer, Writer]),
  );
}

function areApart([one, other]: readonly [Writer, Writer]): boolean {
  return one.name !== other.name && [...one.pids].every((pid) => !other.pids.has(pid));
}

/** `parlourd` and `parlour-guest`: the daemon of a name, and what is called after it. */
function isServerAndPeer([one, other]: readonly [Writer, Writer]): boolean {
  return isDaemonOf(one.name, other.name) || isDaemonOf(other.name, one.name);
}

function isDaemonOf(name: string, other: string): boolean {
  const stem = stemOf(name);
  return stem !== null && other.startsWith(stem) && /^[-_]\w/.test(other.slice(stem.length));
}

/** What a daemon is called after; null for a name that is no daemon's. */
function stemOf(name: string): string | null {
  return /^\w{3,}d$/.test(name) ? name.slice(0, -1) : null;
}

/** Names in a log's events that begin as a daemon's does: its peers. */
function namesakesIn({ events, role }: LogDocument, daemon: string): Writer[] {
  const stem = stemOf(daemon);
  if (stem === null) return [];
  const namesake = new RegExp(`(?<![\\w./-])${stem}[-_][A-Za-z]\\w*(?![\\w./-])`, 'g');
  const mentions = new Map<string, { readonly line: number; count: number }>();
  for (const { message, lines } of events) {
    for (const [name] of message.matchAll(namesake)) {
      const mention = mentions.get(name);
      if (mention === undefined) mentions.set(name, { line: lines[0], count: 1 });
      else mention.count++;
    }
  }
  return [...mentions].flatMap(([name, { line, count }]) =>
    count < FEWEST_EVENTS ? [] : [{ name, pids: new Set<number>(), quote: { log: role, line } }],
  );
}
