/**
 * What stands between the time stamp of an application's line and its message: who wrote it and how grave it is.
 */

export interface EventFields {
  readonly component: string | null;
  /** As written. */
  readonly level: string | null;
  readonly pid: number | null;
  /** Where the message begins. */
  readonly messageAt: number;
}

/** What is known of the line's form before its fields are read. */
export interface FieldContext {
  /** A time stamp stands before the fields. Without one, only forms count that no ordinary sentence has. */
  readonly timed: boolean;
  /** The stamp is RFC 3164's, so that a host name and a tag follow. */
  readonly syslog: boolean;
}

const LEVELS = new Set(
  (
    'trace debug verbose fine finer finest info information informational notice note warn warning err error ' +
    'severe crit critical alert emerg emergency panic dpanic fatal log'
  ).split(' '),
);
const LONGEST_LEVEL = 'informational'.length;
const LONGEST_WORD = 128;

/** Reads the fields that begin at `from`; spaces, a colon and a dash before them belong to the time stamp. */
export function readFields(line: string, from: number, context: FieldContext): EventFields {
  const at = context.timed ? skipSeparators(line, from) : from;
  const first = line[at];
  if (first === '(') return readSourceFile(line, at);
  if (first === '[') return readBracketed(line, at, context);
  return context.syslog ? (readTag(line, at) ?? readWords(line, at, context)) : readWords(line, at, context);
}

