import { modelLimits } from '../context/models.js';
import { noRedactor, type Redactor } from '../context/redact.js';
import { redactorOf } from '../context/redactor-of.js';
import { LeaktrailError } from '../error.js';
import type { Material } from '../evidence/material.js';
import { loadPrompts, type PromptSet } from '../stages/prompts.js';
import type { Analyst } from './analyst.js';
import type { WireAnswer, WireRequest } from './chat/batch-wire.js';
import { type BriefingOptions, brief, briefForTools } from './chat/briefing.js';
import { type ChatSession, conversation } from './chat/conversation.js';
import { mapReduce, mergePrompt } from './chat/map-reduce.js';
import { openModel } from './chat/open-model.js';
import type { Batches } from './chat/openai-batches.js';
import { type Access, accessTo, type Environment, readEnvironment } from './chat/providers.js';
import { watchRateLimits } from './chat/rate-limits.js';
import { keyRedactor, type Redact, redactor } from './chat/redact.js';
import { redactedSession } from './chat/redacted-session.js';
import type { ChatReply, ChatRequest, Send } from './chat/request.js';
import { DEFAULT_RETRY, type RetryPolicy, type RetryWatch, withRetry } from './chat/retry.js';
import type { ChatSettings } from './chat/settings.js';
import { toolConversation, toolPrompt } from './chat/tool-conversation.js';

/** A chat model as an analyst. */
export interface ChatAnalyst extends Analyst {
  readonly offline: false;
  /** Hash of each prompt file that its messages are made from, by `set/name`. */
  readonly prompts: Readonly<Record<string, string>>;
  /** Sends one request, again where that is worth it. */
  readonly send: Send;
  /** Takes keys out of a text, before it is shown or stored. */
  readonly redact: Redact;
  /** Asks in batches instead; null where that was not asked for. */
  readonly batch: ChatBatch | null;
  /**
   * @param via how requests are sent; `send` where absent
   * @param redactor knows the secrets of the material, where the settings ask for redaction; found in it where absent
   */
  open(material: Material, via?: Send, redactor?: Redactor): Promise<ChatSession>;
}

/** A model that is asked in batches. */
export interface ChatBatch extends Batches {
  bodyOf(request: ChatRequest): Promise<WireRequest>;
  /** Rejects with a `ModelError` where the answer is none. */
  read(request: ChatRequest, answer: WireAnswer): Promise<Omit<ChatReply, 'latencyMs' | 'attempts'>>;
}

export interface ChatOptions {
  /** Whether the model will be asked in batches. */
  readonly batch?: boolean;
  /** Where keys and base URLs are looked up: the process's environment and `.env` where absent. */
  readonly environment?: Environment;
  readonly retry?: RetryPolicy;
  readonly watch?: RetryWatch;
  /** A file of model limits beside the package's own. */
  readonly models?: string;
  /** Called when the server's answers say that it wants no further request for so long. */
  readonly onRateLimit?: (waitMs: number) => void;
  /** Told the redactor of each session, where the settings ask for redaction. */
  readonly onRedactor?: (redactor: Redactor) => void;
}

/**
 * Makes an analyst of a chat model. Nothing is sent before its first question.
 * Throws a `LeaktrailError`: `auth` when the key is missing, `usage` when provider, package, prompt set or a setting is
 * not to be had.
 *
 * @param name `provider:model`
 */
export async function chatAnalyst(
  name: string,
  settings: ChatSettings = {},
  options: ChatOptions = {},
): Promise<ChatAnalyst> {
  const environment = options.environment ?? readEnvironment();
  const access = accessTo(name, settings, environment);
  const prompts = loadPrompts(settings.prompts);
  const keys = access.key === null ? [] : [access.key];
  const redact = redactor(environment, keys);
  const { onRateLimit } = options;
  const attempt = await openModel(
    access,
    settings,
    redact,
    onRateLimit && watchRateLimits(fetch, onRateLimit),
  );
  const send: Send = async (request, signal) => {
    let began = 0;
    const { value, attempts } = await withRetry(
      () => {
        began = performance.now();
        return attempt(request, signal);
      },
      options.retry ?? DEFAULT_RETRY,
      options.watch,
    );
    return { ...value, attempts, latencyMs: Math.round(performance.now() - began) };
  };
  const briefing = {
    model: await modelLimits(name, options.models),
    settings,
    prompts,
    redact: settings.redact === true ? keyRedactor(environment, keys) : redact,
  };
  const briefed = new WeakMap<Material, Promise<Briefed>>();
  return {
    name,
    offline: false,
    prompts: hashesOf(prompts, settings),
    send,
    redact,
    batch: options.batch === true ? await batchOf(access, settings, redact) : null,
    async open(material, via = send, known) {
      let ready = briefed.get(material);
      if (ready === undefined) {
        ready = makeReady(material, briefing, known);
        briefed.set(material, ready);
      }
      const { session, redactor } = await ready;
      // Each session finds names of its own, so that none depends on what was answered in another.
      const own = redactor.fork();
      if (settings.redact !== true) return session(via, own);
      options.onRedactor?.(own);
      return redactedSession((through) => session(through, own), own, via);
    },
  };
}

async function batchOf(access: Access, settings: ChatSettings, redact: Redact): Promise<ChatBatch> {
  const { provider, model } = access;
  if (provider.name !== 'openai') {
    throw new LeaktrailError('usage', `${provider.name}:${model} cannot be asked in batches`, {
      hint: 'only openai: has a batch API that leaktrail knows; leave --batch out',
    });
  }
  if (settings.protocol === 'tools') {
    throw new LeaktrailError(
      'usage',
      `${provider.name}:${model} with protocol tools cannot be asked in batches`,
      {
        hint: 'each look-up would take a batch of its own; leave --batch out, or choose another protocol',
      },
    );
  }
  const [{ openBatchWire }, { openBatches }] = await Promise.all([
    import('./chat/batch-wire.js'),
    import('./chat/openai-batches.js'),
  ]);
  const wire = await openBatchWire(access, settings, redact);
  return {
    ...openBatches(access, redact),
    bodyOf: wire.bodyOf,
    read: wire.read,
  };
}

/** A log ready for sessions, and who named the secrets in it. */
interface Briefed {
  readonly session: (via: Send, redactor: Redactor) => ChatSession;
  readonly redactor: Redactor;
}

async function makeReady(given: Material, options: BriefingOptions, known?: Redactor): Promise<Briefed> {
  const { protocol, redact } = options.settings;
  const redactor = redact === true ? (known ?? redactorOf(given, options.redact)).fork() : noRedactor;
  const material = { ...given, system: given.system && redactor.redact(given.system) };
  if (protocol === 'tools') {
    const ready = await briefForTools(material, options);
    return { redactor, session: (via, own) => toolConversation(material, { ...ready, redactor: own }, via) };
  }
  const ready = await brief(material, options, redactor);
  return { redactor, session: (via) => (protocol === 'map-reduce' ? mapReduce : conversation)(ready, via) };
}

function hashesOf({ name, questions, log }: PromptSet, { protocol }: ChatSettings): Record<string, string> {
  const hashes: Record<string, string> = {};
  for (const [stage, { hash }] of Object.entries(questions)) hashes[`${name}/${stage}`] = hash;
  hashes[`${name}/log`] = log.hash;
  if (protocol === 'map-reduce') hashes['default/merge'] = mergePrompt().hash;
  if (protocol === 'tools') hashes['default/tools'] = toolPrompt().hash;
  return hashes;
}
