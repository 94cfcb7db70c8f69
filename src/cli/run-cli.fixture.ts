import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { packageRoot } from '../package-root.js';

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface Settings {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Called as soon as it runs, for whoever wants to send it signals. */
  readonly onStart?: (child: ChildProcess) => void;
}

/** Runs the built command line as a user's shell would, without the developer's own settings. */
export function runCli(words: readonly string[], { cwd, env, onStart }: Settings = {}): Promise<Outcome> {
  const main = path.join(packageRoot, 'dist/src/cli/main.js');
  const child = spawn(process.execPath, [main, ...words], {
    cwd: cwd ?? packageRoot,
    env: { PATH: process.env.PATH ?? '', NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onStart?.(child);
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output.stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, ...output }));
  });
}
