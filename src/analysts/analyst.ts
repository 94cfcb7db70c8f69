import type { Stage } from '../cases/truth.js';
import type { Material } from '../evidence/material.js';

/** Tokens as the provider counted them. */
export interface Usage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cachedTokens?: number;
  readonly reasoningTokens?: number;
}

/** How likely some groups are a leak, in the analyst's own opinion. */
export interface Belief {
  /** A record of each of them. */
  readonly records: readonly string[];
  /** Between 0 and 1. */
  readonly probability: number;
}

/** One answer in the analyst's own words. */
export interface Reply {
  readonly text: string;
  /** Absent for analysts that need no model. */
  readonly usage?: Usage;
  /** Why a model stopped, in the provider's word. */
  readonly finishReason?: string;
  /** The ids that the analyst got to see; absent when it saw all. */
  readonly shown?: readonly string[];
  /** What it thinks of each record, at the leak stage; absent for analysts that give no probability. */
  readonly beliefs?: readonly Belief[];
}

/** One sitting over one case: the stages are asked in order, and a conversation remembers what was said. */
export interface Session {
  /** Rejects with a `LeaktrailError` when the analyst cannot answer at all. */
  ask(stage: Stage, signal?: AbortSignal): Promise<Reply>;
}

/** Whoever answers: a chat model, the built-in rules, a baseline, a recorded transcript. */
export interface Analyst {
  readonly name: string;
  /** Same answer every time, no key, no network: answers are computed anew rather than kept. */
  readonly offline: boolean;
  open(material: Material): Promise<Session>;
}
