import { type Token, wordOf } from './citation-tokens.js';
import {
  AND,
  EXCLUDING,
  HAN_AND,
  HAN_EXCLUDING,
  HAN_OTHER_LABEL,
  HAN_RECORD_LABEL,
  HAN_TO,
  HAN_UNIT,
  OTHER_LABEL,
  RECORD_LABEL,
  TO,
  UNIT,
} from './citation-words.js';

/** Records as cited, in order, and what had to be forgiven to read them. */
export interface CitedRecords {
  readonly ids: readonly string[];
  readonly forgiven: readonly string[];
}

/** What helps to decide between two readings of the same digits; it never adds a record. */
export interface RecordHints {
  /** Whether there is a record of that id in the logs. */
  readonly isKnown?: ((id: string) => boolean) | undefined;
  /** Ids that the reply names elsewhere. */
  readonly named?: ReadonlySet<string>;
}

/** A range of more records than this cites nothing: it names a whole report rather than records. */
export const RANGE_LIMIT = 500;

const MARKUP = /^[*`"'_~]$/;
const SOURCE_FILE =
  /\.(?:c|cc|cpp|cxx|h|hh|hpp|hxx|py|rs|go|java|kt|js|ts|s|asm|log|txt|xml|json|out|so|a)$/i;
const ROLE = /^(?=.*[\d.-])[a-z][\w.-]*$/i;

/** Reads numbers as record ids, one after the other, from a token list. */
export class RecordReader {
  readonly tokens: readonly Token[];
  private readonly isKnown: ((id: string) => boolean) | undefined;
  private readonly named: ReadonlySet<string> | undefined;
  /** Commas stand with spaces after them, so one without is no separator. */
  private readonly spaced: boolean;
  private readonly ids = new Set<string>();
  private readonly forgiven = new Set<string>();

  constructor(tokens: readonly Token[], hints: RecordHints = {}) {
    this.tokens = tokens;
    this.isKnown = hints.isKnown;
    this.named = hints.named;
    this.spaced = tokens.some((token, index) => {
      const next = tokens[index + 1];
      const before = tokens[index - 1];
      if (next === undefined || before === undefined) return false;
      if (/^[;、]$/.test(token.text)) return true;
      if (AND.test(wordOf(token)) || HAN_AND.test(token.text)) return isDigits(before) && isDigits(next);
      return token.text === ',' && next.start > token.end && isDigits(before);
    });
  }

  get result(): CitedRecords {
    return { ids: [...this.ids], forgiven: [...this.forgiven] };
  }

  /** Reads a whole region in which a bare number is a record: what stands between the brackets of a conclusion. */
  readAll(): void {
    let excluding = false;
    let otherLabel = false;
    let prefix = '';
    let enumerator = 1;
    for (let index = 0; index < this.tokens.length; ) {
      const token = this.tokens[index] as Token;
      if (EXCLUDING.test(wordOf(token)) || (token.kind === 'han' && HAN_EXCLUDING.test(token.text))) {
        excluding = true;
      } else if (/^[;.)]$/.test(token.text) || token.startsLine) {
        excluding = false;
      }
      if (token.startsLine || token.text === ';') prefix = '';
      const role = this.roleAt(index);
      if (role !== null) {
        prefix = role;
        index += 2;
        continue;
      }
      if (!isDigits(token)) {
        if (!this.joins(index)) otherLabel = this.isOtherLabel(index);
        index++;
        continue;
      }
      if (this.isEnumerator(index, enumerator)) {
        enumerator++;
        index++;
        continue;
      }
      const next = this.readOne(index, { keep: !excluding && !otherLabel, prefix });
      if (next === index) {
        index++;
      } else {
        index = next;
      }
    }
  }

  /** Reads a list that begins at `index` and stops where it is no list any more. Answers the index after it. */
  readList(index: number): number {
    let at = index;
    for (;;) {
      const after = this.readOne(at, { keep: true, prefix: '' });
      if (after === at) return at;
      let next = this.skipAside(after);
      const from = next;
      while (this.joins(next) || this.isListFiller(next)) next++;
      if (next === from || !this.isNumberLike(next)) return after;
      at = next;
    }
  }

  /** A number, a qualified id, or either behind a `#`. */
  isNumberLike(index: number): boolean {
    const token = this.tokens[index];
    return token !== undefined && isDigits(token);
  }

  /** Reads one record or range at `index`; answers the index after it, or `index` itself when it is none. */
  private readOne(index: number, how: { keep: boolean; prefix: string }): number {
    const token = this.tokens[index];
    if (token === undefined) return index;
    if (token.kind === 'id') return this.readQualified(index, token, how.keep);
    if (token.kind === 'word') return this.readCompound(index, token, how.keep);
    if (token.kind !== 'number' || !isRecordNumber(token.text)) return index;
    const { value, next } = this.joinThousands(index);
    if (this.isAmount(index, next)) return index;
    const after = this.skipTotal(next);
    const end = this.rangeEnd(after);
    if (!how.keep) return end?.next ?? after;
    if (end === null || end.value <= value) {
      this.add(how.prefix, value);
      return after;
    }
    this.addRange(how.prefix, value, end.value);
    return end.next;
  }

  /** `QDR.01:351`, `2761:351`, `2761.2:351`; `record:351` is a label and a number. */
  private readQualified(index: number, token: Token, keep: boolean): number {
    const colon = token.text.lastIndexOf(':');
    const head = token.text.slice(0, colon);
    const digits = token.text.slice(colon + 1);
    const label = head.toLowerCase();
    const next = index + 1;
    if (this.isUnit(next)) {
      // `351:32 bytes`: the record, then its size.
      if (!/^\d+$/.test(head) || !isRecordNumber(head)) return index;
      if (keep) this.add('', Number(head));
      return next;
    }
    if (!isRecordNumber(digits) || OTHER_LABEL.test(label) || SOURCE_FILE.test(head)) return index;
    const prefix = RECORD_LABEL.test(label) ? '' : `${head}:`;
    const value = Number(digits);
    const after = this.skipTotal(next);
    const end = this.rangeEnd(after, prefix);
    if (!keep) return end?.next ?? after;
    if (end === null || end.value <= value) {
      this.add(prefix, value);
      return after;
    }
    this.addRange(prefix, value, end.value);
    return end.next;
  }

  /** `record-351`, `LR_351`: a label and a number in one word. */
  private readCompound(index: number, token: Token, keep: boolean): number {
    const digits = compoundNumber(token);
    if (digits === null) return index;
    if (keep) this.add('', Number(digits));
    return index + 1;
  }

  private add(prefix: string, value: number): void {
    const bare = `${value}`;
    const id = `${prefix}${bare}`;
    // A role named beside a number that needs none: the shorter id is the record's own.
    const id_ = prefix !== '' && this.isKnown?.(id) === false && this.isKnown(bare) ? bare : id;
    this.ids.add(id_);
  }

  private addRange(prefix: string, low: number, high: number): void {
    if (high - low >= RANGE_LIMIT) {
      this.forgiven.add('a range too wide to cite records');
      return;
    }
    this.forgiven.add('a range');
    const all = Array.from({ length: high - low + 1 }, (_, step) => low + step);
    const known = all.filter((value) => this.isKnown?.(`${prefix}${value}`) ?? true);
    for (const value of known.length === 0 ? all : known) this.add(prefix, value);
  }

  /** Thousands separators or a list: `1,204` can be either. docs/answers.md tells how it is decided. */
  private joinThousands(index: number): { value: number; next: number } {
    const first = this.tokens[index] as Token;
    const parts = [first.text];
    let next = index + 1;
    while (first.text.length <= 3) {
      const comma = this.tokens[next];
      const digits = this.tokens[next + 1];
      const before = this.tokens[next - 1] as Token;
      if (comma?.text !== ',' || digits?.kind !== 'number' || digits.text.length !== 3) break;
      if (comma.start !== before.end || digits.start !== comma.end || parts.length === 2) break;
      parts.push(digits.text);
      next += 2;
    }
    const joined = Number(parts.join(''));
    if (parts.length === 1 || !this.isThousands(index, next, parts, joined)) {
      return { value: Number(first.text), next: index + 1 };
    }
    this.forgiven.add('thousands separators');
    return { value: joined, next };
  }

  private isThousands(index: number, next: number, parts: readonly string[], joined: number): boolean {
    if (parts.some((part, at) => at > 0 && part.startsWith('0'))) return true;
    if (this.isKnown !== undefined) {
      const whole = this.isKnown(`${joined}`);
      const split = parts.every((part) => this.isKnown?.(`${Number(part)}`));
      if (whole !== split) return whole;
    }
    if (wordOf(this.tokens[next]) === 'of' && this.tokens[next + 1]?.kind === 'number') return true;
    if (this.named?.has(`${joined}`)) return true;
    const before = this.labelBefore(index);
    if (before === 'record' || before === '#') return true;
    if (this.spaced) return true;
    return this.ids.has(parts[0] as string);
  }

  private labelBefore(index: number): string {
    const token = this.tokens[this.skipMarkupBack(index - 1)];
    return token?.text === '#' ? '#' : wordOf(token);
  }

  /** The number counts or measures something, or is the number of something else. */
  private isAmount(index: number, next: number): boolean {
    const token = this.tokens[index] as Token;
    const before = this.tokens[index - 1];
    if (before !== undefined && before.end === token.start) {
      if (/^[-+$@%./]$/.test(before.text) && !this.isSeparatorSign(index - 1)) return true;
      if (before.text === '=' && !RECORD_LABEL.test(wordOf(this.tokens[index - 2]))) return true;
    }
    if (this.isUnit(next) || this.isOtherLabel(index - 1)) return true;
    const follower = this.tokens[next];
    if (wordOf(follower) === 'of' && this.tokens[next + 1]?.kind !== 'number') return true;
    // `32 and 8 bytes`: the unit comes after the last of them.
    if (this.joins(next) && follower?.text !== ',' && this.isNumberLike(next + 1)) {
      return this.isUnit(next + 2) && !this.isUnitOfRecord(next + 2);
    }
    return false;
  }

  private isUnitOfRecord(index: number): boolean {
    return /^(?:leaks?|calls?|leaking)$/.test(wordOf(this.tokens[index]));
  }

  private isSeparatorSign(index: number): boolean {
    return this.tokens[index - 1] !== undefined && isDigits(this.tokens[index - 1] as Token);
  }

  private isUnit(index: number): boolean {
    const token = this.tokens[this.skipMarkup(index)];
    if (token === undefined) return false;
    if (token.kind === 'word') return UNIT.test(wordOf(token)) && !token.startsLine;
    if (token.kind === 'han') return HAN_UNIT.test(token.text) && !this.isOrdinal(index);
    return token.text === '%';
  }

  /** `第351条`: the 351st, not 351 of them. */
  private isOrdinal(index: number): boolean {
    const before = this.tokens[this.skipMarkupBack(this.skipMarkupBack(index - 1) - 1)];
    return (
      before?.kind === 'han' &&
      before.text.endsWith('第') &&
      /^[条号个处项]/.test(this.tokens[index]?.text ?? '')
    );
  }

  private isOtherLabel(index: number): boolean {
    let at = this.skipMarkupBack(index);
    const token = this.tokens[at];
    if (token?.text === '#' || token?.text === ':' || token?.text === '=') at = this.skipMarkupBack(at - 1);
    const label = this.tokens[at];
    if (label === undefined) return false;
    if (label.kind === 'word') return OTHER_LABEL.test(wordOf(label));
    return label.kind === 'han' && HAN_OTHER_LABEL.test(label.text) && !HAN_RECORD_LABEL.test(label.text);
  }

  /** `of 2,684`, as the report counts its records. */
  private skipTotal(index: number): number {
    let at = index;
    if (this.tokens[at]?.text === '/' && this.tokens[at + 2]?.text === ',') at++;
    else if (wordOf(this.tokens[at]) === 'of' && this.tokens[at + 1]?.kind === 'number') at++;
    else return index;
    at++;
    while (this.tokens[at]?.text === ',' && /^\d{3}$/.test(this.tokens[at + 1]?.text ?? '')) {
      if (this.tokens[at]?.end !== this.tokens[at + 1]?.start) break;
      at += 2;
    }
    return at;
  }

  private rangeEnd(index: number, prefix = ''): { value: number; next: number } | null {
    let at = index;
    const token = this.tokens[at];
    if (token === undefined || token.startsLine) return null;
    if (/^[-~…]$/.test(token.text) || TO.test(wordOf(token)) || HAN_TO.test(token.text)) at++;
    else if (token.text === '.' && this.tokens[at + 1]?.text === '.')
      at += this.tokens[at + 2]?.text === '.' ? 3 : 2;
    else return null;
    if (this.tokens[at]?.text === '#') at++;
    const end = this.tokens[at];
    if (end?.kind === 'id' && prefix !== '' && end.text.startsWith(prefix)) {
      const digits = end.text.slice(prefix.length);
      return isRecordNumber(digits) ? { value: Number(digits), next: at + 1 } : null;
    }
    if (end?.kind !== 'number' || !isRecordNumber(end.text) || end.startsLine) return null;
    const { value, next } = this.joinThousands(at);
    return this.isUnit(next) ? null : { value, next: this.skipTotal(next) };
  }

  /** `1.` or `2)` at the beginning of a line, or `(1)` counting up: the numbering of a list. */
  private isEnumerator(index: number, expected: number): boolean {
    const token = this.tokens[index] as Token;
    const next = this.tokens[index + 1];
    const content = this.tokens[index + 2];
    if (next === undefined || content === undefined || content.startsLine) return false;
    if (token.startsLine) return /^[.)]$/.test(next.text) && next.start === token.end;
    const opened = this.tokens[index - 1]?.text === '(' && next.text === ')';
    return opened && Number(token.text) === expected && content.text !== ',';
  }

  /** `QDR.01: 351, 352`: a role in front of its records. */
  private roleAt(index: number): string | null {
    const token = this.tokens[index] as Token;
    const colon = this.tokens[index + 1];
    const first = this.tokens[this.skipMarkup(index + 2)];
    if (token.kind !== 'word' || colon?.text !== ':' || first === undefined) return null;
    if (!isDigits(first) && !/^[[{(<#]$/.test(first.text)) return null;
    if (!ROLE.test(token.text) || SOURCE_FILE.test(token.text) || compoundNumber(token) !== null) return null;
    return /record|log|block|index|loss|leak|line|byte|valgrind/i.test(token.text) ? null : `${token.text}:`;
  }

  private joins(index: number): boolean {
    const token = this.tokens[index];
    if (token === undefined) return false;
    if (token.kind === 'sign') return /^[,;、&+/|]$/.test(token.text);
    return AND.test(wordOf(token)) || (token.kind === 'han' && HAN_AND.test(token.text));
  }

  private isListFiller(index: number): boolean {
    const token = this.tokens[index];
    if (token === undefined) return false;
    if (token.kind === 'sign') return /^[#*`"'()[\]{}<>]$/.test(token.text);
    if (token.kind === 'han') return /^(?:号|条|第|记录|编号|索引|号记录|条记录)$/.test(token.text);
    return /^(?:records?|loss|no|index|number)$/.test(wordOf(token)) && !token.startsLine;
  }

  /** Behind a number: closing marks and an aside in brackets. */
  private skipAside(index: number): number {
    let at = this.skipMarkup(index);
    while (/^[号条]?(?:记录)?$/.test(this.tokens[at]?.text ?? '-')) at++;
    if (this.tokens[at]?.text !== '(') return at;
    for (let end = at + 1; end < at + 60; end++) {
      const token = this.tokens[end];
      if (token === undefined || token.startsLine) return at;
      if (token.text === ')') return end + 1;
    }
    return at;
  }

  private skipMarkup(index: number): number {
    let at = index;
    while (at < index + 4 && MARKUP.test(this.tokens[at]?.text ?? '')) at++;
    return at;
  }

  private skipMarkupBack(index: number): number {
    let at = index;
    while (at > index - 4 && MARKUP.test(this.tokens[at]?.text ?? '')) at--;
    return at;
  }
}

/** The number in a word such as `record-351`; null for every other word. */
export function compoundNumber(token: Token): string | null {
  const digits = /^(?:loss[-_]?)?(?:record|rec|block|index|lr)s?[-_.]?(\d+)$/i.exec(token.text)?.[1];
  return digits !== undefined && isRecordNumber(digits) ? digits : null;
}

function isDigits(token: Token): boolean {
  return (
    token.kind === 'number' ||
    token.kind === 'id' ||
    (token.kind === 'word' && compoundNumber(token) !== null)
  );
}

function isRecordNumber(digits: string): boolean {
  return /^[1-9]\d{0,6}$/.test(digits);
}
