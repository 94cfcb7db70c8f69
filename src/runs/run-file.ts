import { z } from 'zod';
import { STAGES, truthSchema } from '../cases/truth.js';
import { LEAK_KINDS } from '../log/document.js';

/**
 * The files of a run, `results/runs/NAME/`. Everything a table needs is in them: what was planned, what was answered,
 * and the right answers as they stood when the run was made.
 *
 * - `run.json`: the experiment and what it was carried out with (`runSchema`)
 * - `cases.jsonl`: one answer key a case (`answerKeySchema`)
 * - `replies.jsonl`: one line a request (`replyLineSchema`)
 * - `prompts.jsonl` and `texts.jsonl`, where a model was asked: what was sent (`promptLineSchema`, `textLineSchema`)
 *
 * - `batches.jsonl`, where a model was asked by batch: what was sent to wait for (`batchLineSchema`)
 *
 * Files of contestants that need no model hold no time, duration or path, so that a run made again is the same bytes.
 */
export const RUN_SCHEMA = 1;

const count = z.number().int().nonnegative();
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** One row of a comparison: an analyst with all its settings. */
const contestantSchema = z.strictObject({
  id: z.string().min(1),
  /** `rules`, a baseline, `transcript:NAME`, or `provider:model`. */
  analyst: z.string().min(1),
  /** Everything else that was set: strategy, protocol, prompts, temperature, seed. */
  settings: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  /** Only these cases were put to it, and only they are in its denominator; all of the run where absent. */
  cases: z.array(z.string()).optional(),
});
export type Contestant = z.infer<typeof contestantSchema>;

export const runSchema = z.strictObject({
  schema: z.literal(RUN_SCHEMA),
  name: z.string().min(1),
  /** Version of leaktrail. */
  version: z.string(),
  contestants: z.array(contestantSchema),
  cases: z.array(z.string()),
  repeats: count.min(1),
  /** Stages that were asked of every contestant, case and repeat: together they are the denominator. */
  stages: z.array(z.enum(STAGES)),
  /** Hash of each prompt file by `set/stage`. */
  prompts: z.record(z.string(), sha256),
  /** Hash of each log's text and of truth.json, by case. */
  hashes: z.record(z.string(), z.strictObject({ logs: z.array(sha256), truth: sha256 })),
  /** Names such as `<HOST-1>` stand for secrets in all that is stored; nothing that is stored tells what they stand for. */
  redacted: z.literal(true).optional(),
  /** Only for runs that ask a model. */
  git: z.string().optional(),
});
export type Run = z.infer<typeof runSchema>;

/** What the scorer must know of a case: the truth, and which records, groups and stacks there are to cite. */
export const answerKeySchema = z.strictObject({
  case: z.string(),
  title: z.string(),
  tags: z.array(z.string()),
  twinOf: z.string().optional(),
  /** The case that a variant was made of. */
  variantOf: z.string().optional(),
  truth: truthSchema,
  records: z.array(
    z.strictObject({
      id: z.string(),
      log: z.string(),
      pid: z.number().int().nullable(),
      check: count,
      number: count,
      kind: z.enum(LEAK_KINDS),
      bytes: count,
      blocks: count,
      /** Index into `stacks`. */
      group: count,
    }),
  ),
  /** Function names of each group's stack, innermost first, allocator included. */
  stacks: z.array(z.array(z.string())),
});
export type AnswerKey = z.infer<typeof answerKeySchema>;

const toolCallSchema = z.strictObject({
  id: z.string(),
  name: z.string(),
  args: z.record(z.string(), z.unknown()),
});

/**
 * One request and what came of it. A question that was planned and has no line yet counts as an error.
 * A question can have more than one line (asked again after an error): the last one holds, and `loadRun` gives that.
 */
export const replyLineSchema = z.strictObject({
  case: z.string(),
  contestant: z.string(),
  stage: z.enum(STAGES),
  /** 1-based. */
  repeat: count.min(1),
  /** 1-based where a stage takes several requests, such as one a chunk; 0 for the reply that answers the stage. */
  chunk: count,
  /** Hash of what was sent; absent for analysts that get no prompt. */
  prompt: sha256.optional(),
  text: z.string().nullable(),
  error: z.strictObject({ kind: z.string(), message: z.string() }).nullable(),
  /** Ids that the analyst was shown; absent when it saw all. */
  shown: z.array(z.string()).optional(),
  /** How likely groups are a leak in the analyst's opinion, a record of each, at the leak stage. */
  beliefs: z
    .array(z.strictObject({ records: z.array(z.string()), probability: z.number().min(0).max(1) }))
    .optional(),
  /** Lines that the reply quotes as the log's, and how many of them really stand in it. */
  quotes: z.strictObject({ quoted: count, found: count }).optional(),
  usage: z
    .strictObject({
      inputTokens: count,
      outputTokens: count,
      cachedTokens: count.optional(),
      reasoningTokens: count.optional(),
    })
    .optional(),
  finishReason: z.string().optional(),
  /** Look-ups that the model asked for instead of answering (protocol `tools`). */
  calls: z.array(toolCallSchema).optional(),
  latencyMs: z.number().nonnegative().optional(),
  attempts: count.optional(),
  /** The provider's id of the batch that it was asked in; absent for a question that was asked by itself. */
  batch: z.string().optional(),
  /** US dollars; null when the price is not known. Absent for analysts that cost nothing. */
  cost: z.number().nonnegative().nullable().optional(),
});
export type ReplyLine = z.infer<typeof replyLineSchema>;

/** What was sent, by its hash: the messages in order, their texts by hash. */
export const promptLineSchema = z.strictObject({
  prompt: sha256,
  messages: z.array(
    z.strictObject({
      role: z.enum(['user', 'assistant', 'tool']),
      text: sha256,
      calls: z.array(toolCallSchema).optional(),
      /** Of a tool's result: the id of the call. */
      call: z.string().optional(),
    }),
  ),
});

/** A text that was sent, once however often. */
export const textLineSchema = z.strictObject({ sha256, text: z.string() });

/**
 * A batch of requests at the provider. It is written down before it is sent (`sending`), once the provider knows it
 * (`sent`), and when all its answers are stored (`done`) or it turned out never to have arrived (`lost`).
 */
export const batchLineSchema = z.strictObject({
  /** Ours: also written into the batch, so that it is found again when its id did not come back. */
  tag: z.string().min(1),
  contestant: z.string().min(1),
  requests: count,
  state: z.enum(['sending', 'sent', 'done', 'lost']),
  /** The provider's id, once it is known. */
  batch: z.string().optional(),
});
export type BatchLine = z.infer<typeof batchLineSchema>;

/** A run as it lies on disk, read and checked. */
export interface StoredRun {
  readonly run: Run;
  readonly keys: readonly AnswerKey[];
  readonly replies: readonly ReplyLine[];
}
