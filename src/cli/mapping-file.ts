import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { LeaktrailError } from '../error.js';

/** The options of a command that can redact. */
export interface RedactOptions {
  readonly redact?: boolean;
  readonly mapping?: string;
}

/**
 * Throws a `LeaktrailError` of code `usage` where a mapping is asked for without redaction, or its file is there
 * already: it may be the only key to answers that were given to an earlier call.
 */
export function checkMapping({ redact, mapping }: RedactOptions): void {
  if (mapping === undefined) return;
  if (redact !== true) throw new LeaktrailError('usage', '--mapping is for --redact', { hint: 'give both' });
  if (existsSync(mapping)) throw isThere(mapping);
}

/** Writes secrets by name as JSON, for the owner's eyes alone. Throws as `checkMapping` where the file is there. */
export async function writeMapping(file: string, mapping: Readonly<Record<string, string>>): Promise<void> {
  const text = `${JSON.stringify(mapping, null, 2)}\n`;
  try {
    await writeFile(file, text, { flag: 'wx', mode: 0o600 });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') throw isThere(file);
    throw new LeaktrailError('input', 'the mapping cannot be written', { place: { file }, cause });
  }
}

function isThere(file: string): LeaktrailError {
  return new LeaktrailError('usage', 'there is something already', {
    place: { file },
    hint: 'a mapping is never overwritten: give a new name, or remove the file',
  });
}
