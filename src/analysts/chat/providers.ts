import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'dotenv';
import { LeaktrailError } from '../../error.js';
import type { ChatSettings } from './settings.js';

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A provider of chat models that LangChain can load. */
export interface Provider {
  readonly name: string;
  /** The npm package that speaks to it. */
  readonly package: string;
  /** Variables that may hold the key, the usual one first; none where no key is needed. */
  readonly keyVariables: readonly string[];
  readonly baseUrlVariable: string;
  /** Constructor fields of the package's model class for our settings; what is absent it cannot set. */
  readonly fields: { readonly [setting in 'temperature' | 'topP' | 'seed' | 'maxOutput']?: string };
}

export const PROVIDERS: readonly Provider[] = [
  {
    name: 'openai',
    package: '@langchain/openai',
    keyVariables: ['OPENAI_API_KEY'],
    baseUrlVariable: 'OPENAI_BASE_URL',
    fields: { temperature: 'temperature', topP: 'topP', seed: 'modelKwargs.seed', maxOutput: 'maxTokens' },
  },
  {
    name: 'anthropic',
    package: '@langchain/anthropic',
    keyVariables: ['ANTHROPIC_API_KEY'],
    baseUrlVariable: 'ANTHROPIC_BASE_URL',
    fields: { temperature: 'temperature', topP: 'topP', maxOutput: 'maxTokens' },
  },
  {
    name: 'google-genai',
    package: '@langchain/google-genai',
    keyVariables: ['GOOGLE_API_KEY', 'GEMINI_API_KEY'],
    baseUrlVariable: 'GOOGLE_GENAI_BASE_URL',
    fields: { temperature: 'temperature', topP: 'topP', maxOutput: 'maxOutputTokens' },
  },
  {
    name: 'ollama',
    package: '@langchain/ollama',
    keyVariables: [],
    baseUrlVariable: 'OLLAMA_BASE_URL',
    fields: { temperature: 'temperature', topP: 'topP', seed: 'seed', maxOutput: 'numPredict' },
  },
];

/** How to reach a model: which one, whose, where, and with what key. */
export interface Access {
  readonly provider: Provider;
  readonly model: string;
  readonly key: string | null;
  /** Null: the provider's own server. */
  readonly baseUrl: string | null;
}

/**
 * The process's environment with, below it, what a `.env` file of the folder says. Neither is changed. A variable that is
 * set to nothing counts as not set.
 */
export function readEnvironment(folder: string = process.cwd()): Environment {
  const file = path.join(folder, '.env');
  const written = existsSync(file) ? parse(readFileSync(file)) : {};
  const set = Object.entries(process.env).filter(([, value]) => value !== '');
  return { ...written, ...Object.fromEntries(set) };
}

/**
 * Finds out how to reach a model.
 * Throws a `LeaktrailError`: `usage` for a provider that is not known or a base URL with a login, `auth` when its key is missing.
 *
 * @param name `provider:model`
 */
export function accessTo(name: string, settings: ChatSettings, environment: Environment): Access {
  const colon = name.indexOf(':');
  const provider = PROVIDERS.find((one) => one.name === name.slice(0, colon));
  if (provider === undefined) {
    throw new LeaktrailError('usage', `no provider is called ${name.slice(0, colon)}`, {
      hint: `there are: ${PROVIDERS.map((one) => one.name).join(', ')}; a server that speaks the OpenAI API is openai with a base URL`,
    });
  }
  const baseUrl = settings.baseUrl ?? environment[provider.baseUrlVariable] ?? null;
  if (baseUrl !== null && holdsLogin(baseUrl)) {
    throw new LeaktrailError('usage', `the base URL of ${name} holds a login, which cannot be sent`, {
      hint: 'take it out; a proxy in between can add it',
    });
  }
  const variables = settings.keyVariable === undefined ? provider.keyVariables : [settings.keyVariable];
  const key = variables.map((variable) => environment[variable]?.trim()).find((value) => value) ?? null;
  if (key === null && variables.length > 0 && !isThisMachine(baseUrl)) {
    throw new LeaktrailError('auth', `${name} needs a key, and ${variables.join(' or ')} is not set`, {
      hint: `put ${variables[0]}=... into the environment or into a file .env in this folder`,
    });
  }
  return { provider, model: name.slice(colon + 1), key, baseUrl };
}

/** Whether a URL holds a user or a password: no request can be sent to it, and whoever shows it tells them. */
export function holdsLogin(url: string): boolean {
  return /^[^/]*\/\/[^/?#]*@/.test(url);
}

/** Servers on one's own machine are often without a key. */
function isThisMachine(baseUrl: string | null): boolean {
  if (baseUrl === null || !URL.canParse(baseUrl)) return false;
  return ['localhost', '127.0.0.1', '[::1]'].includes(new URL(baseUrl).hostname);
}
