import { createInterface } from 'node:readline/promises';
import { LeaktrailError } from '../error.js';

/**
 * Asks a person at the terminal whether to go on.
 * Throws a `LeaktrailError` where nobody can be asked; `instead` says what a script should do.
 */
export async function confirm(question: string, instead: string): Promise<boolean> {
  if (process.stdin.isTTY !== true) {
    throw new LeaktrailError('usage', `${question} and nobody is there to ask`, { hint: instead });
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question(`${question}. Go on? [y/N] `);
    return /^y(?:es)?$/i.test(answer.trim());
  } finally {
    terminal.close();
  }
}
