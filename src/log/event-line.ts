import { readFields, readSyslog5424 } from './event-fields.js';
import { readStructured } from './event-structured.js';
import { readTimeStamp, type TimeStamp } from './event-time.js';

/** One line of an application's log, taken apart; see `LogEvent` for what each field means. */
export interface EventLine {
  readonly time: string | null;
  readonly at: number | null;
  readonly component: string | null;
  readonly level: string | null;
  readonly message: string;
  readonly pid: number | null;
}

/**
 * Takes one line of an application's log apart, whatever common form it has: syslog (RFC 3164 and 5424), ISO 8601,
 * ctime, seconds since 1970, a time of day, or no time; `MODULE (LEVEL)`, `[level]`, `LEVEL:`, `(file.c.line)`,
 * redis, glog, Log4j, Python logging, nginx, Apache, PostgreSQL and MySQL error logs, JSON objects and logfmt.
 *
 * Null says that the line goes on with the event before it. Such a line has no time of its own and is indented, or
 * begins as a stack trace of Java or Python does or goes on (`Caused by:`, `Traceback`), or `previous`, the message of the event so far (its
 * lines joined by newlines), leaves a quoted value open. Without `previous` the last rule is not applied. A line
 * that goes on with nothing is the caller's to make an event of.
 */
export function parseEventLine(line: string, previous: string | null = null): EventLine | null {
  return readHeader(line) ?? (continues(line, previous) ? null : readUntimed(line));
}

/** A line without a time and with nothing before it that it could go on with. */
export function readUntimed(line: string): EventLine {
  const { component, level, pid, messageAt } = readFields(line, 0, UNTIMED);
  return { time: null, at: null, component, level, message: line.slice(messageAt).trimEnd(), pid };
}

const TIMED = { timed: true, syslog: false };
const SYSLOG = { timed: true, syslog: true };
const UNTIMED = { timed: false, syslog: false };

const LOGFMT_START = /^(?:time|ts|t|timestamp|level|lvl)=/;

/** Lines that begin with a time, or with what redis, glog and syslog write before it. */
function readHeader(line: string): EventLine | null {
  const first = line.charCodeAt(0);
  if (first >= 48 && first <= 57) return readStamped(line, 0) ?? readRedis(line);
  if (first >= 65 && first <= 90) return readStamped(line, 0) ?? readGlog(line);
  if (first === 91) return readStamped(line, 1);
  if (first === 60) return readPriority(line);
  if (first === 123 || (first >= 97 && first <= 122 && LOGFMT_START.test(line))) return readStructured(line);
  return null;
}

function readStamped(line: string, from: number): EventLine | null {
  const stamp = readTimeStamp(line, from);
  if (stamp === null) return from === 1 ? readUptime(line) : null;
  if (from === 1 && line[stamp.end] !== ']') return null;
  return eventOf(line, stamp, readFields(line, stamp.end, isRfc3164(line, from, stamp) ? SYSLOG : TIMED));
}

/** RFC 3164 has neither weekday nor year: `Nov 22 09:34:08`. */
function isRfc3164(line: string, from: number, stamp: TimeStamp): boolean {
  const code = line.charCodeAt(from);
  return stamp.at === null && code >= 65 && code <= 90 && stamp.time.length <= 'Nov 22 09:34:08.123456'.length
    ? !/^[A-Z][a-z]{2} [A-Z]/.test(stamp.time)
    : false;
}

const UPTIME = /\[ *(\d{1,10}\.\d{6})\] /y;

/** `[   12.345678] text` of the Linux kernel: seconds since it was started. */
function readUptime(line: string): EventLine | null {
  UPTIME.lastIndex = 0;
  const match = UPTIME.exec(line);
  if (match === null) return null;
  const stamp = { time: match[1] as string, at: null, end: match[0].length };
  return eventOf(line, stamp, { component: null, level: null, pid: null, messageAt: stamp.end });
}

/** The names redis gives to the characters that it writes (its redis.conf and `serverLogRaw`). */
const REDIS_LEVELS: { readonly [mark: string]: string } = {
  '.': 'debug',
  '-': 'verbose',
  '*': 'notice',
  '#': 'warning',
};
const REDIS_ROLES: { readonly [letter: string]: string } = {
  X: 'sentinel',
  C: 'child',
  S: 'replica',
  M: 'master',
};
const REDIS = /(\d{1,10}):([XCSM]) /y;
const REDIS_SIGNAL = /(\d{1,10}):(signal-handler) \((\d{9,11})\) /y;

/** `9184:M 22 Nov 2026 08:49:41.186 * text` and `9184:signal-handler (1795337401) text`. */
function readRedis(line: string): EventLine | null {
  REDIS_SIGNAL.lastIndex = 0;
  const signal = REDIS_SIGNAL.exec(line);
  if (signal !== null) {
    const time = signal[3] as string;
    const stamp = { time, at: Number(time) * 1000, end: signal[0].length };
    const fields = {
      component: signal[2] as string,
      level: null,
      pid: Number(signal[1]),
      messageAt: stamp.end,
    };
    return eventOf(line, stamp, fields);
  }
  REDIS.lastIndex = 0;
  const match = REDIS.exec(line);
  const stamp = match === null ? null : readTimeStamp(line, match[0].length);
  if (match === null || stamp === null) return null;
  const level = REDIS_LEVELS[line[stamp.end + 1] ?? ''];
  return eventOf(line, stamp, {
    component: REDIS_ROLES[match[2] as string] as string,
    level: level ?? null,
    pid: Number(match[1]),
    messageAt: level === undefined ? stamp.end + 1 : stamp.end + 3,
  });
}

