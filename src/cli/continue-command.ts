/** Options that begin a run and must not be given again to continue it. */
const ONCE = new Set(['--fresh']);

/**
 * What to type to continue a run, for a POSIX shell.
 *
 * @param words the words behind the program's name, as they were given
 */
export function continueCommand(words: readonly string[]): string {
  const kept = words.filter((word) => !ONCE.has(word));
  return ['leaktrail', ...kept].map(quoted).join(' ');
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
