import type { TokenCounter } from './tokens.js';

/** Lines that no cut divides are counted together up to this many, lest counting grow with their square. */
const LONGEST_SEGMENT = 64;

/** Counts the tokens of a growing list of lines without counting what came before again. */
export class Tally {
  readonly #counter: TokenCounter;
  #closed = 0;
  /** The lines since the last cut. */
  #open: string[] = [];

  constructor(counter: TokenCounter) {
    this.#counter = counter;
  }

  /** Tokens of all lines so far and these. */
  with(lines: readonly string[]): number {
    return this.#closed + this.#counter.countLines([...this.#open, ...lines]);
  }

  add(lines: readonly string[]): void {
    const all = [...this.#open, ...lines];
    let cut = all.length - 1;
    while (cut > 0 && !this.#counter.cutsBetween(all[cut - 1] as string, all[cut] as string)) cut--;
    if (all.length - cut > LONGEST_SEGMENT) cut = all.length;
    if (cut <= 0) {
      this.#open = all;
      return;
    }
    this.#closed += this.#counter.countLines(all.slice(0, cut));
    this.#open = all.slice(cut);
  }
}
