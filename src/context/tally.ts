import type { TokenCounter } from './tokens.js';

/** Lines that no cut divides are counted together up to this many, lest counting grow with their square. */
const LONGEST_SEGMENT = 64;

/** Counts the tokens of a growing list of lines without counting what came before again. */
export class Tally {
  readonly #counter: TokenCounter;
  #tokens = 0;
  /** The lines since the last place where the text can be cut, and their tokens, which `#tokens` includes. */
  #open: readonly string[] = [];
  #openTokens = 0;
  /** What `with` was asked last, because `add` often follows. */
  #askedLines: readonly string[] | null = null;
  #askedTokens = 0;

  constructor(counter: TokenCounter) {
    this.#counter = counter;
  }

  /** Tokens of all lines so far and these. */
  with(lines: readonly string[]): number {
    const tokens = this.#isCutBefore(lines)
      ? this.#tokens + this.#counter.countLines(lines)
      : this.#tokens - this.#openTokens + this.#counter.countLines([...this.#open, ...lines]);
    this.#askedLines = lines;
    this.#askedTokens = tokens;
    return tokens;
  }

  add(lines: readonly string[]): void {
    if (lines.length === 0) return;
    const tokens = this.#askedLines === lines ? this.#askedTokens : this.with(lines);
    const isCut = this.#isCutBefore(lines);
    if (isCut && lines.length === 1) {
      this.#open = lines;
      this.#openTokens = tokens - this.#tokens;
    } else {
      const all = isCut ? lines : [...this.#open, ...lines];
      let cut = all.length - 1;
      while (cut > 0 && !this.#counter.cutsBetween(all[cut - 1] as string, all[cut] as string)) cut--;
      this.#open = all.length - cut > LONGEST_SEGMENT ? [] : all.slice(Math.max(0, cut));
      this.#openTokens = this.#counter.countLines(this.#open);
    }
    this.#tokens = tokens;
    this.#askedLines = null;
  }

  #isCutBefore(lines: readonly string[]): boolean {
    const [last, first] = [this.#open.at(-1), lines[0]];
    return last === undefined || first === undefined || this.#counter.cutsBetween(last, first);
  }
}
