import type { Mechanism, Verdict } from '../../cases/truth.js';
import type { Frame, LossRecord } from '../../log/document.js';
import type { Lifecycle } from './lifecycle.js';

/** The kinds of evidence that the analysis weighs. Each can be left out, to see what it is worth. */
export const EVIDENCE_KINDS = [
  /** Whose code lost the block: the program's, an interpreter's, a library's set-up. */
  'ownership',
  /** How the report classifies the block. */
  'kind',
  /** Records that somebody quoted out of a report, rather than all that it printed. */
  'excerpt',
  /** Functions that only hand memory on, found by how many different callers pass through them. */
  'wrappers',
  /** Pools that hold memory for reuse, found by the batches in which their blocks come. */
  'pools',
  /** Lost again and again, or a few times in the life of the process. */
  'repetition',
  /** Counts of lost blocks against counts of events. */
  'events',
  /** Indirectly lost blocks and the block that holds them. */
  'children',
  /** The same kind of object, lost for certain elsewhere. */
  'siblings',
  /** Invalid accesses that the tool reports in the same program. */
  'errors',
] as const;
export type EvidenceKind = (typeof EVIDENCE_KINDS)[number];

/** A line of a log, to be shown beside a finding. */
export interface Quote {
  /** The log's role. */
  readonly log: string;
  /** 1-based. */
  readonly line: number;
}

/** One thing that was found, and how much it says. */
export interface Finding {
  readonly kind: EvidenceKind;
  /** A sentence without its full stop. */
  readonly text: string;
  /** Log odds in nats: above zero speaks for a leak, below zero against it. */
  readonly weight: number;
  readonly quotes: readonly Quote[];
}

/** Loss records with the same stack, over all logs. */
export interface LeakGroup {
  readonly signature: string;
  readonly records: readonly LossRecord[];
  readonly blocks: number;
  readonly bytes: number;
  /** A library made the block at the program's call. */
  readonly byLibrary: boolean;
  /** The program's own calls, innermost first. */
  readonly own: readonly Frame[];
  /** The same by name, without functions that only hand memory on. Never empty for the program's own groups. */
  readonly chain: readonly string[];
}

/** What the groups of one suspicion have in common, and why it is believed or not. */
export interface Cause {
  /** Lost by themselves. */
  readonly roots: readonly LeakGroup[];
  /** Lost because a root was lost. */
  readonly children: readonly LeakGroup[];
  /** Roots whose stacks show the fault, for the root cause; the others are lost with them. */
  readonly telling: readonly LeakGroup[];
  readonly blocks: number;
  readonly bytes: number;
  readonly findings: readonly Finding[];
  readonly probability: number;
  readonly mechanism: Mechanism;
  /** Why this mechanism, and the lines that show it. */
  readonly mechanismReason: string;
  readonly mechanismQuotes: readonly Quote[];
  /** Functions to look at, the likeliest first. */
  readonly functions: readonly string[];
  /** What names say of how the object's life begins and should end. */
  readonly lifecycle: Lifecycle | null;
}

/** Groups that are no leak of the program, and why. */
export interface Rejection {
  readonly groups: readonly LeakGroup[];
  readonly reason: string;
  readonly findings: readonly Finding[];
  readonly probability: number;
}

/** Two processes that talk to each other, with the line that shows it. */
export interface ProcessLink {
  readonly processes: readonly [one: string, other: string];
  readonly quote: Quote;
}

/** One function calling another. */
export interface Call {
  readonly caller: string;
  readonly callee: string;
  /** A record whose stack holds both side by side. */
  readonly record: string;
}

/** All that was found in the logs of one material. */
export interface Analysis {
  readonly relationship: {
    readonly verdict: Verdict;
    readonly links: readonly ProcessLink[];
    readonly calls: readonly Call[];
  };
  readonly leak: { readonly verdict: Verdict; readonly reason: string };
  /** Believed, the strongest first. */
  readonly causes: readonly Cause[];
  readonly rejected: readonly Rejection[];
}

export interface AnalysisOptions {
  /** Kinds of evidence to leave out. */
  readonly without?: ReadonlySet<EvidenceKind>;
}
