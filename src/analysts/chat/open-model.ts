import type { AIMessage, BaseMessage } from '@langchain/core/messages';
import { z } from 'zod';
import { LeaktrailError } from '../../error.js';
import { answerSchema } from '../../stages/answer-schema.js';
import type { Usage } from '../analyst.js';
import { classify } from './classify.js';
import { joinStream, type MessagePart } from './join-stream.js';
import { TOOL_SPECS } from './log-tools.js';
import { ModelError } from './model-error.js';
import type { Access, Provider } from './providers.js';
import type { Redact } from './redact.js';
import type { ChatMessage, ChatReply, ChatRequest, ToolCall } from './request.js';
import type { ChatSettings } from './settings.js';

/** Sends a request once. Rejects with a `ModelError`. */
export type Attempt = (
  request: ChatRequest,
  signal?: AbortSignal,
) => Promise<Omit<ChatReply, 'latencyMs' | 'attempts'>>;

const DEFAULT_TIMEOUT_SECONDS = 600;

/** A message as LangChain takes it. */
interface WireMessage {
  readonly role: string;
  readonly content: string;
  readonly tool_calls?: readonly object[];
  readonly tool_call_id?: string;
}

function wireMessage(message: ChatMessage): WireMessage {
  const { role, text: content } = message;
  if (role === 'tool') return { role, content, tool_call_id: message.call };
  if (role === 'user' || message.calls === undefined) return { role, content };
  return { role, content, tool_calls: message.calls.map((call) => ({ ...call, type: 'tool_call' })) };
}

/** The part of a LangChain model that is used here. */
interface LangChainModel {
  generate(
    messages: WireMessage[][],
    options: { signal: AbortSignal; response_format?: unknown },
  ): Promise<{ generations: { message: BaseMessage }[][] }>;
  stream(
    messages: WireMessage[],
    options: { signal: AbortSignal; response_format?: unknown },
  ): Promise<AsyncIterable<MessagePart>>;
}

/**
 * Loads a model through LangChain's `initChatModel`. Nothing is sent yet. Retries are the caller's.
 * Throws a `LeaktrailError` of code `usage` when the provider's package is not installed, or cannot do what is set.
 *
 * @param fetchOne how requests go over the wire; the providers whose packages cannot be told use their own way
 */
export async function openModel(
  access: Access,
  settings: ChatSettings,
  redact: Redact,
  fetchOne?: typeof fetch,
): Promise<Attempt> {
  const model = await load(access, settings, fetchOne);
  const timeout = (settings.timeout ?? DEFAULT_TIMEOUT_SECONDS) * 1000;
  return async (request, signal) => {
    const { redactor } = request;
    const clean = redactor === undefined ? redact : (text: string) => redactor.cover(redact(text));
    // Not AbortSignal.timeout: its timer would hold the request in memory until it fires.
    const given = new AbortController();
    const timer = setTimeout(() => given.abort('timeout'), timeout);
    const onAbort = () => given.abort('cancelled');
    signal?.addEventListener('abort', onAbort, { once: true });
    if (signal?.aborted) onAbort();
    const messages = request.messages.map(wireMessage);
    const options = {
      signal: given.signal,
      ...(request.structured && { response_format: formatOf(request) }),
      ...(request.tools && {
        tools: TOOL_SPECS,
        tool_choice: request.tools === 'open' ? 'auto' : 'none',
      }),
    };
    try {
      const message = await untilAborted(
        settings.streaming ? streamed(model, messages, options) : whole(model, messages, options),
        given.signal,
      );
      return readMessage(message, request, clean);
    } catch (error) {
      if (given.signal.reason === 'cancelled') throw new ModelError('cancelled', 'cancelled');
      if (given.signal.aborted) {
        throw new ModelError('timeout', `no complete reply within ${timeout / 1000} s`);
      }
      throw classify(error, clean);
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    }
  };
}

