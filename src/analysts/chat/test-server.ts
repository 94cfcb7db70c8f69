import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as it came over the wire. */
export interface SeenRequest {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: {
    model?: string;
    messages?: { role: string; content: string }[];
    stream?: boolean;
    [field: string]: unknown;
  };
}

/** What the server does with a chat completion. A string is short for a well-behaved answer of that text. */
export type Behaviour =
  | string
  | {
      readonly text: string | null;
      readonly refusal?: string;
      readonly finishReason?: string | null;
      readonly usage?: unknown;
      /** Look-ups that the model asks for. */
      readonly calls?: readonly { readonly name: string; readonly args: unknown }[];
      /** Further choices, as if the server had answered twice. */
      readonly choices?: number;
      readonly headers?: Record<string, string>;
    }
  /** A body that is a string is sent as a page. */
  | { readonly status: number; readonly headers?: Record<string, string>; readonly body?: unknown }
  /** Sends this as it is, with status 200 and a JSON content type. */
  | { readonly raw: string }
  /** Never answers; sends headers and the first bytes, then nothing; closes the socket in the middle of the body. */
  | 'hang'
  | 'drip'
  | 'cut';

export interface TestServer extends AsyncDisposable {
  /** Base URL, as OPENAI_BASE_URL takes it. */
  readonly url: string;
  /** Chat completions in the order in which they arrived. */
  readonly requests: SeenRequest[];
  /** The most requests that were under way at once. */
  readonly peak: number;
}

/** A server that speaks `/v1/chat/completions` (streaming or not) and `/v1/models` on this machine. */
export async function startTestServer(
  behave: (request: SeenRequest, index: number) => Behaviour | Promise<Behaviour>,
): Promise<TestServer> {
  const requests: SeenRequest[] = [];
  let underWay = 0;
  let peak = 0;
  const server = createServer(async (incoming, response) => {
    const parts: Buffer[] = [];
    for await (const part of incoming) parts.push(part as Buffer);
    if (incoming.url === '/v1/models') {
      return sendJson(response, { object: 'list', data: [{ id: 'test-model', object: 'model' }] });
    }
    if (incoming.url !== '/v1/chat/completions') {
      return sendJson(response, { error: { message: `no route ${incoming.url}` } }, 404);
    }
    const body = JSON.parse(Buffer.concat(parts).toString('utf8'));
    const request = { path: incoming.url, headers: incoming.headers, body };
    const index = requests.push(request) - 1;
    underWay++;
    peak = Math.max(peak, underWay);
    response.once('close', () => underWay--);
    perform(await behave(request, index), response, body.stream === true);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    requests,
    get peak() {
      return peak;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function perform(behaviour: Behaviour, response: ServerResponse, stream: boolean): void {
  if (behaviour === 'hang') return;
  if (behaviour === 'drip' || behaviour === 'cut') {
    const whole = JSON.stringify(completion({ text: 'half of it' }));
    const headers = stream
      ? { 'content-type': 'text/event-stream' }
      : { 'content-type': 'application/json', 'content-length': `${whole.length}` };
    response.writeHead(200, headers);
    response.write(stream ? event({ delta: { role: 'assistant', content: 'half' } }) : whole.slice(0, 40));
    if (behaviour === 'cut') setImmediate(() => response.destroy());
    return;
  }
  if (typeof behaviour === 'string') {
    answer({ text: behaviour }, response, stream);
  } else if ('raw' in behaviour) {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(behaviour.raw);
  } else if ('status' in behaviour && typeof behaviour.body === 'string') {
    response.writeHead(behaviour.status, { 'content-type': 'text/html', ...behaviour.headers });
    response.end(behaviour.body);
  } else if ('status' in behaviour) {
    const body = behaviour.body ?? { error: { message: `error ${behaviour.status}` } };
    sendJson(response, body, behaviour.status, behaviour.headers);
  } else {
    answer(behaviour, response, stream);
  }
}

/** A well-behaved answer. */
export type Answer = Extract<Behaviour, { text: string | null }>;

function answer(told: Answer, response: ServerResponse, stream: boolean): void {
  if (!stream) {
    sendJson(response, completion(told), 200, told.headers);
    return;
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const word of (told.text ?? '').split(/(?<= )/)) {
    response.write(event({ delta: { role: 'assistant', content: word } }));
  }
  for (const call of wireCalls(told.calls ?? [])) response.write(event({ delta: { tool_calls: [call] } }));
  response.write(event({ delta: {}, finish_reason: told.finishReason ?? 'stop' }));
  response.write(`data: ${JSON.stringify({ id: '1', choices: [], usage: told.usage ?? USAGE })}\n\n`);
  response.end('data: [DONE]\n\n');
}

const USAGE = { prompt_tokens: 100, completion_tokens: 10, total_tokens: 110 };

let callCount = 0;

function wireCalls(calls: NonNullable<Answer['calls']>): object[] {
  return calls.map(({ name, args }, index) => ({
    index,
    id: `call_${++callCount}`,
    type: 'function',
    function: { name, arguments: typeof args === 'string' ? args : JSON.stringify(args) },
  }));
}

/** The body of a chat completion. */
export function completion({
  text,
  refusal,
  finishReason = 'stop',
  usage = USAGE,
  choices = 1,
  calls,
}: Answer): unknown {
  const message = {
    role: 'assistant',
    content: text,
    refusal: refusal ?? null,
    ...(calls && { tool_calls: wireCalls(calls) }),
  };
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1,
    model: 'test-model',
    choices: Array.from({ length: choices }, (_, index) => ({ index, message, finish_reason: finishReason })),
    usage,
  };
}

function event(choice: object): string {
  return `data: ${JSON.stringify({ id: '1', object: 'chat.completion.chunk', choices: [{ index: 0, ...choice }] })}\n\n`;
}

/** Answers with JSON. */
export function sendJson(
  response: ServerResponse,
  body: unknown,
  status = 200,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}
