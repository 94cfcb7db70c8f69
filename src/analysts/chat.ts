import { modelLimits } from '../context/models.js';
import type { Material } from '../evidence/material.js';
import { loadPrompts, type PromptSet } from '../stages/prompts.js';
import type { Analyst } from './analyst.js';
import { brief, briefForTools } from './chat/briefing.js';
import { type Briefing, type ChatSession, conversation } from './chat/conversation.js';
import { mapReduce, mergePrompt } from './chat/map-reduce.js';
import { openModel } from './chat/open-model.js';
import { accessTo, type Environment, readEnvironment } from './chat/providers.js';
import { type Redact, redactor } from './chat/redact.js';
import type { Send } from './chat/request.js';
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
  /** @param via how requests are sent; `send` where absent */
  open(material: Material, via?: Send): Promise<ChatSession>;
}

export interface ChatOptions {
  /** Where keys and base URLs are looked up: the process's environment and `.env` where absent. */
  readonly environment?: Environment;
  readonly retry?: RetryPolicy;
  readonly watch?: RetryWatch;
  /** A file of model limits beside the package's own. */
  readonly models?: string;
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
  const redact = redactor(environment, access.key === null ? [] : [access.key]);
  const attempt = await openModel(access, settings, redact);
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
  const briefing = { model: await modelLimits(name, options.models), settings, prompts, redact };
  const briefed = new WeakMap<Material, Promise<Briefing>>();
  return {
    name,
    offline: false,
    prompts: hashesOf(prompts, settings),
    send,
    redact,
    async open(material, via = send) {
      if (settings.protocol === 'tools') {
        return toolConversation(material, await briefForTools(material, briefing), via);
      }
      let ready = briefed.get(material);
      if (ready === undefined) {
        ready = brief(material, briefing);
        briefed.set(material, ready);
      }
      const protocol = settings.protocol === 'map-reduce' ? mapReduce : conversation;
      return protocol(await ready, via);
    },
  };
}

function hashesOf({ name, questions, log }: PromptSet, { protocol }: ChatSettings): Record<string, string> {
  const hashes: Record<string, string> = {};
  for (const [stage, { hash }] of Object.entries(questions)) hashes[`${name}/${stage}`] = hash;
  hashes[`${name}/log`] = log.hash;
  if (protocol === 'map-reduce') hashes['default/merge'] = mergePrompt().hash;
  if (protocol === 'tools') hashes['default/tools'] = toolPrompt().hash;
  return hashes;
}
