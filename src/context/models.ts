import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { LeaktrailError } from '../error.js';
import { packageRoot } from '../package-root.js';
import { estimatingCounter } from './estimate.js';
import { type ModelPrice, priceSchema } from './prices.js';
import { ENCODINGS, loadCounter, type TokenCounter } from './tokens.js';

const limitsSchema = z
  .strictObject({
    /** The model's name without its provider; `*` stands for any characters. */
    model: z.string().min(1),
    /** Tokens that question and answer may take together. */
    context: z.number().int().positive(),
    /** Tokens of it that are kept for the answer, reasoning included. */
    output: z.number().int().positive(),
    /** Of its tokenizer; absent where the tokenizer is not public. */
    encoding: z.enum(ENCODINGS).optional(),
    /** What an estimate is multiplied by; only without an encoding. */
    margin: z.number().min(1).max(4).optional(),
  })
  .refine((limits) => limits.output < limits.context, 'output must be less than context')
  .refine((limits) => limits.encoding === undefined || limits.margin === undefined, {
    message: 'a model with an encoding is counted exactly and has no margin',
  });

/** What a model can take: a row of models.yaml. */
export type ModelLimits = z.infer<typeof limitsSchema>;

const tableSchema = z.strictObject({
  models: z.array(limitsSchema).default([]),
  prices: z.array(priceSchema).default([]),
});

/** Tokens of a prompt beside the log: instructions, question, earlier answers of a conversation. */
const PROMPT_ROOM = 4_000;

/**
 * The limits of a model. The first row that fits its name counts; rows of `own`, a file of the user's in the format
 * of models.yaml, come before those that leaktrail ships. The last row ships with `*` and fits every model.
 * Throws a `LeaktrailError` where the user's file cannot be read.
 */
export async function modelLimits(model: string, own?: string): Promise<ModelLimits> {
  const rows = (await readTables(own)).flatMap((table) => table.models);
  const name = model.slice(model.indexOf(':') + 1);
  const found = rows.find((row) => fits(row.model, name));
  if (found !== undefined) return { ...found, model: name };
  throw new LeaktrailError('usage', `no limits are known for the model ${JSON.stringify(name)}`);
}

/** What a model costs; null where neither the user's file nor leaktrail's tells. The first row that fits counts. */
export async function modelPrice(model: string, own?: string): Promise<ModelPrice | null> {
  const rows = (await readTables(own)).flatMap((table) => table.prices);
  const name = model.slice(model.indexOf(':') + 1);
  return rows.find((row) => row.models.some((pattern) => fits(pattern, name))) ?? null;
}

function readTables(own: string | undefined): Promise<z.infer<typeof tableSchema>[]> {
  const files = [...(own === undefined ? [] : [own]), path.join(packageRoot, 'models.yaml')];
  return Promise.all(files.map(readModelTable));
}

/** A file of models and prices. Throws a `LeaktrailError` with the place of the first mistake. */
export async function readModelTable(file: string): Promise<z.infer<typeof tableSchema>> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new LeaktrailError('input', 'the file of models cannot be read', { place: { file }, cause });
  }
  let value: unknown;
  try {
    value = parse(text);
  } catch (cause) {
    throw new LeaktrailError('input', 'the file of models is no YAML', { place: { file }, cause });
  }
  const table = tableSchema.safeParse(value);
  if (table.success) return table.data;
  const [issue] = table.error.issues;
  throw new LeaktrailError('input', `${issue?.path.join('.')}: ${issue?.message}`, {
    place: { file },
    hint: 'each entry under models has model, context, output, and encoding or margin',
  });
}

/** Tokens that a model leaves for the log. */
export function inputBudget(model: ModelLimits): number {
  const budget = model.context - model.output - PROMPT_ROOM;
  if (budget > 0) return budget;
  throw new LeaktrailError(
    'usage',
    `the model ${model.model} has no room for a log: ${model.context} tokens in all`,
  );
}

/** Counts a model's tokens: exactly where its encoding is public, else by a cautious estimate. */
export function counterFor(model: ModelLimits): Promise<TokenCounter> {
  return model.encoding === undefined ? estimatingCounter(model.margin) : loadCounter(model.encoding);
}

function fits(pattern: string, name: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 'i').test(name);
}
