import { readTimeStamp } from './event-time.js';

/** What a structured line says; see `LogEvent` for what each field means. */
export interface StructuredEvent {
  readonly time: string | null;
  readonly at: number | null;
  readonly component: string | null;
  readonly level: string | null;
  readonly message: string;
  readonly pid: number | null;
}

const LONGEST = 1 << 16;
const MOST_FIELDS = 100;

const TIME_KEYS = ['time', 'ts', 't', 'timestamp', '@timestamp', 'datetime'];
const LEVEL_KEYS = ['level', 'lvl', 'severity', 'loglevel', 'levelname'];
const MESSAGE_KEYS = ['msg', 'message', 'event', 'log'];
const COMPONENT_KEYS = ['logger', 'component', 'module', 'name', 'caller', 'source', 'app', 'service'];

/** The names that pino and bunyan give to their numbers. */
const LEVEL_NUMBERS: { readonly [number: string]: string } = {
  10: 'trace',
  20: 'debug',
  30: 'info',
  40: 'warn',
  50: 'error',
  60: 'fatal',
};

/**
 * Reads a line that is one JSON object, as zap, pino, bunyan and logstash write, or logfmt (`level=info msg="text"`).
 * Fields beside time, level, component, pid and message are kept at the end of the message, as `key=value`.
 * Null for any other line, and for one without a message.
 */
export function readStructured(line: string): StructuredEvent | null {
  if (line.length > LONGEST) return null;
  const fields = line.startsWith('{') ? jsonFields(line) : logfmtFields(line);
  return fields === null ? null : eventOf(fields);
}

function jsonFields(line: string): Map<string, string> | null {
  if (!line.trimEnd().endsWith('}')) return null;
  let object: unknown;
  try {
    object = JSON.parse(line);
  } catch {
    return null;
  }
  const text = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));
  return new Map(Object.entries(object as object).map(([key, value]) => [key, text(value)]));
}

const LOGFMT = /([\w.@-]{1,64})=(?:"((?:[^"\\]|\\.)*)"|([^\s"]*))(?: +|$)/y;

function logfmtFields(line: string): Map<string, string> | null {
  const fields = new Map<string, string>();
  LOGFMT.lastIndex = 0;
  while (LOGFMT.lastIndex < line.length && fields.size < MOST_FIELDS) {
    const match = LOGFMT.exec(line);
    if (match === null) return null;
    const [, key = '', quoted, bare = ''] = match;
    fields.set(key, quoted?.replace(/\\(.)/g, '$1') ?? bare);
  }
  return fields;
}

function eventOf(fields: Map<string, string>): StructuredEvent | null {
  const take = (keys: readonly string[]): string | null => {
    const key = keys.find((name) => fields.has(name));
    const value = key === undefined ? null : (fields.get(key) ?? null);
    if (key !== undefined) fields.delete(key);
    return value;
  };
  const time = take(TIME_KEYS);
  const level = take(LEVEL_KEYS);
  const text = take(MESSAGE_KEYS);
  if (text === null || (time === null && level === null)) return null;
  const component = take(COMPONENT_KEYS);
  const pid = /^\d{1,10}$/.test(fields.get('pid') ?? '') ? Number(take(['pid'])) : null;
  const rest = [...fields].map(([key, value]) => ` ${key}=${value}`).join('');
  return {
    time,
    at: time === null ? null : momentOf(time),
    component,
    level: level === null ? null : (LEVEL_NUMBERS[level] ?? level),
    message: text + rest,
    pid,
  };
}

const LATEST_IN_SECONDS = 1e11;

/** A number is seconds since 1970, or milliseconds where it is too great for that. */
function momentOf(time: string): number | null {
  if (!/^\d{9,14}(?:\.\d{1,9})?$/.test(time)) return readTimeStamp(time, 0)?.at ?? null;
  const number = Number(time);
  return Math.round(number < LATEST_IN_SECONDS ? number * 1000 : number);
}
