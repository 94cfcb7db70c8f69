import { type Token, wordOf } from './citation-tokens.js';
import {
  AND,
  HAN_AND,
  HAN_OTHER_LABEL,
  HAN_RECORD_LABEL,
  HAN_TO,
  HAN_UNIT,
  OTHER_LABEL,
  RECORD_LABEL,
  TO,
  UNIT,
  WEAK_UNIT,
} from './citation-words.js';

const MARKUP = /^[*`"'_]$/;
/** Files, whose colon leads to a line number. */
export const SOURCE_FILE =
  /\.(?:c|cc|cpp|cxx|h|hh|hpp|hxx|py|rs|go|java|kt|js|ts|s|asm|log|txt|xml|json|out|so)$/i;
/** The key of an issue: no process is named so. */
export const ISSUE_KEY = /^[A-Z]{4,}-\d+$/;
const ROLE = /^(?=.*[\d.-])[a-z][\w.-]*$/i;

/** Words between a record and an amount that is not its own count. */
const VERB =
  /^(?:and|or|to|in|at|with|from|for|by|is|are|was|has|have|shows?|loses?|leaks?|lists?|holds?|over|via|the|each|every|both)$/;

/** What stands around the numbers of a citation. Places are indices into the tokens. */
export class CitationContext {
  readonly tokens: readonly Token[];
  /** Commas stand with spaces after them, so one without is no separator. */
  readonly spaced: boolean;
  private readonly arguments: ReadonlySet<number>;

  constructor(tokens: readonly Token[]) {
    this.tokens = tokens;
    this.arguments = argumentsOf(tokens);
    this.spaced = tokens.some((token, index) => {
      const next = tokens[index + 1];
      const before = tokens[index - 1];
      if (next === undefined || before === undefined) return false;
      if (/^[;、]$/.test(token.text)) return true;
      if (AND.test(wordOf(token)) || HAN_AND.test(token.text)) return isDigits(before) && isDigits(next);
      return token.text === ',' && next.start > token.end && isDigits(before);
    });
  }

  /** A number, a qualified id, or either behind a `#`. */
  isNumberLike(index: number): boolean {
    const token = this.tokens[index];
    return token !== undefined && isDigits(token);
  }

  /** The three digits behind a comma that follows at once, as in `1,204`; null where there are none. */
  thousandsAfter(index: number): string | null {
    const [number, comma, digits] = this.tokens.slice(index, index + 3);
    if (comma?.text !== ',' || digits?.kind !== 'number' || digits.text.length !== 3) return null;
    return comma.start === number?.end && digits.start === comma.end ? digits.text : null;
  }

  /** `1,204-1,206`: both ends of a range are written with separators. */
  isThousandsRange(index: number): boolean {
    const isPart = (at: number) => this.tokens[at]?.kind === 'number' && this.thousandsAfter(at) !== null;
    return (
      (this.isRangeSign(index + 3) && isPart(index + 4)) ||
      (this.isRangeSign(index - 1) && this.thousandsAfter(index - 4) !== null)
    );
  }

  /** A number of bytes or blocks ends before `index`. */
  isSize(index: number): boolean {
    return /^(?:bytes?|blocks?|[kmg]i?b)$/.test(wordOf(this.tokens[index]));
  }

  /** `at 12:34`. */
  isTimeOfDay(index: number): boolean {
    const text = this.tokens[index]?.text ?? '';
    return (
      /^\d{1,2}:\d{2}$/.test(text) &&
      /^(?:at|around|since|until|till|from|time|by|after|before)$/.test(wordOf(this.tokens[index - 1]))
    );
  }

  /** `f(12)`, `array<int, 42>`: the number stands in brackets that belong to a name. */
  isArgument(index: number): boolean {
    return this.arguments.has(index);
  }

  /** Without separators a part would stand twice in the run: `1,204,1,310` is two numbers. */
  repeats(index: number): boolean {
    let first = index;
    while (
      this.tokens[first - 1]?.text === ',' &&
      this.tokens[first - 2]?.kind === 'number' &&
      first > index - 40
    ) {
      if (this.tokens[first - 1]?.end !== this.tokens[first]?.start) break;
      first -= 2;
    }
    const run: string[] = [];
    for (let at = first; this.tokens[at]?.kind === 'number' && at < first + 80; at += 2) {
      run.push((this.tokens[at] as Token).text);
      if (this.tokens[at + 1]?.text !== ',' || this.tokens[at + 2]?.start !== this.tokens[at + 1]?.end) break;
    }
    const paired = run.length % 2 === 0 && run.every((part, at) => at % 2 === 0 || part.length === 3);
    return paired && new Set(run).size < run.length;
  }

  labelBefore(index: number): string {
    const token = this.tokens[this.skipMarkupBack(index - 1)];
    return token?.text === '#' ? '#' : wordOf(token);
  }

  /** The number counts or measures something, or is the number of something else. */
  isAmount(index: number, next: number): boolean {
    const token = this.tokens[index] as Token;
    const before = this.tokens[index - 1];
    if (before !== undefined && before.end === token.start) {
      if (/^[-+$@%./×]$/.test(before.text) && !this.isSeparatorSign(index - 1)) return true;
      if (
        before.text === '=' &&
        !/^(?:loss_?)?(?:record|index|id|number)(?:_?id)?s?$/.test(wordOf(this.tokens[index - 2]))
      )
        return true;
    }
    if (this.otherLabel(index - 1) !== null || this.isAmountField(index) || this.isYear(index)) return true;
    const isRecord = RECORD_LABEL.test(this.labelBefore(index));
    if (this.isUnit(next) && !(isRecord && WEAK_UNIT.test(wordOf(this.tokens[next])))) return true;
    // `1,064 (40 direct, 1,024 indirect) bytes`: the unit comes behind the aside.
    if (this.tokens[next]?.text === '(' && this.isUnit(this.skipAside(next)) && !isRecord) return true;
    const follower = this.tokens[next];
    if (this.isCount(next) || this.isLongAmount(index)) return true;
    // `32 and 8 bytes`: the unit comes after the last of them.
    const joined =
      /^(?:and|or|to)$/.test(wordOf(follower)) ||
      /^[-/]$/.test(follower?.text ?? '') ||
      HAN_TO.test(follower?.text ?? '');
    if (!joined || !this.isNumberLike(next + 1)) return false;
    return this.isUnit(next + 2) && !WEAK_UNIT.test(wordOf(this.tokens[next + 2]));
  }

  /** What follows a number makes it a count: `3 of the records`, `3 × 300`, `300 in record 15`, `2 possibly lost (20, 22)`. */
  private isCount(next: number): boolean {
    const follower = wordOf(this.tokens[next]);
    const second = this.tokens[next + 1];
    if (follower === 'of') return second?.kind === 'word' && !ROLE.test(second.text);
    if (follower === 'in') return RECORD_LABEL.test(wordOf(second));
    if (follower === 'x' || this.tokens[next]?.text === '×') return second?.kind === 'number';
    // `300 lost blocks`
    if (/^[a-z]{3,}$/.test(follower) && !VERB.test(follower) && this.isUnit(next + 1)) return true;
    if (!/^(?:definitely|indirectly|possibly|still)$/.test(follower)) return false;
    return (
      /^[(:]$/.test(this.tokens[next + 2]?.text ?? '') &&
      this.isNumberLike(next + 3) &&
      !this.isUnit(next + 4)
    );
  }

  /** `2,851,370 bytes`: the unit comes behind the last group of digits. */
  private isLongAmount(index: number): boolean {
    let last = index;
    while (last < index + 8 && this.thousandsAfter(last) !== null) last += 2;
    return last > index && this.isUnit(last + 1);
  }

  /** `blocks: 6`, but not `Valgrind log blocks: 351`. */
  private isAmountField(index: number): boolean {
    if (
      !/^[:=]$/.test(this.tokens[index - 1]?.text ?? '') ||
      !/^blocks?$/.test(wordOf(this.tokens[index - 2]))
    )
      return false;
    const before = this.tokens[index - 3];
    return before?.kind !== 'number' && !/^(?:log|loss|valgrind|leak|record|report)$/.test(wordOf(before));
  }

  /** `12:33:32 2014`. */
  private isYear(index: number): boolean {
    const before = this.tokens[index - 1];
    return (
      before?.kind === 'other' &&
      before.text.includes(':') &&
      /^(?:19|20)\d\d$/.test(this.tokens[index]?.text ?? '')
    );
  }

  isRangeSign(index: number): boolean {
    const token = this.tokens[index];
    return (
      token !== undefined &&
      (/^[-~….]$/.test(token.text) || TO.test(wordOf(token)) || HAN_TO.test(token.text))
    );
  }

  /** The sign stands between two records, or between a role and its record. */
  private isSeparatorSign(index: number): boolean {
    const before = this.tokens[index - 1];
    if (before === undefined) return false;
    return (
      isDigits(before) ||
      (this.tokens[index]?.text === '/' && before.kind === 'word' && ROLE.test(before.text))
    );
  }

  isUnit(index: number): boolean {
    const token = this.tokens[this.skipMarkup(index)];
    if (token === undefined) return false;
    const isBullet = token.text.length === 1 && this.tokens[index + 1]?.text === ')';
    if (token.kind === 'word') return UNIT.test(wordOf(token)) && !token.startsLine && !isBullet;
    if (token.kind === 'han') return HAN_UNIT.test(token.text) && !this.isOrdinal(index);
    return token.text === '%';
  }

  /** `第351条`: the 351st, not 351 of them. */
  isOrdinal(index: number): boolean {
    if (!/^[条号个处项]/.test(this.tokens[index]?.text ?? '')) return false;
    for (let at = index - 1; at > index - 12; at--) {
      if (this.tokens[at]?.text === '第') return true;
      if (!this.isNumberLike(at) && !this.joins(at) && !this.isRangeSign(at)) return false;
    }
    return false;
  }

  /** A label before a number that is no record's: of a whole list (`lines 12, 13`), or of one number (`line 12`). */
  otherLabel(index: number): 'list' | 'one' | null {
    let at = this.skipMarkupBack(index);
    const token = this.tokens[at];
    if (token?.text === '#' || token?.text === ':' || token?.text === '=') at = this.skipMarkupBack(at - 1);
    const label = this.tokens[at];
    if (label === undefined) return null;
    if (label.kind === 'word' && OTHER_LABEL.test(wordOf(label)))
      return wordOf(label).endsWith('s') ? 'list' : 'one';
    const isOther =
      label.kind === 'han' && HAN_OTHER_LABEL.test(label.text) && !HAN_RECORD_LABEL.test(label.text);
    return isOther ? 'one' : null;
  }

  /** `of 2,684`, as the report counts its records. */
  skipTotal(index: number): number {
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

  /** `1.` or `2)` at the beginning of a line, or `(1)` counting up: the numbering of a list. */
  isEnumerator(index: number, expected: number): boolean {
    const token = this.tokens[index] as Token;
    const next = this.tokens[index + 1];
    const content = this.tokens[index + 2];
    if (next === undefined || content === undefined || content.startsLine) return false;
    if (token.startsLine) return /^[.)]$/.test(next.text) && next.start === token.end;
    const opened = this.tokens[index - 1]?.text === '(' && next.text === ')';
    return opened && Number(token.text) === expected && content.text !== ',';
  }

  /** `QDR.01: 351, 352`: a role in front of its records. */
  roleAt(index: number): string | null {
    const token = this.tokens[index] as Token;
    const at = this.skipMarkup(index + 1);
    const colon = this.tokens[at];
    const first = this.tokens[this.skipMarkup(at + 1)];
    if (token.kind !== 'word' || colon?.text !== ':' || first === undefined) return null;
    if (!isDigits(first) && !/^[[{(<#]$/.test(first.text)) return null;
    if (
      !ROLE.test(token.text) ||
      ISSUE_KEY.test(token.text) ||
      SOURCE_FILE.test(token.text) ||
      compoundNumber(token) !== null
    )
      return null;
    return /record|log|block|index|loss|leak|line|byte|valgrind/i.test(token.text) ? null : `${token.text}:`;
  }

  joins(index: number): boolean {
    const token = this.tokens[index];
    if (token === undefined) return false;
    if (token.kind === 'sign') return /^[,;、&+/|]$/.test(token.text);
    return AND.test(wordOf(token)) || (token.kind === 'han' && HAN_AND.test(token.text));
  }

  isListFiller(index: number): boolean {
    const token = this.tokens[index];
    if (token === undefined) return false;
    if (token.kind === 'sign') return /^[#*`"'()[\]{}<>]$/.test(token.text);
    if (token.kind === 'han') return /^(?:号|条|第|记录|编号|索引|号记录|条记录)$/.test(token.text);
    return /^(?:records?|loss|no|index|number)$/.test(wordOf(token)) && !token.startsLine;
  }

  /** Behind a number: closing marks and an aside in brackets. */
  skipAside(index: number): number {
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

  skipMarkup(index: number): number {
    let at = index;
    while (at < index + 4 && MARKUP.test(this.tokens[at]?.text ?? '')) at++;
    return at;
  }

  skipMarkupBack(index: number): number {
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

/** A number, a qualified id, or a label and a number in one word. */
export function isDigits(token: Token): boolean {
  return (
    token.kind === 'number' ||
    token.kind === 'id' ||
    (token.kind === 'word' && compoundNumber(token) !== null)
  );
}

/** Digits that can number a record: no zero, no leading zeros, no more than seven. */
export function isRecordNumber(digits: string): boolean {
  return /^[1-9]\d{0,6}$/.test(digits);
}

/** Numbers in brackets that directly follow a name. */
function argumentsOf(tokens: readonly Token[]): Set<number> {
  const found = new Set<number>();
  const open: { closer: string; isCall: boolean }[] = [];
  let calls = 0;
  for (const [index, token] of tokens.entries()) {
    if (/^[(<]$/.test(token.text)) {
      const before = tokens[index - 1];
      const isCall =
        before?.end === token.start && before.kind === 'word' && !RECORD_LABEL.test(wordOf(before));
      open.push({ closer: token.text === '(' ? ')' : '>', isCall });
      if (isCall) calls++;
    } else if (open.at(-1)?.closer === token.text) {
      if (open.pop()?.isCall) calls--;
    } else if (calls > 0 && isDigits(token)) {
      found.add(index);
    }
  }
  return open.length === 0 ? found : new Set();
}
