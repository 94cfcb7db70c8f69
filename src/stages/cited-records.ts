import {
  CitationContext,
  compoundNumber,
  ISSUE_KEY,
  isDigits,
  isRecordNumber,
  SOURCE_FILE,
} from './citation-context.js';
import { type Token, wordOf } from './citation-tokens.js';
import { EXCLUDING, HAN_EXCLUDING, HAN_TO, OTHER_LABEL, RECORD_LABEL, TO } from './citation-words.js';

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

/** What becomes of a record that is read: it is cited, taken out of what is cited, or passed over. */
type Use = 'cite' | 'exclude' | 'skip';

interface RangeEnd {
  readonly value: number;
  readonly next: number;
}

/** Reads numbers as record ids, one after the other, from a token list. */
export class RecordReader {
  readonly tokens: readonly Token[];
  private readonly isKnown: ((id: string) => boolean) | undefined;
  private readonly named: ReadonlySet<string> | undefined;
  private readonly context: CitationContext;
  private readonly ids = new Set<string>();
  private readonly excluded = new Set<string>();
  /** How many records the ranges so far stand for. */
  private expanded = 0;
  private readonly forgiven = new Set<string>();

  constructor(tokens: readonly Token[], hints: RecordHints = {}) {
    this.tokens = tokens;
    this.context = new CitationContext(tokens);
    this.isKnown = hints.isKnown;
    this.named = hints.named;
  }

  get result(): CitedRecords {
    return { ids: [...this.ids].filter((id) => !this.excluded.has(id)), forgiven: [...this.forgiven] };
  }

