import type { Span } from '@opentelemetry/api';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import { ModelError } from '../analysts/chat/model-error.js';
import type { ChatReply, ChatRequest } from '../analysts/chat/request.js';
import { LeaktrailError } from '../error.js';
import { packageVersion } from '../package-root.js';
import type { Question } from './load-run.js';
import type { Contestant } from './run-file.js';

/** Writes down what is asked of models, as OpenTelemetry spans. */
export interface Trace {
  /** Sends a request inside of a span. */
  request(
    contestant: Contestant,
    question: Question,
    request: ChatRequest,
    send: () => Promise<ChatReply>,
  ): Promise<ChatReply>;
  /** Delivers what is left; gives back how many spans could not be delivered. */
  close(): Promise<number>;
}

/** The packages that are needed, none of which comes with leaktrail. */
const PACKAGES = [
  '@opentelemetry/api@1.9',
  '@opentelemetry/exporter-trace-otlp-http@0.223',
  '@opentelemetry/resources@2.12',
  '@opentelemetry/sdk-trace@2.12',
];

/** The names that OpenTelemetry has for providers where they are not ours. */
const PROVIDER_NAMES: { readonly [provider: string]: string } = { 'google-genai': 'gcp.gemini' };

/**
 * Opens the way to an OTLP endpoint over HTTP. Where and how is read from the process's environment, as OpenTelemetry
 * has it: `OTEL_EXPORTER_OTLP_ENDPOINT`, `OTEL_EXPORTER_OTLP_HEADERS` and so on.
 *
 * Spans follow the semantic conventions for generative AI (opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-spans).
 * They hold no text that was sent or answered, and no key.
 *
 * Throws a `LeaktrailError` of code `usage` where no endpoint is named or a package is missing.
 */
export async function openTrace(): Promise<Trace> {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: all, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: traces } = process.env;
  if (!all && !traces) {
    throw new LeaktrailError('usage', '--trace needs an OTLP endpoint, and none is named', {
      hint: 'set OTEL_EXPORTER_OTLP_ENDPOINT, such as http://localhost:4318',
    });
  }
  const { api, sdk, otlp, resources } = await load();
  const exporter = countingLosses(new otlp.OTLPTraceExporter());
  const provider = new sdk.TracerProvider({
    resource: resources.resourceFromAttributes({
      'service.name': 'leaktrail',
      'service.version': packageVersion(),
    }),
    spanProcessors: [new sdk.BatchSpanProcessor({ exporter })],
  });
  const tracer = provider.getTracer('leaktrail', packageVersion());
  return {
    async request(contestant, question, request, send) {
      const [, model = ''] = splitName(contestant.analyst);
      const span = tracer.startSpan(`chat ${model}`, {
        kind: api.SpanKind.CLIENT,
        root: true,
        attributes: attributesOf(contestant, question, request),
      });
      try {
        const reply = await send();
        describeReply(span, reply);
        return reply;
      } catch (error) {
        const type = error instanceof ModelError ? error.kind : '_OTHER';
        span.setAttribute('error.type', type);
        span.setStatus({ code: api.SpanStatusCode.ERROR });
        throw error;
      } finally {
        span.end();
      }
    },
    async close() {
      await provider.shutdown().catch(() => {});
      return exporter.lost;
    },
  };
}

async function load() {
  try {
    const [api, sdk, otlp, resources] = await Promise.all([
      import('@opentelemetry/api'),
      import('@opentelemetry/sdk-trace'),
      import('@opentelemetry/exporter-trace-otlp-http'),
      import('@opentelemetry/resources'),
    ]);
    return { api, sdk, otlp, resources };
  } catch (cause) {
    throw new LeaktrailError('usage', '--trace needs the packages of OpenTelemetry', {
      hint: `npm install ${PACKAGES.join(' ')}`,
      cause,
    });
  }
}

/** Delivery goes on in the background, where its failures would be told to nobody. */
function countingLosses(inner: SpanExporter): SpanExporter & { readonly lost: number } {
  let lost = 0;
  return {
    export(spans: ReadableSpan[], done: Parameters<SpanExporter['export']>[1]) {
      inner.export(spans, (result) => {
        if (result.code !== 0) lost += spans.length;
        done(result);
      });
    },
    shutdown: () => inner.shutdown(),
    get lost() {
      return lost;
    },
  };
}

function splitName(analyst: string): [provider: string, model: string] {
  const colon = analyst.indexOf(':');
  return [analyst.slice(0, colon), analyst.slice(colon + 1)];
}

function attributesOf(
  { id, analyst, settings }: Contestant,
  question: Question,
  { structured }: ChatRequest,
): Record<string, string | number> {
  const [provider, model] = splitName(analyst);
  const attributes: Record<string, string | number> = {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': PROVIDER_NAMES[provider] ?? provider,
    'gen_ai.request.model': model,
    'gen_ai.output.type': structured ? 'json' : 'text',
    'leaktrail.contestant': id,
    'leaktrail.case': question.case,
    'leaktrail.stage': question.stage,
    'leaktrail.repeat': question.repeat,
    'leaktrail.chunk': question.chunk,
  };
  const names = { temperature: 'temperature', topP: 'top_p', seed: 'seed', maxOutput: 'max_tokens' } as const;
  for (const [setting, name] of Object.entries(names)) {
    const value = settings[setting];
    if (typeof value === 'number') attributes[`gen_ai.request.${name}`] = value;
  }
  return attributes;
}

function describeReply(span: Span, { usage, finishReason, attempts }: ChatReply): void {
  span.setAttribute('leaktrail.attempts', attempts);
  if (finishReason !== undefined) span.setAttribute('gen_ai.response.finish_reasons', [finishReason]);
  if (usage === undefined) return;
  span.setAttribute('gen_ai.usage.input_tokens', usage.inputTokens);
  span.setAttribute('gen_ai.usage.output_tokens', usage.outputTokens);
  if (usage.cachedTokens !== undefined) {
    span.setAttribute('gen_ai.usage.cache_read.input_tokens', usage.cachedTokens);
  }
}
