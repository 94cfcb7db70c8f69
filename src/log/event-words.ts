/** A word of the program's own text. */
export const TEXT = 0;
/** A parameter by its look (a number, an id, a path, a value behind `=`): shown for as long as it never varies. */
const PARAMETER = 1;
/** An address, a UUID, a digest, a payload: never shown. */
export const MASKED = 2;
/** What stands before `=`: events with other keys are other events. */
const KEY = 3;
export type WordKind = typeof TEXT | typeof PARAMETER | typeof MASKED | typeof KEY;

/** Words beyond these count as one payload: they are arguments, and nobody reads a template of more. */
const MOST_WORDS = 60;
const LONGEST_WORD = 200;
const LONGEST_QUOTED_TEXT = 80;

const SPACE = 0;
const SEPARATOR = 1;
const JOINER = 2;
const LETTER = 3;
const HEX_LETTER = 4;
const DIGIT = 5;

/** Of each ASCII character, what it does in a word; all others are letters. */
const CLASSES = classify();

function classify(): Uint8Array {
  const classes = new Uint8Array(128).fill(SEPARATOR);
  for (let code = 0; code <= 32; code++) classes[code] = SPACE;
  for (let code = 48; code <= 57; code++) classes[code] = DIGIT;
  for (let code = 65; code <= 90; code++) {
    classes[code] = code <= 70 ? HEX_LETTER : LETTER;
    classes[code + 32] = classes[code] as number;
  }
  for (const joiner of '_.-+$@#%*~&!?\\^') classes[joiner.charCodeAt(0)] = JOINER;
  return classes;
}

const NEWLINE = 10;
const DOUBLE_QUOTE = 34;
const SINGLE_QUOTE = 39;
const DASH = 45;
const DOT = 46;
const SLASH = 47;
const ZERO = 48;
const EQUALS = 61;
const QUESTION_MARK = 63;
const EXCLAMATION_MARK = 33;
const X = 120;

const HASH_SEED = 0x811c9dc5;

/** Mixes a number into a hash (FNV-1a). */
export function mix(hash: number, value: number): number {
  return Math.imul(hash ^ value, 0x01000193);
}

/**
 * Finds the words of one message after another, as the template miner compares them.
 *
 * A word is a run of the characters that names and numbers are made of (`QDR.02`, `snd-settle-mode`, `127.0.0.1`),
 * an absolute path, or a quoted payload. Everything else separates words. One object serves all messages, so that
 * nothing is allocated for a message whose template is known already.
 */
export class WordScanner {
  count = 0;
  readonly starts = new Int32Array(MOST_WORDS + 1);
  readonly ends = new Int32Array(MOST_WORDS + 1);
  readonly kinds = new Uint8Array(MOST_WORDS + 1);
  /** Equal for messages whose separators and keys are equal, when any white space counts as one space. */
  form = 0;
  /** Equal for messages whose first `pathLength` words of text are equal. */
  path = 0;
  private readonly pathLength: number;
  private onPath = 0;
  private message = '';

  constructor(pathLength: number) {
    this.pathLength = pathLength;
  }

  /** Scans a message; indented lines below it (a stack trace) are no part of it. Linear in its length. */
  scan(message: string): void {
    this.message = message;
    this.count = 0;
    this.onPath = 0;
    this.form = HASH_SEED;
    this.path = HASH_SEED;
    const end = message.length;
    let closingQuote = -1;
    let at = 0;
    while (at < end) {
      const code = message.charCodeAt(at);
      const what = classOf(code);
      if (what === SPACE) {
        if (code === NEWLINE && classOf(message.charCodeAt(at + 1)) === SPACE) return;
        at++;
        while (at < end && classOf(message.charCodeAt(at)) === SPACE) at++;
        this.form = mix(this.form, SPACE);
      } else if (this.count === MOST_WORDS) {
        this.push(at, end, MASKED);
        return;
      } else if (what >= JOINER) {
        at = this.takeWord(at);
      } else if (code === SLASH && (at === 0 || classOf(message.charCodeAt(at - 1)) <= SEPARATOR)) {
        at = this.takePath(at);
      } else if (
        at !== closingQuote &&
        (code === DOUBLE_QUOTE || (code === SINGLE_QUOTE && this.opensQuote(at)))
      ) {
        this.form = mix(this.form, code);
        const close = message.indexOf(code === DOUBLE_QUOTE ? '"' : "'", at + 1);
        if (close === -1) {
          this.push(at + 1, end, MASKED);
          return;
        }
        at++;
        if (this.isName(at, close)) closingQuote = close;
        else at = this.takeQuoted(at, close);
      } else {
        this.form = mix(this.form, code);
        at++;
      }
    }
  }

