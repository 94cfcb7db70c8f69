import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import OpenAI from 'openai';
import { z } from 'zod';
import { classify } from './classify.js';
import { ModelError } from './model-error.js';
import { SILENT } from './open-model.js';
import type { Access } from './providers.js';
import type { Redact } from './redact.js';

/** How a batch stands. */
export interface BatchState {
  readonly id: string;
  /** The provider's own word: `validating`, `in_progress`, `completed`, `expired`, `cancelled`, `failed` and others. */
  readonly status: string;
  /** Whether nothing more will come. */
  readonly ended: boolean;
  readonly total: number;
  readonly done: number;
  readonly failed: number;
  /** What the provider says against the batch as a whole; null where nothing. */
  readonly problem: string | null;
  /** Files with a line for each request: of those that were answered, and of those that failed. */
  readonly files: readonly string[];
}

/** One request of a batch that ended: the answer, or why there is none. */
export interface BatchRow {
  readonly customId: string;
  readonly answer: { readonly status: number; readonly body: string } | null;
  readonly error: { readonly code: string; readonly message: string } | null;
}

/** OpenAI's Batch API (developers.openai.com/api/docs/guides/batch). Everything rejects with a `ModelError`. */
export interface Batches {
  /**
   * Uploads a file of requests and makes a batch of it; gives back its id.
   *
   * @param tag by which `find` knows it again
   */
  submit(file: string, endpoint: string, tag: string): Promise<string>;
  /** The batch that was made with a tag; null where there is none among the account's last thousand. */
  find(tag: string): Promise<string | null>;
  look(id: string): Promise<BatchState>;
  /** Reads one of a batch's files. Lines that are none are left out. */
  rows(file: string, onRow: (row: BatchRow) => void): Promise<void>;
}

/** The one window that the API has. */
const WINDOW = '24h';
const TAG = 'leaktrail';
const ENDED: readonly string[] = ['completed', 'failed', 'expired', 'cancelled'];
/** The account's batches that are looked through for a tag, newest first. */
const LOOKED_THROUGH = 1000;

const rowSchema = z.object({
  custom_id: z.string(),
  response: z.object({ status_code: z.number().int().min(200).max(599), body: z.unknown() }).nullish(),
  error: z.object({ code: z.string().nullish(), message: z.string().nullish() }).nullish(),
});

export function openBatches({ key, baseUrl }: Access, redact: Redact): Batches {
  const client = new OpenAI({ ...SILENT, apiKey: key ?? 'none', baseURL: baseUrl, maxRetries: 0 });
  const told = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw classify(error, redact);
    }
  };
  return {
    submit: (file, endpoint, tag) =>
      told(async () => {
        const upload = await client.files.create({ file: createReadStream(file), purpose: 'batch' });
        const batch = await client.batches.create({
          input_file_id: upload.id,
          endpoint: endpoint as OpenAI.BatchCreateParams['endpoint'],
          completion_window: WINDOW,
          metadata: { [TAG]: tag },
        });
        return idOf(batch.id, redact);
      }),
    find: (tag) =>
      told(async () => {
        let seen = 0;
        for await (const batch of client.batches.list({ limit: 100 })) {
          if (batch.metadata?.[TAG] === tag) return idOf(batch.id, redact);
          if (++seen >= LOOKED_THROUGH) break;
        }
        return null;
      }),
    look: (id) => told(async () => stateOf(await client.batches.retrieve(id), redact)),
    rows: (file, onRow) =>
      told(async () => {
        const { body } = await client.files.content(file);
        if (body === null) return;
        const lines = createInterface({
          input: Readable.fromWeb(body as ReadableStream),
          crlfDelay: Infinity,
        });
        for await (const line of lines) {
          const row = readRow(line, redact);
          if (row !== null) onRow(row);
        }
      }),
  };
}

/** The id goes into an address and a file: nothing but what ids are made of, and no key. */
function idOf(id: unknown, redact: Redact): string {
  if (typeof id === 'string' && /^[\w.-]{1,200}$/.test(id) && redact(id) === id) return id;
  throw new ModelError('malformed', 'the server gave the batch no id');
}

function stateOf(batch: OpenAI.Batch, redact: Redact): BatchState {
  const [problem] = batch.errors?.data ?? [];
  const { total = 0, completed = 0, failed = 0 } = batch.request_counts ?? {};
  return {
    id: batch.id,
    status: redact(`${batch.status}`),
    ended: ENDED.includes(batch.status),
    total,
    done: completed,
    failed,
    problem: problem === undefined ? null : redact(problem.message ?? problem.code ?? 'no reason given'),
    files: [batch.output_file_id, batch.error_file_id].filter((id) => typeof id === 'string').filter(Boolean),
  };
}

function readRow(line: string, redact: Redact): BatchRow | null {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return null;
  }
  const row = rowSchema.safeParse(value);
  if (!row.success) return null;
  const { custom_id: customId, response, error } = row.data;
  return {
    customId,
    answer: response ? { status: response.status_code, body: JSON.stringify(response.body ?? null) } : null,
    error: error ? { code: error.code ?? '', message: redact(error.message ?? 'no reason given') } : null,
  };
}
