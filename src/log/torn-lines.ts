import { readTimeStamp } from './event-time.js';
import { findInnerPrefix, parsePrefix } from './memcheck-prefix.js';

/** ANSI escape sequences (the control sequences of ECMA-48). */
const ANSI = /\x1b\[[0-?]{0,32}[ -/]{0,8}[@-~]/g;
const NUL = /\0+/g;
const UNCLEAN = /[\0\x1b\ufffd]/;

/** A line without what is no text, and what was found. */
export interface CleanLine {
  readonly text: string;
  readonly hadNul: boolean;
  /** Bytes that are not UTF-8 were read as U+FFFD. */
  readonly hadInvalid: boolean;
}

/** True for most lines: nothing to clean. */
export function isClean(text: string): boolean {
  return !UNCLEAN.test(text);
}

/** Takes ANSI colours and NUL bytes out of a line. */
export function cleanLine(text: string): CleanLine {
  const hadNul = text.includes('\0');
  const withoutNul = hadNul ? text.replace(NUL, '') : text;
  return {
    text: withoutNul.includes('\x1b') ? withoutNul.replace(ANSI, '') : withoutNul,
    hadNul,
    hadInvalid: text.includes('\ufffd'),
  };
}

/** Longer lines are not searched for what was glued to them. */
const LONGEST_SEARCHED = 8_192;
/** Every time stamp with a date has a time of day; hardly any report line has. */
const CLOCK = /\d\d:\d\d/;
/** What the time stamp of a line may stand behind: a bracket, or redis's pid and role. */
const BEFORE_TIME = /(?:\[|\d{1,10}:[XCSM] )$/;

/**
 * Where a line of the application's begins within a report line, known by its time stamp (one with a date, since
 * other numbers look like times of day); -1 where none does.
 */
export function findEventWithin(body: string): number {
  if (body.length > LONGEST_SEARCHED || !CLOCK.test(body)) return -1;
  for (let at = 0; at < body.length; at++) {
    const code = body.charCodeAt(at);
    if (!((code >= 48 && code <= 57) || (code >= 65 && code <= 90))) continue;
    const stamp = readTimeStamp(body, at);
    if (stamp === null || !/\D[\d:]{5,8}/.test(stamp.time) || !/[-/ T]/.test(stamp.time)) continue;
    const before = BEFORE_TIME.exec(body.slice(0, at));
    return at - (before?.[0].length ?? 0);
  }
  return -1;
}

const PLACE_THEN_TEXT = /^( {3}(?:at|by) .*?\((?:[^()]*:\d+|in [^()]*)\))(.+)$/s;
const RECORD_THEN_TEXT = /^([\d,]+ .{1,200} in (?:new )?loss record [\d,]+ of [\d,]+)(\D.*)$/s;

/** Text without a time that follows the end of a frame or of a record's first line: `[report, rest]`, or null. */
export function splitBehindEnd(body: string): readonly [report: string, rest: string] | null {
  if (body.length > LONGEST_SEARCHED) return null;
  const match = RECORD_THEN_TEXT.exec(body) ?? PLACE_THEN_TEXT.exec(body);
  return match === null ? null : [match[1] as string, match[2] as string];
}

const PREFIX_MARK = /==|--|\*\*/;

/** Cuts a line before each report prefix that stands within it. */
export function splitAtPrefixes(text: string): string[] {
  if (!PREFIX_MARK.test(text)) return [text];
  const parts: string[] = [];
  let start = 0;
  for (
    let at = findInnerPrefix(text, parsePrefix(text)?.length ?? 1);
    at !== -1;
    at = findInnerPrefix(text, at + 1)
  ) {
    parts.push(text.slice(start, at));
    start = at;
  }
  parts.push(text.slice(start));
  return parts;
}

/** The beginning of a prefix that was torn: `==27`. */
const TORN_PREFIX = /^>{0,9}(?:=|==\d{0,10}|==\d{1,10}=)$/;
/** The end of a frame line whose beginning stands elsewhere. */
const FRAME_TAIL = /^\d{0,10}={0,2} {1,4}(?:at|by) 0x[0-9A-Fa-f]+: /;

export function isTornPrefix(text: string): boolean {
  return TORN_PREFIX.test(text);
}

export function isFrameTail(text: string): boolean {
  return FRAME_TAIL.test(text);
}

const EXCERPT = 80;

/** Enough of a line to know it by. */
export function excerpt(text: string): string {
  return text.length <= EXCERPT ? text : `${text.slice(0, EXCERPT)}…`;
}
