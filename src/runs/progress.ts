import type { ReplyLine } from './run-file.js';

/** What happens while an experiment is carried out. */
export type RunEvent =
  /** Once, before the first question. `questions` counts stages over contestants, cases and repeats. */
  | {
      readonly kind: 'begin';
      readonly folder: string;
      readonly contestants: readonly { readonly id: string; readonly questions: number }[];
      readonly questions: number;
      /** Requests that may be under way at a time. */
      readonly concurrency: number;
    }
  /** A question has its reply or its error; `stored` when an earlier sitting asked it. */
  | { readonly kind: 'answered'; readonly line: ReplyLine; readonly stored: boolean }
  /** A chunk has its reply or its error; a question of several chunks has many of these before its `answered`. */
  | { readonly kind: 'chunk'; readonly line: ReplyLine; readonly stored: boolean }
  /** A request failed and is sent again after `waitMs`. */
  | {
      readonly kind: 'retry';
      readonly contestant: string;
      readonly reason: string;
      readonly waitMs: number;
    }
  /** How many requests may be under way at a model changed. */
  | { readonly kind: 'limit'; readonly contestant: string; readonly concurrency: number }
  /** How a batch stands at the provider; looked at again after `pollMs`, which is 0 when it has ended. */
  | {
      readonly kind: 'batch';
      readonly contestant: string;
      readonly batch: string;
      readonly status: string;
      readonly done: number;
      readonly failed: number;
      readonly total: number;
      readonly pollMs: number;
    }
  /** Nothing more is asked of the contestant in this sitting. */
  | { readonly kind: 'stopped'; readonly contestant: string; readonly reason: string };

/** The same for whoever shows it: with each answer, whether its verdict is the right one. */
export type Progress =
  | Exclude<RunEvent, { readonly kind: 'answered' }>
  | (Extract<RunEvent, { readonly kind: 'answered' }> & { readonly right: boolean });
