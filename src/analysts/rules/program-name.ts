import type { Process } from '../../log/document.js';

/** The last part of a command's path, without arguments; null where the report names no command. */
export function programName(process: Process | undefined): string | null {
  const program = process?.command?.trim().split(/\s+/)[0]?.split('/').at(-1);
  return program === undefined || program === '' ? null : program;
}
