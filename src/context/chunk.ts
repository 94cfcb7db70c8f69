import type { Stage } from '../cases/truth.js';
import { LeaktrailError } from '../error.js';
import type { Material } from '../evidence/material.js';
import type { LineRange } from '../log/document.js';
import type { ChunkDraft, ChunkTask } from './draft.js';
import { counterFor, inputBudget, type ModelLimits } from './models.js';
import { type Encoding, loadCounter, type TokenCounter } from './tokens.js';

/** How a log becomes chunks. */
export const STRATEGIES = ['whole', 'lines', 'records', 'digest', 'retrieve'] as const;
export type Strategy = (typeof STRATEGIES)[number];

/** A piece of a log that goes into one prompt. */
export interface Chunk {
  /** 0-based place among the chunks. */
  readonly index: number;
  /** Role of its log. */
  readonly log: string;
  /** First and last line of the log that it draws on. */
  readonly lines: LineRange;
  /** Ids of the loss records that it shows, each once. */
  readonly records: readonly string[];
  /** Of these, the ones whose whole stack can be read in it. */
  readonly stacks: readonly string[];
  /** Of `text`: exact, or more rather than less where the counter estimates. */
  readonly tokens: number;
  /** Its lines, each ended by a newline. */
  readonly text: string;
  /** For each line of `text` the line of the log that it came from, or null where it is ours. */
  readonly source: readonly (number | null)[];
}

export interface ChunkOptions {
  readonly strategy: Strategy;
  /**
   * Most tokens of a chunk; for `whole`, `digest` and `retrieve`, which fill one prompt, of all chunks together.
   * Where absent, what the model's context window leaves for input; where no model is given either, 100,000, which
   * the 128,000 tokens of most models hold together with questions and answers. A digest takes less by itself: about a
   * twentieth of the whole, or 8,000 tokens if that is more.
   */
  readonly budget?: number;
  /** Tokens of which encoding. The model's where absent, `o200k_base` where no model is given. */
  readonly encoding?: Encoding;
  readonly model?: ModelLimits;
  /** The question that the chunks are for, which `retrieve` searches by; all three where absent. */
  readonly stage?: Stage;
  /**
   * Leave out addresses, repeated process prefixes and repeated stack tails. By default on for the strategies that
   * know what a line is (`records`, `retrieve`) and off for `whole` and `lines`. A digest has none of them anyway.
   */
  readonly clean?: boolean;
  /** Applied to each line of the chunks before it is counted: see `makeRedactor`. */
  readonly redact?: (line: string) => string;
}

const DEFAULT_BUDGET = 100_000;

/** Counts the tokens of the chunks that are made with these options. */
export function chunkCounter({
  encoding,
  model,
}: Pick<ChunkOptions, 'encoding' | 'model'>): Promise<TokenCounter> {
  return encoding !== undefined || model === undefined
    ? loadCounter(encoding ?? 'o200k_base')
    : counterFor(model);
}

/**
 * Makes the chunks of a case's or user's logs. The same input makes the same chunks. No chunk exceeds the budget; a
 * budget that cannot hold the least that a strategy must say is a `LeaktrailError` that names the smallest one.
 */
export async function chunkMaterial(material: Material, options: ChunkOptions): Promise<Chunk[]> {
  const { strategy, model } = options;
  const counter = await chunkCounter(options);
  const budget = options.budget ?? (model === undefined ? DEFAULT_BUDGET : inputBudget(model));
  if (!Number.isInteger(budget) || budget < 1) {
    throw new LeaktrailError('usage', `a budget of ${budget} tokens is no positive whole number`);
  }
  const task: ChunkTask = {
    material,
    budget,
    frugal: options.budget === undefined,
    counter,
    clean: options.clean ?? (strategy === 'records' || strategy === 'retrieve'),
    stage: options.stage ?? null,
    redact: options.redact ?? ((line) => line),
  };
  const drafts = await draftsOf(strategy, task);
  return drafts.map((draft, index) => finish(draft, index, counter));
}

async function draftsOf(strategy: Strategy, task: ChunkTask): Promise<ChunkDraft[]> {
  switch (strategy) {
    case 'whole':
      return (await import('./whole.js')).whole(task);
    case 'lines':
      return (await import('./lines.js')).lineChunks(task);
    case 'records':
      return (await import('./records.js')).recordChunks(task);
    case 'digest':
      return (await import('./digest.js')).digest(task);
    case 'retrieve':
      return (await import('./retrieve.js')).retrieve(task);
  }
}

function finish(draft: ChunkDraft, index: number, counter: TokenCounter): Chunk {
  const texts = draft.body.map((line) => line.text);
  return {
    index,
    log: draft.log,
    lines: draft.lines,
    records: draft.records,
    stacks: draft.stacks,
    tokens: counter.countLines(texts),
    text: texts.length === 0 ? '' : `${texts.join('\n')}\n`,
    source: draft.body.map((line) => line.source),
  };
}