  /** Reads a whole region in which a bare number is a record: what stands between the brackets of a conclusion. */
  readAll(): void {
    let excluding = false;
    let otherLabel: 'list' | 'one' | null = null;
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
      const role = this.context.roleAt(index);
      if (role !== null) {
        prefix = role;
        index += 2;
        continue;
      }
      if (!isDigits(token)) {
        if (!this.context.isRangeSign(index) && !(otherLabel === 'list' && this.context.joins(index)))
          otherLabel = null;
        index++;
        continue;
      }
      if (this.context.isArgument(index)) {
        index++;
        continue;
      }
      if (this.context.isEnumerator(index, enumerator)) {
        enumerator++;
        index++;
        continue;
      }
      otherLabel = this.context.otherLabel(index - 1) ?? otherLabel;
      const use = otherLabel !== null ? 'skip' : excluding ? 'exclude' : 'cite';
      const next = this.readOne(index, { use, prefix });
      index = next === index ? index + 1 : next;
    }
  }

  /** Reads a list that begins at `index` and stops where it is no list any more. Answers the index after it. */
  readList(index: number): number {
    let at = index;
    for (;;) {
      const after = this.readOne(at, { use: 'cite', prefix: '' });
      if (after === at) return at;
      let next = this.context.skipAside(after);
      const from = next;
      while (this.context.joins(next) || this.context.isListFiller(next)) next++;
      if (next === from || !this.context.isNumberLike(next)) return after;
      at = next;
    }
  }

  /** Reads one record or range at `index`; answers the index after it, or `index` itself when it is none. */
  private readOne(index: number, how: { use: Use; prefix: string }): number {
    const token = this.tokens[index];
    if (token === undefined) return index;
    if (token.kind === 'id') return this.readQualified(index, token, how.use);
    if (token.kind === 'word') return this.readCompound(index, token, how.use);
    if (token.kind !== 'number' || !isRecordNumber(token.text)) return index;
    const { value, next } = this.joinThousands(index);
    if (this.context.isAmount(index, next)) return index;
    const after = this.context.skipTotal(next);
    const end = this.rangeEnd(after);
    return this.use(how.use, how.prefix, value, after, end);
  }

  /** `QDR.01:351`, `2761:351`, `2761.2:351`; `record:351` is a label and a number. */
  private readQualified(index: number, token: Token, use: Use): number {
    const colon = token.text.lastIndexOf(':');
    const head = token.text.slice(0, colon);
    const digits = token.text.slice(colon + 1);
    const label = head.toLowerCase();
    const next = index + 1;
    if (this.context.isTimeOfDay(index)) return index;
    if (this.context.isSize(next)) {
      // `351:32 bytes`: the record, then its size.
      if (!/^\d+$/.test(head) || !isRecordNumber(head)) return index;
      return this.use(use, '', Number(head), next, null);
    }
    const otherwise = OTHER_LABEL.test(label) || SOURCE_FILE.test(head) || ISSUE_KEY.test(head);
    if (!isRecordNumber(digits) || (otherwise && this.isKnown?.(token.text) !== true)) return index;
    const prefix = RECORD_LABEL.test(label) ? '' : `${head}:`;
    const { value, next: behind } = this.joinThousands(index, `${head}:`);
    const after = this.context.skipTotal(behind);
    const end = this.rangeEnd(after, prefix);
    return this.use(use, prefix, value, after, end);
  }

  /** `record-351`, `LR_351`: a label and a number in one word. */
  private readCompound(index: number, token: Token, use: Use): number {
    const digits = compoundNumber(token);
    if (digits === null) return index;
    return this.use(use, '', Number(digits), index + 1, null);
  }

  /** Cites a record or a range, or takes it out again; answers the index after it. */
  private use(use: Use, prefix: string, value: number, after: number, end: RangeEnd | null): number {
    const isRange = end !== null && end.value > value;
    if (use === 'cite' && isRange) this.addRange(prefix, value, end.value);
    else if (use === 'cite') this.add(prefix, value);
    else if (use === 'exclude') {
      for (let out = value; out <= (isRange ? Math.min(end.value, value + RANGE_LIMIT) : value); out++) {
        this.excluded.add(`${prefix}${out}`);
      }
    }
    return isRange ? end.next : after;
  }

  private add(prefix: string, value: number): void {
    const bare = `${value}`;
    const id = `${prefix}${bare}`;
    // A role named beside a number that needs none: the shorter id is the record's own.
    this.ids.add(prefix !== '' && this.isKnown?.(id) === false && this.isKnown(bare) ? bare : id);
  }

  private addRange(prefix: string, low: number, high: number): void {
    this.expanded += high - low;
    if (high - low >= RANGE_LIMIT || this.expanded > 10 * RANGE_LIMIT) {
      this.forgiven.add('a range too wide to cite records');
      return;
    }
    this.forgiven.add('a range');
    const all = Array.from({ length: high - low + 1 }, (_, step) => low + step);
    const known = all.filter((value) => this.isKnown?.(`${prefix}${value}`) ?? true);
    for (const value of known.length === 0 ? all : known) this.add(prefix, value);
  }

  /** Thousands separators or a list: `1,204` can be either. docs/answers.md tells how it is decided. */
  private joinThousands(index: number, prefix = ''): { value: number; next: number } {
    const digits = (this.tokens[index] as Token).text.slice(prefix.length);
    const rest = this.context.thousandsAfter(index);
    if (digits.length > 3 || rest === null || !this.isThousands(index, digits, rest, prefix)) {
      return { value: Number(digits), next: index + 1 };
    }
    this.forgiven.add('thousands separators');
    return { value: Number(digits + rest), next: index + 3 };
  }

  private isThousands(index: number, first: string, rest: string, prefix: string): boolean {
    const next = index + 3;
    const joined = Number(first + rest);
    if (rest.startsWith('0')) return true;
    if (this.isKnown !== undefined) {
      const whole = this.isKnown(`${prefix}${joined}`);
      const split = this.isKnown(`${prefix}${first}`) && this.isKnown(rest);
      if (whole !== split) return whole;
    }
    if (this.context.isThousandsRange(index)) return true;
    if (wordOf(this.tokens[next]) === 'of' && this.tokens[next + 1]?.kind === 'number') return true;
    if (this.named?.has(`${prefix}${joined}`)) return true;
    const before = this.context.labelBefore(index);
    if (before === 'record' || before === '#') return true;
    if (this.context.spaced && first.length < 3) return true;
    return this.context.repeats(index);
  }

  /** The other end, if the record before `index` begins a range. */
  private rangeEnd(index: number, prefix = ''): RangeEnd | null {
    let at = index;
    const token = this.tokens[at];
    if (token === undefined || token.startsLine) return null;
    if (/^[-~…]$/.test(token.text) || TO.test(wordOf(token)) || HAN_TO.test(token.text)) at++;
    else if (token.text === '.' && this.tokens[at + 1]?.text === '.')
      at += this.tokens[at + 2]?.text === '.' ? 3 : 2;
    else return null;
    while (/^[#第]$/.test(this.tokens[at]?.text ?? '')) at++;
    const end = this.tokens[at];
    if (end?.kind === 'id' && prefix !== '' && end.text.startsWith(prefix)) {
      const digits = end.text.slice(prefix.length);
      return isRecordNumber(digits) ? { value: Number(digits), next: at + 1 } : null;
    }
    if (end?.kind !== 'number' || !isRecordNumber(end.text) || end.startsLine) return null;
    const { value, next } = this.joinThousands(at);
    return this.context.isUnit(next) ? null : { value, next: this.context.skipTotal(next) };
  }
}
