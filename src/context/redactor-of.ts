import type { Material } from '../evidence/material.js';
import { makeRedactor, type Redactor } from './redact.js';

/**
 * The redactor of some logs. It knows all their secrets before anything of them is shown, so that the same logs give
 * the same names, whatever a strategy takes of them: first those of the lines, in their order, then those of the
 * roles, of the system and of `more`.
 *
 * @param clean applied to each line first, such as what takes our own keys out
 * @param more further texts that are about the logs
 */
export function redactorOf(
  { logs, system }: Pick<Material, 'logs' | 'system'>,
  clean: (line: string) => string = (line) => line,
  more: readonly string[] = [],
): Redactor {
  const { redact, mapping } = makeRedactor();
  const shown: string[] = [];
  for (const { text } of logs) {
    for (let number = 1; number <= text.lineCount; number++) shown.push(redact(clean(text.line(number))));
  }
  for (const { document } of logs) shown.push(redact(document.role));
  for (const text of system === null ? more : [system, ...more]) redact(clean(text));
  return makeRedactor(mapping(), shown.join('\n'));
}