const SYSLOG_5424 =
  /([^ ]{1,255}) ([^ ]{1,48}) ([^ ]{1,128}) [^ ]{1,32} (?:-|(?:\[(?:[^\]"]|"(?:[^"\\]|\\.)*")*\])+)(?: \uFEFF?|$)/y;

/** `HOST APP PROCID MSGID STRUCTURED-DATA MSG` of RFC 5424, behind its time stamp; null where it does not follow. */
export function readSyslog5424(line: string, from: number): EventFields | null {
  const at = skipSpaces(line, from);
  const match = matchAt(SYSLOG_5424, line, at);
  if (match === null) return null;
  const pid = /^\d+$/.test(match[3] ?? '') ? Number(match[3]) : null;
  return fields(match[2] === '-' ? null : match[2], null, pid, at + match[0].length);
}

/** True for the name of a level, in any case. */
function isLevel(word: string): boolean {
  return word.length <= LONGEST_LEVEL && LEVELS.has(word.toLowerCase());
}

const SOURCE_FILE = /\(([\w-]{1,64}\.\w{1,4})[.:]\d+\) ?/y;

/** `(server.c.1428) [note] text`. */
function readSourceFile(line: string, from: number): EventFields {
  const file = matchAt(SOURCE_FILE, line, from);
  if (file === null) return fields(null, null, null, from);
  const at = from + file[0].length;
  const bracket = matchAt(BRACKET, line, at);
  if (bracket === null || !isLevel(bracket[1] ?? '')) return fields(file[1], null, null, at);
  return fields(file[1], bracket[1], null, at + bracket[0].length);
}

const BRACKET = /\[([^[\]]{1,128})\][: ]*/y;
const NGINX_PROCESS = /(\d{1,10})#\d{1,10}: /y;

/**
 * `[level]`, `[module:level] [pid 12:tid 34]` (Apache), `[level] 12#34:` (nginx), `[12] [level]` (gunicorn),
 * `[12] LEVEL:` (PostgreSQL), `[thread] LEVEL logger -`. What stands in brackets without a level is message.
 */
function readBracketed(line: string, from: number, context: FieldContext): EventFields {
  let component: string | undefined;
  let level: string | undefined;
  let pid: number | null = null;
  let at = from;
  let bracket = matchAt(BRACKET, line, at);
  for (; bracket !== null; bracket = matchAt(BRACKET, line, at)) {
    const text = (bracket[1] ?? '').trim();
    const [, process] = /^(?:pid )?(\d{1,10})(?::tid \d+)?$/.exec(text) ?? [];
    const [, module, moduleLevel] = /^([\w-]*):(\w+)$/.exec(text) ?? [];
    if (process !== undefined && pid === null) pid = Number(process);
    else if (level === undefined && isLevel(text)) level = text;
    else if (level === undefined && moduleLevel !== undefined && isLevel(moduleLevel)) {
      component = module;
      level = moduleLevel;
    } else break;
    at += bracket[0].length;
  }
  if (level !== undefined) {
    const nginx = matchAt(NGINX_PROCESS, line, at);
    if (nginx !== null) return fields(component, level, Number(nginx[1]), at + nginx[0].length);
    return fields(component || null, level, pid, at);
  }
  if (context.timed) {
    const behind = readWords(line, bracket === null ? at : at + bracket[0].length, context);
    if (behind.level !== null) return { ...behind, pid: behind.pid ?? pid };
  }
  return fields(null, null, null, from);
}

const MODULE_LEVEL = / \(([A-Za-z]{3,13})\) ?/y;
const COLON_LOGGER = /:([\w.]{1,64}): ?/y;
const DASH_LEVEL_DASH = / - ([A-Z]{3,13}) - /y;
const SECOND_LEVEL = / ([A-Z]{3,13})(?:: | )/y;
const HOST_TAG = / ([\w./@-]{1,64})\[(\d{1,10})\]: /y;
const OWN_PID = /\[(\d{1,10})\]: ?/y;

/** The forms that begin with a word; what follows the word tells them apart. */
function readWords(line: string, from: number, context: FieldContext): EventFields {
  const end = wordEnd(line, from);
  if (end === from) return fields(null, null, null, from);
  const next = line[end];
  const word = line.slice(from, end);
  if (next === ':') {
    if (!isLevel(word)) return fields(null, null, null, from);
    const logger = matchAt(COLON_LOGGER, line, end);
    if (logger !== null && word === word.toUpperCase())
      return fields(logger[1], word, null, end + logger[0].length);
    const spaced = end + 1 === line.length || line[end + 1] === ' ';
    return spaced ? fields(null, word, null, skipSpaces(line, end + 1)) : fields(null, null, null, from);
  }
  if (next !== ' ' && next !== '[') return fields(null, null, null, from);
  const moduleLevel = matchAt(MODULE_LEVEL, line, end);
  if (moduleLevel !== null && isLevel(moduleLevel[1] ?? '')) {
    return fields(word, moduleLevel[1], null, end + moduleLevel[0].length);
  }
  if (!context.timed) return fields(null, null, null, from);
  if (isLevel(word) && word === word.toUpperCase()) return readBehindLevel(line, end, word);
  if (next === ' ' && line[end + 1] === '[' && /^\d+$/.test(word)) {
    const behindThread = readBracketed(line, end + 1, { ...context, timed: false });
    if (behindThread.level !== null) return behindThread;
  }
  const second = matchAt(DASH_LEVEL_DASH, line, end) ?? matchAt(SECOND_LEVEL, line, end);
  if (second !== null && isLevel(second[1] ?? ''))
    return fields(word, second[1], null, end + second[0].length);
  const tag = matchAt(HOST_TAG, line, end);
  if (tag !== null) return withLevel(line, end + tag[0].length, tag[1], Number(tag[2]));
  const own = matchAt(OWN_PID, line, end);
  return own === null
    ? fields(null, null, null, from)
    : withLevel(line, end + own[0].length, word, Number(own[1]));
}

const SPRING = / *(\d{1,10}) --- \[[^\]]{0,64}\] ([\w.$[\]/-]{1,64}) *: /y;
const LOGGER = /([\w.$/-]{1,64}) *- |((?:[\w$]{1,64}\.){1,16}[\w$]{1,64}):? /y;

/** What Log4j, Logback and Spring Boot write behind the level: a process, a thread, a logger. */
function readBehindLevel(line: string, from: number, level: string): EventFields {
  const spring = matchAt(SPRING, line, from);
  if (spring !== null) return fields(spring[2], level, Number(spring[1]), from + spring[0].length);
  const at = skipSeparators(line, from);
  const thread = matchAt(BRACKET, line, at);
  const logger = matchAt(LOGGER, line, thread === null ? at : at + thread[0].length);
  if (logger === null) return fields(null, level, null, at);
  return fields(logger[1] ?? logger[2], level, null, logger.index + logger[0].length);
}

const TAG = /(?:[\w.:-]{1,255} )?([\w./@-]{1,64})(?:\[(\d{1,10})\])?: /y;

/** `HOST TAG[PID]: ` of RFC 3164; the host may be missing. */
function readTag(line: string, from: number): EventFields | null {
  const tag = matchAt(TAG, line, from);
  if (tag === null) return null;
  return withLevel(line, from + tag[0].length, tag[1], tag[2] === undefined ? null : Number(tag[2]));
}

/** A level may stand behind the tag: `app[12]: warning: text`, `app[12]: [error] text`. */
function withLevel(
  line: string,
  from: number,
  component: string | undefined,
  pid: number | null,
): EventFields {
  const context: FieldContext = { timed: false, syslog: false };
  const rest = line[from] === '[' ? readBracketed(line, from, context) : readWords(line, from, context);
  if (rest.level === null || rest.component !== null) return fields(component, null, pid, from);
  return fields(component, rest.level, pid, rest.messageAt);
}

function fields(
  component: string | null | undefined,
  level: string | null | undefined,
  pid: number | null,
  messageAt: number,
): EventFields {
  return { component: component ?? null, level: level ?? null, pid, messageAt };
}

/** The match of a sticky expression at `at`. */
function matchAt(form: RegExp, line: string, at: number): RegExpExecArray | null {
  form.lastIndex = at;
  return form.exec(line);
}

/** The end of a name such as `dispatch.router` or `mod_ssl`. */
function wordEnd(line: string, from: number): number {
  const limit = Math.min(line.length, from + LONGEST_WORD);
  let end = from;
  while (end < limit && isWordCode(line.charCodeAt(end))) end++;
  return end;
}

function isWordCode(code: number): boolean {
  return (
    (code >= 97 && code <= 122) ||
    (code >= 65 && code <= 90) ||
    (code >= 45 && code <= 57) ||
    code === 95 ||
    code === 36 ||
    code === 64
  );
}

function skipSpaces(line: string, from: number): number {
  let at = from;
  while (line.charCodeAt(at) === 32) at++;
  return at;
}

/** Skips what stands between a time stamp and the fields: `: `, ` - `, spaces, tabs. */
function skipSeparators(line: string, from: number): number {
  let at = from;
  while (line[at] === ':' || line[at] === ']') at++;
  while (line[at] === ' ' || line[at] === '\t') at++;
  if (line[at] === '-' && line[at + 1] === ' ') at += 2;
  return at;
}
