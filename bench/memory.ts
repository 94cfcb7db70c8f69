/**
 * The most memory that `leaktrail diagnose` holds on logs of 64 MiB to 1 GiB: what a router said around its leak report
 * in datasets/dispatch-37, repeated until the log is that large, as it is or so that no line is like another.
 *
 *     npm run build && npm run bench:perf -- memory [MIB...]
 */
import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Table from 'cli-table3';
import { packageRoot } from '../src/package-root.js';

const MIB = 1 << 20;
const SIZES = [64, 256, 1024];
/** Lines that are written at once. */
const BATCH = 5_000;

const lines = readFileSync(path.join(packageRoot, 'datasets/dispatch-37/logs/router-a.log'), 'utf8').split(
  '\n',
);
const isReport = (line: string) => /^==\d+==/.test(line);
const report = lines.filter(isReport);
const events = lines.filter((line) => line !== '' && !isReport(line));

/** Lines of the report that stand before all events: Memcheck's name and the command. */
const BANNER = 5;

/** A line that no other is like: its long numbers change, and a number is added. */
function unlike(line: string, number: number): string {
  const changed = line.replace(/\d{4,}/g, (digits) =>
    `${(Number(digits) + 7919 * number) % 10 ** digits.length}`.padStart(digits.length, '0'),
  );
  return `${changed} n=${number}`;
}

function generate(file: string, bytes: number, lineAt: (number: number) => string): void {
  const descriptor = openSync(file, 'w');
  let written = writeSync(descriptor, `${report.slice(0, BANNER).join('\n')}\n`);
  for (let number = 0; written < bytes; number += BATCH) {
    const batch = Array.from({ length: BATCH }, (_, index) => lineAt(number + index));
    written += writeSync(descriptor, `${batch.join('\n')}\n`);
  }
  writeSync(descriptor, `${report.slice(BANNER).join('\n')}\n`);
  closeSync(descriptor);
}

const TELL_MEMORY = `process.on('exit', () => console.error('most ' + process.resourceUsage().maxRSS))`;

/** In MiB. */
function mostMemory(log: string): number {
  const main = path.join(packageRoot, 'dist/src/cli/main.js');
  const words = [
    '--import',
    `data:text/javascript,${encodeURIComponent(TELL_MEMORY)}`,
    main,
    'diagnose',
    log,
  ];
  const { stderr, status } = spawnSync(process.execPath, words, {
    encoding: 'utf8',
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const [, kibibytes] = /^most (\d+)$/m.exec(stderr) ?? [];
  if (status !== 0 || kibibytes === undefined) throw new Error(`diagnose exits with ${status}: ${stderr}`);
  return Number(kibibytes) / 1024;
}

const eventAt = (number: number) => events[number % events.length] as string;
const KINDS = [
  ['lines that repeat', eventAt],
  ['every line new', (number: number) => unlike(eventAt(number), number)],
] as const;

const sizes = process.argv.length > 2 ? process.argv.slice(2).map(Number) : SIZES;
const folder = mkdtempSync(path.join(tmpdir(), 'leaktrail-bench-'));
try {
  const table = new Table({
    head: ['most memory of diagnose, MiB', ...sizes.map((size) => `${size} MiB`)],
    style: { head: [], border: [] },
  });
  for (const [name, lineAt] of KINDS) {
    const row = sizes.map((size) => {
      const log = path.join(folder, 'generated.log');
      generate(log, size * MIB, lineAt);
      return mostMemory(log).toFixed(0);
    });
    table.push([name, ...row]);
  }
  console.log(table.toString());
} finally {
  rmSync(folder, { recursive: true });
}
