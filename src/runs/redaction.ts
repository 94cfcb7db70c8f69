import { type Environment, readEnvironment } from '../analysts/chat/providers.js';
import { keyRedactor } from '../analysts/chat/redact.js';
import type { Redactor } from '../context/redact.js';
import { redactorOf } from '../context/redactor-of.js';
import { textsOf } from './named-key.js';
import type { OpenCase } from './run-case.js';
import type { Contestant } from './run-file.js';

/** Makes the redactor of a case: for the same case always one with the same names. */
export type RedactorFor = (source: Pick<OpenCase, 'about' | 'truth' | 'material'>) => Redactor;

/** Whether a run stores names in the place of secrets: where its models get them. */
export function isRedacted(contestants: readonly Pick<Contestant, 'settings'>[]): boolean {
  return contestants.some(({ settings }) => settings.redact === true);
}

/** How the cases of an experiment get their redactors; null where its models are not redacted. */
export function redactorsFor(
  contestants: readonly Pick<Contestant, 'settings'>[],
  environment: Environment = readEnvironment(),
): RedactorFor | null {
  if (!isRedacted(contestants)) return null;
  const keys = contestants.map(({ settings }) => environment[`${settings.keyVariable}`]?.trim() ?? '');
  const withoutKeys = keyRedactor(environment, keys);
  return ({ about, truth, material }) =>
    redactorOf(material, withoutKeys, textsOf({ title: about.title, tags: about.tags, truth }));
}