async function load(
  access: Access,
  settings: ChatSettings,
  fetchOne: typeof fetch | undefined,
): Promise<LangChainModel> {
  const { provider, model } = access;
  const fields = fieldsOf(access, settings, fetchOne);
  const { initChatModel } = await import('langchain/chat_models/universal');
  try {
    const name = `${provider.name}:${model}`;
    return (await initChatModel(name, { ...fields, maxRetries: 0 })) as unknown as LangChainModel;
  } catch (error) {
    if (/^Unable to import|Cannot find (?:package|module)/.test((error as Error).message)) {
      throw new LeaktrailError('usage', `${provider.name} needs the package ${provider.package}`, {
        hint: `npm install ${provider.package}`,
        cause: error,
      });
    }
    throw error;
  }
}

/** The libraries would print what a server says as it came, with whatever key or secret it says back. */
export const SILENT = { logLevel: 'off' } as const;

/** Constructor fields of the provider's model class. */
function fieldsOf(
  { provider, model, key, baseUrl }: Access,
  settings: ChatSettings,
  fetchOne: typeof fetch | undefined,
): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  const kwargs: Record<string, unknown> = {};
  for (const setting of ['temperature', 'topP', 'seed', 'maxOutput'] as const) {
    const value = settings[setting];
    if (value === undefined) continue;
    const field = provider.fields[setting];
    if (field === undefined) throw cannotSet(provider, setting);
    if (field.startsWith('modelKwargs.')) kwargs[field.slice('modelKwargs.'.length)] = value;
    else fields[field] = value;
  }
  if (provider.name !== 'openai') {
    if (settings.reasoningEffort !== undefined) throw cannotSet(provider, 'reasoningEffort');
    if (settings.answers === 'schema') throw cannotSet(provider, 'answers: schema');
    if (settings.protocol === 'tools') throw cannotSet(provider, 'protocol: tools');
    const anthropic = provider.name === 'anthropic';
    return {
      ...fields,
      ...(key && { apiKey: key }),
      ...(baseUrl && { [anthropic ? 'anthropicApiUrl' : 'baseUrl']: baseUrl }),
      ...(anthropic && { clientOptions: { ...SILENT, ...(fetchOne && { fetch: fetchOne }) } }),
    };
  }
  if (settings.reasoningEffort !== undefined) {
    // LangChain sends the effort only for names that it knows to reason; other servers' models have any name.
    if (/^(?:o\d|gpt-5)/.test(model)) fields.reasoning = { effort: settings.reasoningEffort };
    else kwargs.reasoning_effort = settings.reasoningEffort;
  }
  return {
    ...fields,
    modelKwargs: kwargs,
    // Servers without keys are sent one all the same, since the client library insists.
    apiKey: key ?? 'none',
    configuration: {
      ...SILENT,
      ...(baseUrl && { baseURL: baseUrl }),
      ...(fetchOne && { fetch: fetchOne }),
    },
    // The refusal stands only in the response as it came.
    __includeRawResponse: true,
  };
}

function cannotSet(provider: Provider, setting: string): LeaktrailError {
  return new LeaktrailError('usage', `${setting} cannot be set for ${provider.name}`, {
    hint: 'remove the setting from the contestant',
  });
}

/** A strict JSON schema of the stage's answer, as the OpenAI API takes it. */
function formatOf({ stage }: ChatRequest): unknown {
  const { $schema: _, ...schema } = z.toJSONSchema(answerSchema(stage));
  return { type: 'json_schema', json_schema: { name: stage.replace('-', '_'), strict: true, schema } };
}

async function whole(
  model: LangChainModel,
  messages: WireMessage[],
  options: { signal: AbortSignal },
): Promise<BaseMessage> {
  const { generations } = await model.generate([messages], options);
  const message = generations[0]?.[0]?.message;
  if (message === undefined) throw new ModelError('empty', 'the reply holds no answer (no choices)');
  return message;
}

async function streamed(
  model: LangChainModel,
  messages: WireMessage[],
  options: { signal: AbortSignal },
): Promise<BaseMessage> {
  const message = await joinStream(await model.stream(messages, options));
  if (message === null) throw new ModelError('empty', 'the reply holds no answer (no choices)');
  if (finishReasonOf(message) === undefined) {
    throw new ModelError('malformed', 'the reply ended before it was complete');
  }
  return message;
}