const GLOG_LEVELS: { readonly [letter: string]: string } = {
  I: 'INFO',
  W: 'WARNING',
  E: 'ERROR',
  F: 'FATAL',
};
const GLOG =
  /([IWEF])((?:(\d{4}))?(\d\d)(\d\d) (\d\d):(\d\d):(\d\d)\.(\d{3})\d{3}) +\d+ ([\w./+-]{1,128}):\d+\] ?/y;

/** `I1122 09:34:08.238084 1234 server.cc:42] text`; the number is a thread's, and the year is often missing. */
function readGlog(line: string): EventLine | null {
  GLOG.lastIndex = 0;
  const match = GLOG.exec(line);
  if (match === null) return null;
  const [whole, letter = '', time = '', year, month, day, hour, minute, second, milliseconds, file = ''] =
    match;
  const at =
    year === undefined
      ? null
      : Date.UTC(
          Number(year),
          Number(month) - 1,
          Number(day),
          Number(hour),
          Number(minute),
          Number(second),
          Number(milliseconds),
        );
  const fields = {
    component: file,
    level: GLOG_LEVELS[letter] as string,
    pid: null,
    messageAt: whole.length,
  };
  return eventOf(line, { time, at }, fields);
}

const NO_TIME = { time: null, at: null };

/** The severities of RFC 5424, by the three low bits of the priority. */
const SEVERITIES = ['emerg', 'alert', 'crit', 'err', 'warning', 'notice', 'info', 'debug'];
const PRIORITY = /<(\d{1,3})>(1 (?=\d|-))?/y;

/** `<34>1 2026-11-22T09:34:08Z host app 12 - - text` and `<34>Nov 22 09:34:08 host app[12]: text`. */
function readPriority(line: string): EventLine | null {
  PRIORITY.lastIndex = 0;
  const match = PRIORITY.exec(line);
  if (match === null || Number(match[1]) > 191) return null;
  const level = SEVERITIES[Number(match[1]) % 8] as string;
  const from = match[0].length;
  const nil = match[2] !== undefined && line[from] === '-';
  const stamp = nil ? null : readTimeStamp(line, from);
  const behind = stamp?.end ?? (nil ? from + 1 : from);
  const fields =
    match[2] !== undefined
      ? readSyslog5424(line, behind)
      : readFields(line, behind, stamp === null ? UNTIMED : SYSLOG);
  return fields === null ? null : eventOf(line, stamp ?? NO_TIME, { ...fields, level });
}

interface Header {
  readonly component: string | null;
  readonly level: string | null;
  readonly pid: number | null;
  readonly messageAt: number;
}

function eventOf(
  line: string,
  stamp: { readonly time: string | null; readonly at: number | null },
  { component, level, pid, messageAt }: Header,
): EventLine {
  return { time: stamp.time, at: stamp.at, component, level, message: line.slice(messageAt).trimEnd(), pid };
}

const GOES_ON = new RegExp(
  [
    'Caused by: ',
    'Suppressed: ',
    String.raw`\.\.\. \d+ more`,
    String.raw`(?:[a-z_$][\w$]{0,64}\.){1,16}[A-Z][\w$]{0,64}(?:Exception|Error)\b`,
    String.raw`Traceback \(most recent call last\):`,
    'During handling of the above exception, ',
    'The above exception was the direct cause of ',
    String.raw`[)\]}]`,
  ]
    .map((form) => `^${form}`)
    .join('|'),
);

/** The last line of a Python traceback: `ValueError: no such port`, below the indented lines. */
const PYTHON_ERROR = /^[A-Za-z_][\w.]{0,128}(?:: |$)/;
const IN_TRACEBACK = /Traceback \(most recent call last\):\n(?:.*\n)*[ \t].*$/;

function continues(line: string, previous: string | null): boolean {
  const first = line.charCodeAt(0);
  if (first === 32 || first === 9 || GOES_ON.test(line)) return true;
  if (previous === null || previous.length > LONGEST_LOOKED_AT) return false;
  return (PYTHON_ERROR.test(line) && IN_TRACEBACK.test(previous)) || leavesQuoteOpen(previous);
}

/** Longer events are not searched for each line that comes; a quote open for longer is an apostrophe. */
const LONGEST_LOOKED_AT = 4_000;

/** Quotes that open a value: `body='`, `("`, `: "`. An apostrophe within a word opens none. */
const QUOTED_VALUE = /[=([{:,] ?[bu]?(["'])/g;
/** True when a quoted value begins in the message and does not end. */
function leavesQuoteOpen(message: string): boolean {
  QUOTED_VALUE.lastIndex = 0;
  for (let open = QUOTED_VALUE.exec(message); open !== null; open = QUOTED_VALUE.exec(message)) {
    const close = message.indexOf(open[1] as string, QUOTED_VALUE.lastIndex);
    if (close === -1) return true;
    QUOTED_VALUE.lastIndex = close + 1;
  }
  return false;
}