  private push(start: number, end: number, kind: WordKind): void {
    const index = this.count++;
    this.starts[index] = start;
    this.ends[index] = end;
    this.kinds[index] = kind;
    this.form = mix(this.form, LETTER);
  }

  private takeWord(start: number): number {
    const { message } = this;
    let digits = 0;
    let hex = true;
    let hash = HASH_SEED;
    let end = start;
    for (; end < message.length; end++) {
      const code = message.charCodeAt(end);
      const what = classOf(code);
      if (what < JOINER) break;
      if (what === DIGIT) digits++;
      else if (what !== HEX_LETTER) hex = false;
      hash = mix(hash, code);
    }
    const next = end;
    while (end > start + 1 && endsSentence(message.charCodeAt(end - 1))) end--;
    const after = next < message.length ? message.charCodeAt(next) : NEWLINE;
    let kind: WordKind =
      digits > 0 || (start > 0 && message.charCodeAt(start - 1) === EQUALS) ? PARAMETER : TEXT;
    if (after === EQUALS && end === next) kind = KEY;
    else if (digits > 0 && this.isIdentifier(start, end, hex)) kind = MASKED;
    else if (end - start > LONGEST_WORD) kind = MASKED;
    if (kind === TEXT && this.onPath < this.pathLength) {
      this.onPath++;
      this.path = mix(this.path, hash);
    } else if (kind === KEY) this.form = mix(this.form, hash);
    this.push(start, end, kind);
    return this.passOver(end, next);
  }

  /** True for an address (`0x7fe0eb4b`), a digest (16 hexadecimal digits or more) and a UUID. */
  private isIdentifier(start: number, end: number, hex: boolean): boolean {
    const { message } = this;
    const length = end - start;
    if (message.charCodeAt(start) === ZERO && message.charCodeAt(start + 1) === X) return length > 6;
    if (hex) return length >= 16;
    return (
      length === 36 &&
      message.charCodeAt(start + 8) === DASH &&
      message.charCodeAt(start + 13) === DASH &&
      message.charCodeAt(start + 18) === DASH &&
      message.charCodeAt(start + 23) === DASH
    );
  }

  private takePath(start: number): number {
    const { message } = this;
    let end = start + 1;
    for (; end < message.length; end++) {
      const code = message.charCodeAt(end);
      const what = classOf(code);
      if (what === SPACE || (what === SEPARATOR && code !== SLASH && code !== EQUALS)) break;
    }
    const next = end;
    while (end > start + 1 && message.charCodeAt(end - 1) === DOT) end--;
    this.push(start, end, end - start > LONGEST_WORD ? MASKED : PARAMETER);
    return this.passOver(end, next);
  }

  /** Takes what stands behind a word and is no part of it, such as the dot at the end of a sentence. */
  private passOver(start: number, end: number): number {
    for (let at = start; at < end; at++) this.form = mix(this.form, this.message.charCodeAt(at));
    return end;
  }

  /** A quoted text that is no name: a parameter, or a payload when it is long or has escapes in it. */
  private takeQuoted(start: number, close: number): number {
    const { message } = this;
    const backslash = message.indexOf('\\', start);
    const payload = close - start > LONGEST_QUOTED_TEXT || (backslash !== -1 && backslash < close);
    this.push(start, close, payload ? MASKED : PARAMETER);
    this.form = mix(this.form, SINGLE_QUOTE);
    return close + 1;
  }

  /** An apostrophe opens a quotation where no word stands before it and another apostrophe follows, or behind `=`. */
  private opensQuote(at: number): boolean {
    const { message } = this;
    if (at === 0) return message.indexOf("'", 1) !== -1;
    const before = message.charCodeAt(at - 1);
    return before === EQUALS || (classOf(before) <= SEPARATOR && message.indexOf("'", at + 1) !== -1);
  }

  /** True for quoted text that words can be found in as well: a name without spaces, escapes and quotes. */
  private isName(start: number, end: number): boolean {
    if (end - start > LONGEST_QUOTED_TEXT) return false;
    for (let at = start; at < end; at++) {
      const code = this.message.charCodeAt(at);
      if (classOf(code) === SPACE || code === 92 || code === DOUBLE_QUOTE) return false;
    }
    return true;
  }
}

function classOf(code: number): number {
  return code < 128 ? (CLASSES[code] as number) : LETTER;
}

function endsSentence(code: number): boolean {
  return code === DOT || code === DASH || code === EXCLAMATION_MARK || code === QUESTION_MARK;
}