/** Rejects as soon as the signal is aborted, whether or not the library under it notices. */
async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let onAbort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

function readMessage(
  message: BaseMessage,
  request: ChatRequest,
  clean: Redact,
): Awaited<ReturnType<Attempt>> {
  const told = finishReasonOf(message);
  const finishReason = told === undefined ? undefined : clean(told);
  const refusal = refusalOf(message);
  const text = textOf(message);
  const calls = request.tools === 'open' ? callsOf(message, clean) : [];
  if (text === '' && refusal === null && finishReason === 'content_filter') {
    throw new ModelError('filtered', 'the provider filtered the answer (content_filter)');
  }
  if (text === '' && refusal === null && finishReason !== 'length' && calls.length === 0) {
    throw new ModelError('empty', `the reply holds no answer (finish reason ${finishReason ?? 'none'})`);
  }
  const usage = usageOf(message);
  const reason = refusal === null ? finishReason : 'refusal';
  return {
    text: clean(text === '' ? (refusal ?? '') : text),
    ...(usage && { usage }),
    ...(reason !== undefined && { finishReason: reason }),
    ...(calls.length > 0 && { calls }),
  };
}

/** Calls that LangChain could not read have their text as their only argument, which the tools then refuse. */
function callsOf(message: BaseMessage, clean: Redact): ToolCall[] {
  const { tool_calls: calls = [], invalid_tool_calls: invalid = [] } = message as AIMessage;
  const all = [...calls, ...invalid.map((call) => ({ ...call, args: { unreadable: call.args ?? '' } }))];
  return all.map(({ id, name, args }, index) => ({
    id: clean(id ?? `call-${index}`),
    name: clean(name ?? ''),
    args: cleanWithin(args ?? {}, clean) as ToolCall['args'],
  }));
}

/** A value of JSON with all its texts cleaned, those that are keys too. */
function cleanWithin(value: unknown, clean: Redact): unknown {
  if (typeof value === 'string') return clean(value);
  if (Array.isArray(value)) return value.map((element) => cleanWithin(element, clean));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [clean(key), cleanWithin(inner, clean)]),
  );
}

/** Only the text: reasoning, tool calls and whatever else a message may hold are left out. */
function textOf({ content }: BaseMessage): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) throw new ModelError('malformed', 'the reply holds no text');
  return content.map((part) => (typeof part?.text === 'string' ? part.text : '')).join('');
}

/** Each provider's library keeps the reason under a name of its own. */
function finishReasonOf(message: BaseMessage): string | undefined {
  const metadata: Record<string, unknown> = message.response_metadata;
  const reason =
    metadata.finish_reason ?? metadata.stop_reason ?? metadata.finishReason ?? metadata.done_reason;
  return typeof reason === 'string' ? reason : undefined;
}

function refusalOf({ additional_kwargs: kwargs }: BaseMessage): string | null {
  if (typeof kwargs.refusal === 'string') return kwargs.refusal;
  const raw = kwargs.__raw_response as { choices?: { message?: { refusal?: unknown } }[] } | undefined;
  const refusal = raw?.choices?.[0]?.message?.refusal;
  return typeof refusal === 'string' && refusal !== '' ? refusal : null;
}

/** What the provider counted; undefined where it counted nothing, or what it says cannot be. */
function usageOf(message: BaseMessage): Usage | undefined {
  const told = (message as { usage_metadata?: Record<string, unknown> }).usage_metadata;
  const inputTokens = count(told?.input_tokens);
  const outputTokens = told?.output_tokens === undefined ? 0 : count(told.output_tokens);
  if (inputTokens === undefined || outputTokens === undefined) return undefined;
  const cachedTokens = count((told?.input_token_details as { cache_read?: unknown })?.cache_read);
  const reasoningTokens = count((told?.output_token_details as { reasoning?: unknown })?.reasoning);
  return {
    inputTokens,
    outputTokens,
    ...(cachedTokens !== undefined && { cachedTokens }),
    ...(reasoningTokens !== undefined && { reasoningTokens }),
  };
}

function count(value: unknown): number | undefined {
  return Number.isSafeInteger(value) && (value as number) >= 0 ? (value as number) : undefined;
}
