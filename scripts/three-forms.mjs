// Compiles src/log/fixtures/three-forms/three-forms.c, runs it under Memcheck (text and XML) and with LeakSanitizer
// (alone and in AddressSanitizer), and writes the logs beside it. Needs gcc and valgrind.
//
//   node scripts/three-forms.mjs            makes the recorded logs again
//   node scripts/three-forms.mjs --check    makes logs in a temporary folder and tests them like the recorded ones

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const recorded = path.join(root, 'src/log/fixtures/three-forms');
const source = path.join(recorded, 'three-forms.c');
/** By default sanitizers unwind by frame pointers, and lose the callers of a C library that has none. */
const SANITIZER = {
  LSAN_OPTIONS: 'fast_unwind_on_malloc=0:exitcode=0',
  ASAN_OPTIONS: 'fast_unwind_on_malloc=0',
};
const VALGRIND = ['--leak-check=full', '--show-leak-kinds=all', '--vgdb=no'];
/** Stands for the folder of this machine in the logs. */
const NEUTRAL_FOLDER = '/src';

/** Runs a program; returns what it wrote to standard error. */
function run(folder, command, args, env = {}) {
  const { status, stderr, error } = spawnSync(command, args, {
    cwd: folder,
    env: { ...process.env, ...env },
  });
  if (error !== undefined) throw new Error(`${command} cannot be run: ${error.message}`);
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}:\n${stderr}`);
  return stderr.toString();
}

function compile(folder, name, options) {
  const maps = [
    `-ffile-prefix-map=${recorded}=${NEUTRAL_FOLDER}`,
    `-ffile-prefix-map=${folder}=${NEUTRAL_FOLDER}`,
  ];
  run(folder, 'gcc', ['-std=gnu11', '-g', '-O0', '-Wall', ...maps, ...options, '-o', name, source]);
}

/** The XML of the process whose parent is another of these processes is the child's. */
function xmlByRole(folder) {
  const documents = readdirSync(folder)
    .filter((file) => file.endsWith('.xml'))
    .map((file) => readFileSync(path.join(folder, file), 'utf8'));
  const numberIn = (text, element) => new RegExp(`<${element}>(\\d+)</${element}>`).exec(text)?.[1];
  const pids = new Set(documents.map((text) => numberIn(text, 'pid')));
  return Object.fromEntries(
    documents.map((text) => [pids.has(numberIn(text, 'ppid')) ? 'child' : 'parent', text]),
  );
}

/** Makes the logs: their text, by file name. */
function makeLogs() {
  const folder = mkdtempSync(path.join(tmpdir(), 'three-forms-'));
  try {
    compile(folder, 'three-forms', []);
    compile(folder, 'three-forms-lsan', ['-fsanitize=leak']);
    compile(folder, 'three-forms-asan', ['-fsanitize=address']);
    const text = run(folder, 'valgrind', [...VALGRIND, './three-forms']);
    run(folder, 'valgrind', [...VALGRIND, '--xml=yes', '--xml-file=%p.xml', './three-forms']);
    const xml = xmlByRole(folder);
    const leakSanitizer = run(folder, './three-forms-lsan', [], SANITIZER);
    const addressSanitizer = run(folder, './three-forms-asan', [], SANITIZER);
    const logs = {
      'memcheck.log': text,
      'memcheck-parent.xml': xml.parent,
      'memcheck-child.xml': xml.child,
      'leak-sanitizer.log': leakSanitizer,
      'address-sanitizer.log': addressSanitizer,
    };
    return Object.entries(logs).map(([file, log]) => [file, log.replaceAll(folder, NEUTRAL_FOLDER)]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function writeLogs(folder) {
  for (const [file, log] of makeLogs()) writeFileSync(path.join(folder, file), log);
}

if (process.argv[2] === '--check') {
  const folder = mkdtempSync(path.join(tmpdir(), 'three-forms-logs-'));
  try {
    writeLogs(folder);
    const { status } = spawnSync('npx', ['vitest', 'run', 'src/log/three-forms.test.ts'], {
      cwd: root,
      env: { ...process.env, THREE_FORMS: folder },
      stdio: 'inherit',
    });
    process.exitCode = status ?? 1;
  } finally {
    rmSync(folder, { recursive: true });
  }
} else {
  writeLogs(recorded);
}
