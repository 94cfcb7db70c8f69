/**
 * The time stamp that opens an application's line: where it ends, and which moment it names.
 *
 * Forms: ISO 8601 and its relatives (`2026-11-22T09:34:08.238Z`, `2026-11-22 09:34:08,238 +0000`,
 * `2026/11/22 09:34:08`), ctime(3) with and without a year, RFC 3164 (`Nov 22 09:34:08`), redis
 * (`22 Nov 2026 09:34:08.238`), Common Log Format (`22/Nov/2026:09:34:08 +0000`), seconds since 1970, a time of day.
 */

export interface TimeStamp {
  /** As written. */
  readonly time: string;
  /** Milliseconds since 1970, read as UTC without a zone; null where the stamp has no date or no year. */
  readonly at: number | null;
  /** Where the stamp ends in the line. */
  readonly end: number;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

const ISO =
  /(\d{4})[-/](\d\d)[-/](\d\d)(?:T| {1,2})(\d\d):(\d\d)(?::(\d\d))?(?:[.,](\d{1,9}))?(?: ?(Z\b|UTC\b|GMT\b|[+-]\d\d:?\d\d\b))?/y;
const CTIME =
  /(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) ([A-Z][a-z]{2}) {1,2}(\d{1,2}) (\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?: [A-Z]{3,4}(?= \d{4}\b))?(?: (\d{4})\b)?/y;
const BSD = /([A-Z][a-z]{2}) {1,2}(\d{1,2}) (?:(\d{4}) )?(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?/y;
const DAY_FIRST =
  /(\d{1,2})[ /-]([A-Z][a-z]{2})[ /-](\d{4})[ :](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9}))?(?: ([+-]\d{4})\b)?/y;
const EPOCH = /\d{9,11}(?:\.\d{1,9})?(?=: |\s)/y;
const TIME_OF_DAY = /[012]\d:[0-5]\d:[0-6]\d(?:[.,]\d{1,9})?(?=[ \]:])/y;

const ZERO = 48;
const NINE = 57;

/** The time stamp at `from`, or null where none begins there. */
export function readTimeStamp(line: string, from: number): TimeStamp | null {
  const first = line.charCodeAt(from);
  if (first >= ZERO && first <= NINE) return readNumericStamp(line, from);
  if (line.charCodeAt(from + 3) !== 32) return null;
  return first >= 65 && first <= 90 ? (readCtime(line, from) ?? readBsd(line, from)) : null;
}

/** Stamps that begin with a digit differ in where their first separator stands. */
function readNumericStamp(line: string, from: number): TimeStamp | null {
  switch (line[from + 4]) {
    case '-':
    case '/':
      return readIso(line, from) ?? readDayFirst(line, from);
  }
  switch (line[from + 2]) {
    case ':':
      return stampWithoutDate(TIME_OF_DAY, line, from);
    case ' ':
    case '/':
    case '-':
      return readDayFirst(line, from);
  }
  if (line[from + 1] === ' ') return readDayFirst(line, from);
  EPOCH.lastIndex = from;
  if (!EPOCH.test(line)) return null;
  const time = line.slice(from, EPOCH.lastIndex);
  const [seconds, digits] = time.split('.');
  return { time, at: Number(seconds) * 1000 + fraction(digits), end: EPOCH.lastIndex };
}

/**
 * The lines of a busy second differ only behind it, so the last second read is kept: `secondText` is the stamp up
 * to the seconds, `secondAt` the moment it names in UTC. It saves time and changes no answer.
 */
let secondText = '';
let secondAt = 0;
const SECOND_LENGTH = 'yyyy-mm-dd hh:mm:ss'.length;

function readIso(line: string, from: number): TimeStamp | null {
  if (secondText !== '' && line.startsWith(secondText, from)) {
    const end = plainFractionEnd(line, from + SECOND_LENGTH);
    if (end !== -1) {
      const time = line.slice(from, end);
      return { time, at: secondAt + fraction(time.slice(SECOND_LENGTH + 1)), end };
    }
  }
  ISO.lastIndex = from;
  const match = ISO.exec(line);
  if (match === null) return null;
  const [time, year, month, day, hour, minute, second, digits, zone] = match;
  const at = moment(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second ?? 0),
  );
  if (at === null) return null;
  const isOfUsualLength = isDigit(time.charCodeAt('yyyy-mm-dd '.length));
  if (second !== undefined && isOfUsualLength) {
    secondText = time.slice(0, SECOND_LENGTH);
    secondAt = at;
  }
  return { time, at: at + fraction(digits) - zoneOffset(zone), end: from + time.length };
}

