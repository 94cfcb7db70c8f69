import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import Table from 'cli-table3';
import { packageRoot } from '../src/package-root.js';
import type { Measured, MeasuredHere } from './log-task.js';

/** Real captures that make up the log: two and all four kinds of loss, much and little besides the reports, several processes, errors. */
const CAPTURES = [
  'dispatch-37/logs/router-a.log',
  'dispatch-37/evidence/before-all-kinds.log.gz',
  'dispatch-37-fixed/logs/router-a.log',
  'dispatch-177/logs/router-a.log.gz',
  'dispatch-582/logs/router-b.log.gz',
  'lighttpd-2894/logs/lighttpd.log.gz',
  'mosquitto-00b24e0e/logs/mosquitto.log',
];
const MIB = 1 << 20;
const GENERATED_MIB = 1024;
const RUNS = 3;

/**
 * Measures the log reader on one generated log of so many MiB: captures in turn, each time with other
 * process ids. Every task has a process of its own; the figures are the least of several runs in turn.
 */
function run(size: number): void {
  const [load] = loadavg() as [number];
  const folder = mkdtempSync(path.join(tmpdir(), 'leaktrail-bench-'));
  try {
    const log = path.join(folder, 'generated.log');
    const quarter = path.join(folder, 'quarter.log');
    const bytes = generate(log, size * MIB);
    const quarterBytes = generate(quarter, (size * MIB) / 4);
    console.log(
      `${CAPTURES.length} captures repeated: ${Math.round(bytes / MIB)} MiB; ${availableParallelism()} processors, ` +
        `load ${load.toFixed(1)} at the start\n`,
    );
    const tasks = ['count-newlines', 'count-readline', 'full', 'full-events', 'groups'];
    const best = new Map<string, Measured>();
    let peakMemory = 0;
    for (let time = 0; time < RUNS; time++) {
      for (const task of tasks) {
        const measured = measure(task, log);
        keepBest(best, task, measured);
        if (task === 'groups') peakMemory = Math.max(peakMemory, measured.peakMemory);
      }
      keepBest(best, 'python', measurePython(log));
    }
    print(best, bytes);
    printVerdicts(best);
    printMemory([
      [quarterBytes, measure('groups', quarter).peakMemory],
      [bytes, peakMemory],
    ]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function generate(file: string, bytes: number): number {
  const captures = CAPTURES.map((name) => {
    const stored = readFileSync(path.join(packageRoot, 'datasets', name));
    const text = (name.endsWith('.gz') ? gunzipSync(stored) : stored).toString('latin1');
    return { text, pids: new Set([...text.matchAll(/^==(\d+)==/gm)].map(([, pid]) => pid as string)) };
  });
  const descriptor = openSync(file, 'w');
  let written = 0;
  let pid = 1000;
  while (written < bytes) {
    for (const { text, pids } of captures) {
      let varied = text;
      for (const old of pids) varied = varied.replaceAll(`==${old}==`, `==${++pid}==`);
      written += writeSync(descriptor, Buffer.from(varied, 'latin1'));
    }
  }
  closeSync(descriptor);
  return written;
}

function measure(task: string, log: string): MeasuredHere {
  const script = fileURLToPath(new URL('./log-task.js', import.meta.url));
  return JSON.parse(output(process.execPath, [script, task, log])) as MeasuredHere;
}

function measurePython(log: string): Measured {
  const script = path.join(packageRoot, 'bench', 'memcheck_reader.py');
  return JSON.parse(output('python3', [script, log])) as Measured;
}

function output(command: string, args: readonly string[]): string {
  const { stdout, stderr, status } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} failed: ${stderr}`);
  return stdout;
}

/** The least of each figure: what else the machine does only ever adds to it. */
function keepBest(best: Map<string, Measured>, task: string, measured: Measured): void {
  const { seconds, cpu } = best.get(task) ?? measured;
  best.set(task, {
    ...measured,
    seconds: Math.min(seconds, measured.seconds),
    cpu: Math.min(cpu, measured.cpu),
  });
}

function print(best: ReadonlyMap<string, Measured>, bytes: number): void {
  const rows: [name: string, measured: Measured][] = [
    ['counting lines: newline bytes of a stream', best.get('count-newlines') as Measured],
    ['counting lines: node:readline', best.get('count-readline') as Measured],
    ['leaktrail, everything', best.get('full') as Measured],
    ['leaktrail, everything, and its events asked for', best.get('full-events') as Measured],
    ["leaktrail, keep: 'groups'", best.get('groups') as Measured],
    ['Python regular expressions, loss records', best.get('python') as Measured],
  ];
  const table = new Table({
    head: ['', 'MB/s', 'seconds', 'CPU s', 'found'],
    style: { head: [], border: [] },
  });
  for (const [name, measured] of rows) {
    const { seconds, cpu, found } = measured;
    table.push([name, (bytes / 1e6 / seconds).toFixed(0), seconds.toFixed(2), cpu.toFixed(2), found]);
  }
  console.log(table.toString());
}

/** Peak memory in MiB that the reader of groups stays under, whatever the size of the log. */
const MOST_MEMORY = 200;

const verdict = (met: boolean): string => (met ? 'met' : 'not met');

/** Whether the full reader is as fast as it has to be, and as it would be at its best. */
function printVerdicts(best: ReadonlyMap<string, Measured>): void {
  const table = new Table({
    head: ['the full reader', 'measured', 'at least', '', 'goal', ''],
    style: { head: [], border: [] },
  });
  const of = (task: string, figure: 'seconds' | 'cpu') => (best.get(task) as Measured)[figure];
  for (const [figure, name] of [
    ['seconds', 'by the clock'],
    ['cpu', 'by processor time of all threads'],
  ] as const) {
    const full = of('full', figure);
    const [ofCounting, ofPython] = [of('count-newlines', figure) / full, of('python', figure) / full];
    table.push(
      [
        `of the speed of counting newline bytes, ${name}`,
        ofCounting.toFixed(2),
        '0.20',
        verdict(ofCounting >= 1 / 5),
        '0.33',
        verdict(ofCounting >= 1 / 3),
      ],
      [`times the speed of Python, ${name}`, ofPython.toFixed(1), '4.0', verdict(ofPython >= 4), '', ''],
    );
  }
  console.log(table.toString());
}

function printMemory(sizes: readonly (readonly [bytes: number, peakMemory: number])[]): void {
  for (const [bytes, peakMemory] of sizes) {
    const size = `${Math.round(bytes / MIB)} MiB`;
    const met = verdict(peakMemory < MOST_MEMORY);
    console.log(
      `Peak memory of keep: 'groups' on ${size}: ${Math.round(peakMemory)} MiB (under ${MOST_MEMORY}: ${met})`,
    );
  }
}

run(Number(process.argv[2] ?? GENERATED_MIB));
