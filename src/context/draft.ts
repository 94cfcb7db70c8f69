import type { Stage } from '../cases/truth.js';
import type { Material } from '../evidence/material.js';
import type { LineRange } from '../log/document.js';
import type { SourcedLine } from './sourced-line.js';
import type { TokenCounter } from './tokens.js';

/** What a strategy gets to work with. */
export interface ChunkTask {
  readonly material: Material;
  /** Tokens that a chunk (or, where all go into one prompt, all chunks together) may take. */
  readonly budget: number;
  /** The budget is only what fits, and nobody asked to use it up. */
  readonly frugal: boolean;
  readonly counter: TokenCounter;
  /** Leave out addresses, repeated process prefixes and repeated stack tails. */
  readonly clean: boolean;
  /** The question that the chunks are for; null for all of them. */
  readonly stage: Stage | null;
  /** Applied to every line before it is counted. */
  readonly redact: (line: string) => string;
}

/** A chunk before it is counted and numbered. */
export interface ChunkDraft {
  /** Role of its log. */
  readonly log: string;
  readonly lines: LineRange;
  readonly records: readonly string[];
  /** Records whose whole stack can be read in it. */
  readonly stacks: readonly string[];
  readonly body: readonly SourcedLine[];
}
