import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Answer, completion, type SeenRequest, sendJson } from './test-server.js';

/** A request of a batch. */
export interface BatchedRequest {
  readonly custom_id: string;
  readonly url: string;
  readonly body: SeenRequest['body'];
}

/** What becomes of a request in a batch: an answer, a refusal, or nothing because the batch ended before. */
export type BatchedAnswer =
  | string
  | Answer
  | { readonly status: number; readonly body?: unknown }
  | 'expired';

/** How a batch goes. */
export interface BatchCourse {
  readonly answer: (request: BatchedRequest, index: number) => BatchedAnswer;
  /** How it ends: `completed` where absent. A batch that `failed` answers nothing. */
  readonly status?: 'completed' | 'failed' | 'expired' | 'cancelled';
  /** How often it is looked at before it has ended; 1 where absent. */
  readonly looks?: number;
  /** What becomes of the lines of its output before they are read. */
  readonly damage?: (lines: string[]) => string[];
}

interface ProviderBatch {
  readonly id: string;
  readonly metadata: unknown;
  readonly requests: readonly BatchedRequest[];
  readonly course: BatchCourse;
  looks: number;
}

/** What a provider of batches remembers, however often its server is started. */
export interface BatchProvider {
  readonly batches: readonly ProviderBatch[];
  /** Requests other than looks, as `METHOD path`, in the order in which they came. */
  readonly calls: readonly string[];
  handle(method: string, path: string, form: () => Promise<FormData>, json: () => unknown): Handled;
}

/** What the server answers; `hang up` closes the connection instead. */
type Handled = Promise<{ readonly status: number; readonly body: unknown } | 'hang up'>;

/**
 * A provider with `/v1/files` and `/v1/batches`.
 *
 * @param courseOf how the n-th batch goes, counted from 0
 * @param disturb what to do instead of what was asked, for the n-th call; null to do what was asked
 */
export function batchProvider(
  courseOf: (index: number) => BatchCourse,
  disturb: (call: string, index: number) => 'hang up after' | { readonly status: number } | null = () => null,
): BatchProvider {
  const files = new Map<string, string>();
  const batches: ProviderBatch[] = [];
  const calls: string[] = [];

  const made = async (method: string, path: string, form: () => Promise<FormData>, json: () => unknown) => {
    if (method === 'POST' && path === '/v1/files') {
      const id = `file-${files.size}`;
      files.set(id, await ((await form()).get('file') as File).text());
      return { id, object: 'file', purpose: 'batch' };
    }
    if (method === 'POST' && path === '/v1/batches') {
      const { input_file_id: input, metadata } = json() as { input_file_id: string; metadata: unknown };
      const requests = (files.get(input) ?? '')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
      const index = batches.length;
      const batch = { id: `batch_${index}`, metadata, requests, course: courseOf(index), looks: 0 };
      batches.push(batch);
      return toldOf(batch);
    }
    if (path.startsWith('/v1/batches?')) {
      return { object: 'list', data: batches.toReversed().map(toldOf), has_more: false };
    }
    const batch = batches.find(({ id }) => path === `/v1/batches/${id}`);
    if (batch !== undefined) {
      batch.looks++;
      if (hasEnded(batch)) for (const [id, text] of outputOf(batch)) files.set(id, text);
      return toldOf(batch);
    }
    const [, file = ''] = /^\/v1\/files\/([^/]+)\/content$/.exec(path) ?? [];
    return files.get(file) ?? null;
  };

  return {
    batches,
    calls,
    async handle(method, path, form, json) {
      const call = `${method} ${path}`;
      const disturbed = /batch_\d+$/.test(path) ? null : disturb(call, calls.push(call) - 1);
      if (disturbed !== null && disturbed !== 'hang up after') {
        return { status: disturbed.status, body: { error: { message: `error ${disturbed.status}` } } };
      }
      const body = await made(method, path, form, json);
      if (disturbed === 'hang up after') return 'hang up';
      return body === null
        ? { status: 404, body: { error: { message: `no ${path}` } } }
        : { status: 200, body };
    },
  };
}

function hasEnded({ looks, course }: ProviderBatch): boolean {
  return looks >= (course.looks ?? 1);
}

function toldOf(batch: ProviderBatch): object {
  const { id, metadata, requests, course } = batch;
  const { status = 'completed' } = course;
  const ended = hasEnded(batch);
  const filed = ended && status !== 'failed';
  return {
    id,
    object: 'batch',
    endpoint: requests[0]?.url,
    metadata,
    status: ended ? status : 'in_progress',
    request_counts: { total: requests.length, completed: ended ? requests.length : 0, failed: 0 },
    errors: ended && status === 'failed' ? { data: [{ code: 'x', message: 'line 1 is no request' }] } : null,
    output_file_id: filed ? `out-${id}` : null,
    error_file_id: filed ? `err-${id}` : null,
  };
}

function* outputOf({ id, requests, course }: ProviderBatch): Generator<[string, string]> {
  const out: string[] = [];
  const failed: string[] = [];
  for (const [index, request] of requests.entries()) {
    const told = course.answer(request, index);
    const row = { id: `row-${index}`, custom_id: request.custom_id };
    if (told === 'expired') {
      const error = { code: `batch_${course.status ?? 'expired'}`, message: 'not in time' };
      failed.push(JSON.stringify({ ...row, response: null, error }));
    } else if (typeof told === 'object' && 'status' in told) {
      const { status: status_code, body = { error: { message: `error ${status_code}` } } } = told;
      failed.push(JSON.stringify({ ...row, response: { status_code, body }, error: null }));
    } else {
      const body = completion(typeof told === 'string' ? { text: told } : told);
      out.push(JSON.stringify({ ...row, response: { status_code: 200, body }, error: null }));
    }
  }
  yield [`out-${id}`, (course.damage?.(out) ?? out).map((line) => `${line}\n`).join('')];
  yield [`err-${id}`, failed.map((line) => `${line}\n`).join('')];
}

/** Puts a provider on the network. */
export async function startBatchServer(
  provider: BatchProvider,
): Promise<AsyncDisposable & { readonly url: string }> {
  const server = createServer(async (incoming, response) => {
    const parts: Buffer[] = [];
    for await (const part of incoming) parts.push(part as Buffer);
    const bytes = Buffer.concat(parts);
    const headers = { 'content-type': incoming.headers['content-type'] ?? '' };
    const told = await provider.handle(
      incoming.method ?? '',
      incoming.url ?? '',
      () => new Response(bytes, { headers }).formData(),
      () => JSON.parse(bytes.toString('utf8')),
    );
    if (told === 'hang up') incoming.socket.destroy();
    else sendText(response, told);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function sendText(response: ServerResponse, { status, body }: { status: number; body: unknown }): void {
  if (typeof body === 'string') {
    response.writeHead(status, { 'content-type': 'application/octet-stream' });
    response.end(body);
  } else {
    sendJson(response, body, status);
  }
}
