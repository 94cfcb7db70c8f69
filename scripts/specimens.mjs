// Compiles the specimens (datasets/specimens/src/), runs each with and without its leak under Memcheck (text and XML)
// and LeakSanitizer, and compares the groups of loss records with those of the committed logs. Needs gcc and valgrind.
//
//   node scripts/specimens.mjs                  all specimens
//   node scripts/specimens.mjs --only NAME      one specimen
//   node scripts/specimens.mjs --write          replaces the committed logs, and what case.yaml says of them

import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { parseDocument } from 'yaml';
import { readLogs } from '../dist/src/log/index.js';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const datasets = path.join(root, 'datasets/specimens');

/**
 * Two programs each. `together`: both write into one log. `watched`: the tool watches the peer, too. `control`: there
 * is no leak to switch.
 */
const SPECIMENS = {
  brigade: { server: 'brigaded', peer: 'brigade-worker', watched: true },
  courier: { server: 'courierd', peer: 'courier-sensor' },
  lantern: { server: 'lanternd', peer: 'lantern-probe', together: true, control: true },
  larder: { server: 'larderd', peer: 'larder-client', together: true },
  parlour: { server: 'parlourd', peer: 'parlour-guest', together: true, watched: true },
  sluice: { server: 'sluiced', peer: 'sluice-agent' },
  spool: { server: 'spoold', peer: 'spool-desk' },
  turnpike: { server: 'turnpiked', peer: 'turnpike-mill', control: true },
};
const FORMS = ['memcheck', 'xml', 'lsan'];

const VALGRIND = ['--leak-check=full', '--show-leak-kinds=all', '--num-callers=16', '--vgdb=no'];
/** By default LeakSanitizer unwinds by frame pointers, and loses the callers of a C library that has none. */
const SANITIZER = { LSAN_OPTIONS: 'fast_unwind_on_malloc=0:exitcode=0' };
/** Functions stay functions, so that every tool prints the same stack. */
const COMPILER = ['-std=gnu11', '-g', '-O1', '-fno-inline', '-Wall', '-Wextra', '-Werror'];
/** Stands for the folder of this machine in the logs. */
const NEUTRAL_FOLDER = '/src';
/** Longer than any of them takes on a slow machine; a run that waits for ever is ended. */
const TIME_LIMIT_MS = 120_000;

function compile(name, program, folder, options) {
  const source = path.join(datasets, 'src', name, `${program}.c`);
  const map = `-ffile-prefix-map=${path.join(datasets, 'src')}=${NEUTRAL_FOLDER}`;
  const args = [...COMPILER, map, ...options, '-o', path.join(folder, program), source];
  const { status, stderr, error } = spawnSync('gcc', args, { encoding: 'utf8' });
  if (error !== undefined) throw new Error(`gcc cannot be run: ${error.message}`);
  if (status !== 0) throw new Error(`gcc ${args.join(' ')} ended with ${status}:\n${stderr}`);
}

/** The command of a program under the tool of a form; `logs` names the file of an XML report. */
function commandOf(program, form, watched, socket) {
  const command = [`./${program}`, socket];
  if (!watched || form === 'lsan') return command;
  const xml = form === 'xml' ? ['--xml=yes', `--xml-file=${program}.xml`] : [];
  return ['valgrind', ...VALGRIND, ...xml, ...command];
}

function run([command, ...args], folder, stderrFile, signal) {
  const log = openSync(path.join(folder, stderrFile), 'a');
  const child = spawn(command, args, {
    cwd: folder,
    env: { ...process.env, ...SANITIZER },
    stdio: ['ignore', 'ignore', log],
    timeout: TIME_LIMIT_MS,
    signal,
  });
  closeSync(log);
  return new Promise((resolve, reject) => {
    child.on('error', (cause) => reject(new Error(`${command} cannot be run: ${cause.message}`)));
    child.on('exit', (code, killed) => {
      if (code === 0) resolve();
      else reject(new Error(`${command} ${args.join(' ')} ended with ${killed ?? code}`));
    });
  });
}

/** Runs programs that wait for each other: when one fails, the others are ended. */
async function runTogether(programs) {
  const stop = new AbortController();
  try {
    await Promise.all(programs.map((program) => run(...program, stop.signal)));
  } catch (error) {
    stop.abort();
    throw error;
  }
}

