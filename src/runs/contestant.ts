import { z } from 'zod';
import { baselines } from '../analysts/baselines.js';
import { holdsLogin } from '../analysts/chat/providers.js';
import { type CaseEntry, caseEntrySchema } from './case-entry.js';
import { oneOrMany } from './one-or-many.js';
import type { Contestant } from './run-file.js';

/** A contestant before its cases are found. */
export interface PlannedContestant extends Omit<Contestant, 'cases'> {
  /** Only these cases are put to it; all where absent. */
  readonly cases?: readonly CaseEntry[];
}

/** What can be set for a chat model. A list of values makes a contestant of each. */
const modelSettings = {
  /** How the log becomes chunks. */
  strategy: oneOrMany(z.enum(['whole', 'lines', 'records', 'digest', 'retrieve'])).optional(),
  /** Tokens that a chunk may hold. */
  chunkTokens: oneOrMany(z.number().int().min(256)).optional(),
  protocol: oneOrMany(z.enum(['conversation', 'map-reduce', 'tools'])).optional(),
  /** Send names in the place of e-mail addresses, hosts, keys and the like. */
  redact: oneOrMany(z.boolean()).optional(),
  /** Name of a prompt set. */
  prompts: oneOrMany(
    z.string().regex(/^[a-z0-9][a-z0-9-]*$/, 'expected the name of a prompt set'),
  ).optional(),
  answers: oneOrMany(z.enum(['text', 'schema'])).optional(),
  /** Which answer of an earlier stage a conversation goes on from: its own, or the true one. */
  upstream: oneOrMany(z.enum(['own', 'truth'])).optional(),
  temperature: oneOrMany(z.number().min(0).max(2)).optional(),
  topP: oneOrMany(z.number().min(0).max(1)).optional(),
  seed: oneOrMany(z.number().int().nonnegative()).optional(),
  /** Tokens that an answer may take. */
  maxOutput: oneOrMany(z.number().int().positive()).optional(),
  reasoningEffort: oneOrMany(z.enum(['none', 'minimal', 'low', 'medium', 'high', 'xhigh'])).optional(),
  streaming: z.boolean().optional(),
  /** Seconds after which a request is given up. */
  timeout: z.number().positive().optional(),
  /** A server of one's own; the environment's where absent. */
  baseUrl: z
    .url({ protocol: /^https?$/ })
    .refine((url) => !holdsLogin(url), 'expected no login: it would be stored with the run')
    .optional(),
  /** The environment variable that holds the key, where it is not the provider's usual one. */
  keyVariable: z
    .string()
    .regex(/^[A-Z_][A-Z0-9_]*$/, 'expected the name of an environment variable, never the key itself')
    .optional(),
};
const MODEL_SETTINGS = Object.keys(modelSettings) as (keyof typeof modelSettings)[];

type Settings = Contestant['settings'];

/** What the settings are where nothing is said. Asking chunk by chunk wants chunks, one conversation wants one prompt. */
function defaultsFor({ protocol = 'conversation' }: Settings): Settings {
  const strategy = protocol === 'map-reduce' ? 'records' : 'digest';
  const chunking: Settings = protocol === 'tools' ? {} : { strategy };
  return { ...chunking, protocol, redact: false, prompts: 'default', answers: 'text', upstream: 'own' };
}

/** Settings that change how an answer is fetched, and not the answer. */
const NO_PART_OF_ID: readonly string[] = ['streaming', 'timeout', 'keyVariable'];

const BASELINES = baselines.map(({ name }) => name);
/** Analysts without a colon in their name; `baselines` stands for all of them. */
const OFFLINE = ['rules', 'baselines', ...BASELINES];

/** One entry under `contestants`: an analyst, and for a model its settings. */
export const contestantEntrySchema = z
  .strictObject({
    analyst: oneOrMany(z.string().regex(/^[a-z0-9][a-z0-9-]*(?::\S+)?$/, 'expected NAME or provider:model')),
    /** Only these cases, in the words of the experiment's own `cases`. */
    cases: z.array(caseEntrySchema).min(1).optional(),
    ...modelSettings,
  })
  .superRefine((entry, context) => {
    for (const [index, analyst] of entry.analyst.entries()) {
      if (analyst.includes(':') || OFFLINE.includes(analyst)) continue;
      const message = `no analyst is called ${analyst}; there are ${OFFLINE.join(', ')}, transcript:NAME and provider:model`;
      context.addIssue({ code: 'custom', path: ['analyst', index], message });
    }
    if (entry.protocol?.includes('tools') && entry.strategy !== undefined) {
      const message = 'with protocol tools the model reads the log itself, and there is no strategy';
      context.addIssue({ code: 'custom', path: ['strategy'], message });
    }
    const offline = entry.analyst.find((analyst) => !isModel(analyst));
    if (offline === undefined) return;
    for (const setting of MODEL_SETTINGS) {
      if (entry[setting] === undefined) continue;
      context.addIssue({
        code: 'custom',
        path: [setting],
        message: `${offline} is no chat model and has no ${setting}`,
      });
    }
  });
export type ContestantEntry = z.infer<typeof contestantEntrySchema>;

/** Whether an analyst's name stands for a chat model, which costs requests, rather than an offline analyst. */
export function isModel(analyst: string): boolean {
  return analyst.includes(':') && !/^(?:transcript|rules):/.test(analyst);
}

/**
 * The contestants of an entry, one for each combination of its lists, the last setting varying fastest.
 * Their `cases` are still the words of the experiment file.
 */
export function expandContestants(entry: ContestantEntry): PlannedContestant[] {
  const { analyst: names, cases, ...settings } = entry;
  let combinations: Settings[] = [{}];
  for (const name of MODEL_SETTINGS) {
    const values = settings[name];
    if (values === undefined) continue;
    const list = Array.isArray(values) ? values : [values];
    combinations = combinations.flatMap((chosen) => list.map((value) => ({ ...chosen, [name]: value })));
  }
  return names
    .flatMap((name) => (name === 'baselines' ? BASELINES : [name]))
    .flatMap((analyst) =>
      combinations.map((chosen) => ({
        id: idOf(analyst, chosen),
        analyst,
        settings: isModel(analyst) ? { ...defaultsFor(chosen), ...chosen } : {},
        ...(cases && { cases }),
      })),
    );
}

/** `openai:gpt-4.1 strategy=records temperature=0`: the same settings make the same id in every experiment. */
function idOf(analyst: string, chosen: Settings): string {
  const usual = { ...defaultsFor(chosen), protocol: 'conversation' } as Settings;
  const told = Object.entries(chosen).filter(
    ([name, value]) => usual[name] !== value && !NO_PART_OF_ID.includes(name),
  );
  return [analyst, ...told.map(([name, value]) => `${name}=${value}`)].join(' ');
}
