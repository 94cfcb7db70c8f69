/**
 * How long commands take beside the shortest that Node itself can take, in turn, in one run:
 * `npm run bench:perf -- start [ROUNDS]`.
 */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { packageRoot } from '../src/package-root.js';

const rounds = Number(process.argv[2] ?? 15);
const main = path.join(packageRoot, 'dist/src/cli/main.js');
const log = path.join(packageRoot, 'datasets/dispatch-37/logs/router-a.log');

const COMMANDS: readonly (readonly [name: string, words: readonly string[]])[] = [
  ['node -e 0', ['-e', '0']],
  ['leaktrail --version', [main, '--version']],
  ['leaktrail inspect (7,500 lines)', [main, 'inspect', log]],
  ['leaktrail diagnose (7,500 lines)', [main, 'diagnose', log]],
];

function milliseconds(words: readonly string[]): number {
  const began = performance.now();
  const { status } = spawnSync(process.execPath, words, { stdio: 'ignore' });
  if (status !== 0) throw new Error(`${words.join(' ')} exits with ${status}; is dist/ built?`);
  return performance.now() - began;
}

const times = COMMANDS.map((): number[] => []);
for (let round = 0; round < rounds; round++) {
  for (const [index, [, words]] of COMMANDS.entries()) times[index]?.push(milliseconds(words));
}
const median = (values: readonly number[]) =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
const least = median(times[0] ?? []);
for (const [index, [name]] of COMMANDS.entries()) {
  const own = median(times[index] ?? []);
  console.log(
    `${name.padEnd(34)} ${own.toFixed(0).padStart(5)} ms  ${(own / least).toFixed(2)} times node -e 0`,
  );
}
