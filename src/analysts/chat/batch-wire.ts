import { AsyncLocalStorage } from 'node:async_hooks';
import { type Attempt, openModel } from './open-model.js';
import type { Access } from './providers.js';
import type { Redact } from './redact.js';
import type { ChatRequest } from './request.js';
import type { ChatSettings } from './settings.js';

/** A request as it goes over the wire. */
export interface WireRequest {
  /** Path below the server's base URL, as batches name it: `/v1/chat/completions`. */
  readonly endpoint: string;
  /** JSON. */
  readonly body: string;
}

/** An answer as it came over the wire. */
export interface WireAnswer {
  readonly status: number;
  /** JSON. */
  readonly body: string;
}

/** Writes requests and reads answers of a model that is not asked directly. */
export interface BatchWire {
  bodyOf(request: ChatRequest): Promise<WireRequest>;
  /** Rejects with a `ModelError` where the answer is none. */
  read(request: ChatRequest, answer: WireAnswer): ReturnType<Attempt>;
}

/**
 * The wire format of an OpenAI model: the very library that asks it directly writes the requests and reads the answers,
 * so that both ways ask and understand the same.
 */
export async function openBatchWire(
  access: Access,
  settings: ChatSettings,
  redact: Redact,
): Promise<BatchWire> {
  const transport = new AsyncLocalStorage<typeof fetch>();
  const viaTransport: typeof fetch = (input, init) => (transport.getStore() as typeof fetch)(input, init);
  const attempt = await openModel(access, { ...settings, streaming: false }, redact, viaTransport);
  return {
    async bodyOf(request) {
      let captured: WireRequest | null = null;
      const capture: typeof fetch = async (input, init) => {
        captured = { endpoint: endpointOf(String(input)), body: String(init?.body) };
        throw new Error('written and not sent');
      };
      await transport
        .run(capture, () => attempt(request))
        .catch((error) => {
          if (captured === null) throw error;
        });
      return captured as unknown as WireRequest;
    },
    read: (request, { status, body }) =>
      transport.run(
        async () => new Response(body, { status, headers: { 'content-type': 'application/json' } }),
        () => attempt(request),
      ),
  };
}

function endpointOf(url: string): string {
  const { pathname } = new URL(url);
  return pathname.endsWith('/responses') ? '/v1/responses' : '/v1/chat/completions';
}