/** Makes the logs of one case: their text, by file name. */
async function makeLogs(name, form, leak) {
  const { server, peer, together = false, watched = false } = SPECIMENS[name];
  const folder = mkdtempSync(path.join(tmpdir(), `specimen-${name}-`));
  try {
    const sanitize = form === 'lsan' ? ['-fsanitize=leak'] : [];
    compile(name, server, folder, [...sanitize, ...(leak ? ['-DLEAK'] : [])]);
    compile(name, peer, folder, watched ? sanitize : []);
    const logOf = (program) => `${form === 'xml' ? 'console' : together ? name : program}.log`;
    const socket = `${name}.socket`;
    await runTogether([
      [commandOf(server, form, true, socket), folder, logOf(server)],
      [commandOf(peer, form, watched, socket), folder, logOf(peer)],
    ]);
    const reports =
      form === 'xml' ? [server, ...(watched ? [peer] : [])].map((program) => `${program}.xml`) : [];
    const files = [...new Set([...reports, logOf(server), logOf(peer)])];
    return new Map(
      files.map((file) => [
        `logs/${file}`,
        readFileSync(path.join(folder, file), 'utf8').replaceAll(folder, NEUTRAL_FOLDER),
      ]),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Blocks of each kind and bytes of each group in each log: all that must be the same in another run. */
async function groupsOf(logs) {
  const sources = logs.map(({ role, file, text }) => ({ role, file, source: Buffer.from(text) }));
  const documents = await readLogs(sources.filter(({ source }) => source.length > 0));
  return documents.flatMap(({ role, groups }) =>
    groups.map(({ signature, kinds, bytes }) => {
      const blocks = Object.entries(kinds).map(([kind, count]) => `${count} ${kind}`);
      return `${role}: ${blocks.join(', ')}, ${bytes} bytes: ${signature}`;
    }),
  );
}

/** The logs that case.yaml lists, with their committed text. */
function committedLogs(folder, about) {
  return about.toJS().logs.map(({ role, file }) => {
    const place = path.join(folder, file);
    return { role, file, text: existsSync(place) ? readFileSync(place, 'utf8') : '' };
  });
}

function writeLogs(folder, about, logs) {
  for (const [index, { file, text }] of logs.entries()) {
    writeFileSync(path.join(folder, file), text);
    about.setIn(['logs', index, 'lines'], text.split('\n').length - 1);
    about.setIn(['logs', index, 'bytes'], Buffer.byteLength(text));
    about.setIn(['logs', index, 'sha256'], createHash('sha256').update(text).digest('hex'));
  }
  writeFileSync(path.join(folder, 'case.yaml'), about.toString({ lineWidth: 100 }));
}

/** Makes the logs of a case again; returns the groups that differ from those committed, `-` before and `+` now. */
async function remake(name, form, leak, write) {
  const id = `${name}-${form}${leak || SPECIMENS[name].control ? '' : '-fixed'}`;
  const folder = path.join(datasets, id);
  const about = parseDocument(readFileSync(path.join(folder, 'case.yaml'), 'utf8'));
  const committed = committedLogs(folder, about);
  const made = await makeLogs(name, form, leak);
  const again = committed.map((log) => {
    if (!made.has(log.file)) throw new Error(`${id}: ${log.file} is no log of this specimen`);
    return { ...log, text: made.get(log.file) };
  });
  const [was, is] = [await groupsOf(committed), await groupsOf(again)];
  if (write) writeLogs(folder, about, again);
  const differences = [
    ...was.filter((group) => !is.includes(group)).map((group) => `- ${group}`),
    ...is.filter((group) => !was.includes(group)).map((group) => `+ ${group}`),
  ];
  console.log(
    `${id}: ${is.length} groups, ${differences.length === 0 ? 'as committed' : 'not as committed'}`,
  );
  for (const difference of differences) console.log(`  ${difference}`);
  return differences;
}

const { values } = parseArgs({
  options: { only: { type: 'string' }, write: { type: 'boolean', default: false } },
});
const names = Object.keys(SPECIMENS).filter((name) => values.only === undefined || name === values.only);
if (names.length === 0) {
  console.error(`no specimen is called ${values.only}; there are: ${Object.keys(SPECIMENS).join(', ')}`);
  process.exit(2);
}
for (const name of names) {
  for (const form of FORMS) {
    for (const leak of SPECIMENS[name].control ? [false] : [true, false]) {
      const differences = await remake(name, form, leak, values.write);
      if (differences.length > 0 && !values.write) process.exitCode = 1;
    }
  }
}