/** The end of a fraction (or of nothing) that no zone follows; -1 where a zone may follow. */
function plainFractionEnd(line: string, from: number): number {
  let end = from;
  const mark = line.charCodeAt(end);
  if (mark === 46 || mark === 44) {
    do end++;
    while (isDigit(line.charCodeAt(end)));
  }
  const next = line.charCodeAt(line.charCodeAt(end) === 32 ? end + 1 : end);
  const zoneMayFollow = next === 43 || next === 45 || next === 90 || next === 85 || next === 71;
  return zoneMayFollow || end === from + 1 || end > from + 10 ? -1 : end;
}

function readCtime(line: string, from: number): TimeStamp | null {
  CTIME.lastIndex = from;
  const match = CTIME.exec(line);
  if (match === null) return null;
  const [time, month, day, hour, minute, second, digits, year] = match;
  return dated(time, from, { year, month, day, hour, minute, second, digits });
}

function readBsd(line: string, from: number): TimeStamp | null {
  BSD.lastIndex = from;
  const match = BSD.exec(line);
  if (match === null) return null;
  const [time, month, day, year, hour, minute, second, digits] = match;
  return dated(time, from, { year, month, day, hour, minute, second, digits });
}

function readDayFirst(line: string, from: number): TimeStamp | null {
  DAY_FIRST.lastIndex = from;
  const match = DAY_FIRST.exec(line);
  if (match === null) return null;
  const [time, day, month, year, hour, minute, second, digits, zone] = match;
  return dated(time, from, { year, month, day, hour, minute, second, digits, zone });
}

type Field = string | undefined;

interface NamedMonth {
  readonly year: Field;
  readonly month: Field;
  readonly day: Field;
  readonly hour: Field;
  readonly minute: Field;
  readonly second: Field;
  readonly digits: Field;
  readonly zone?: Field;
}

/** A stamp whose month is a name; null where that is no month or the numbers are no time. */
function dated(time: string, from: number, fields: NamedMonth): TimeStamp | null {
  const month = MONTHS.indexOf(fields.month ?? '');
  const year = fields.year === undefined ? LEAP_YEAR : Number(fields.year);
  const second = moment(
    year,
    month,
    Number(fields.day),
    Number(fields.hour),
    Number(fields.minute),
    Number(fields.second),
  );
  if (second === null) return null;
  const at = fields.year === undefined ? null : second + fraction(fields.digits) - zoneOffset(fields.zone);
  return { time, at, end: from + time.length };
}

/** Stands in for a missing year when a day is checked, so that 29 February passes. */
const LEAP_YEAR = 2000;

function stampWithoutDate(form: RegExp, line: string, from: number): TimeStamp | null {
  form.lastIndex = from;
  if (!form.test(line)) return null;
  return { time: line.slice(from, form.lastIndex), at: null, end: form.lastIndex };
}

/** Null where the numbers name no moment (month 13, 25 o'clock); a leap second is one. */
function moment(
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
  second: number,
): number | null {
  if (month < 0 || month > 11 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 60) return null;
  return Date.UTC(year, month, day, hour, minute, second);
}

/** Milliseconds of the digits behind the decimal mark. */
function fraction(digits: string | undefined): number {
  return digits === undefined ? 0 : Number(digits.slice(0, 3).padEnd(3, '0'));
}

/** Milliseconds by which the zone is ahead of UTC. */
function zoneOffset(zone: string | undefined): number {
  const sign = zone?.[0];
  if (zone === undefined || (sign !== '+' && sign !== '-')) return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2));
  return (sign === '-' ? -minutes : minutes) * 60_000;
}

function isDigit(code: number): boolean {
  return code >= ZERO && code <= NINE;
}
