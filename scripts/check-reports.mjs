/**
 * Checks the SARIF and JUnit output of the built command, for real cases, several analysts and a hostile log, against
 * the tools of others: Microsoft's sarif-multitool, GitHub's rules among its own, and xmllint with docs/schemas/junit.xsd.
 *
 * node scripts/check-reports.mjs FOLDER: where @microsoft/sarif-multitool is installed (a hundred megabytes, and thus no
 * dependency of the package).
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(path.join(tmpdir(), 'leaktrail-'));
const [tools] = process.argv.slice(2);
assert.ok(tools !== undefined, 'give the folder where @microsoft/sarif-multitool is installed');
/** The package exports the path of its program for this platform, which its install script makes executable. */
const multitool = createRequire(path.resolve(tools, 'package.json'))('@microsoft/sarif-multitool');
chmodSync(multitool, 0o755);

const CASES = [
  'dispatch-37',
  'lighttpd-2894',
  'redis-beb94c901',
  'mosquitto-00b24e0e-xml',
  'mosquitto-fixed',
];

/**
 * leaktrail has no public home yet, and SARIF leaves it open (section 3.19.17): no address is better than one that
 * leads nowhere. Everything else that the validator calls an error or a warning counts.
 */
const isAccepted = ({ ruleId, message }) => ruleId === 'SARIF2005' && /nformationUri$/.test(message.id);

function run(program, words) {
  const { status, stdout, stderr, error } = spawnSync(program, words, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (error !== undefined) throw error;
  return { status, output: stdout, said: `${stdout}${stderr}` };
}

/** What the validator has against a file: errors and warnings, as lines. */
function sarifFaults(file) {
  const out = `${file}.findings`;
  const words = ['validate', file, '--output', out, '--log', 'ForceOverwrite', '--rule-kind', 'Sarif;Ghas'];
  const { status, said } = run(multitool, words);
  assert.equal(status, 0, said);
  const [{ results, invocations }] = JSON.parse(readFileSync(out, 'utf8')).runs;
  assert.ok(invocations.every(({ executionSuccessful }) => executionSuccessful));
  return results.filter((result) => !isAccepted(result)).map(lineOf);
}

function lineOf({ ruleId, message }) {
  return `${ruleId}: ${message.text ?? [message.id, ...(message.arguments ?? [])].join(' ')}`;
}

function xmlFaults(file) {
  const { status, said } = run('xmllint', [
    '--noout',
    '--schema',
    path.join(root, 'docs/schemas/junit.xsd'),
    file,
  ]);
  return status === 0 ? [] : said.split('\n').slice(0, 10);
}

const CHECKS = { sarif: sarifFaults, junit: xmlFaults };

function check(name, words) {
  for (const [format, faultsOf] of Object.entries(CHECKS)) {
    const file = path.join(folder, `${name}.${format}`);
    const { status, output, said } = run(process.execPath, [
      'dist/src/cli/main.js',
      'diagnose',
      ...words,
      '--format',
      format,
    ]);
    assert.equal(status, 0, said);
    writeFileSync(file, output);
    assert.deepEqual(faultsOf(file), [], `${name} as ${format}`);
    console.log(`passed: ${name} as ${format}`);
  }
}

function logsOf(id) {
  const logs = path.join(root, 'datasets', id, 'logs');
  return readdirSync(logs).map((log) => path.join(logs, log));
}

/** The first case's log, in which functions, files and lines try to be markup and commands. */
function hostileLog() {
  const file = path.join(folder, 'a <b>&"log".log');
  const log = readFileSync(logsOf('dispatch-37')[0], 'utf8');
  const names = log
    .replaceAll(
      'qd_log_impl (log.c',
      'operator<<\x1b[31m<script>]]>&amp;{0}\u{1f4a5}\u202e (%2e%2e/"é" {1}.c',
    )
    .replaceAll('qd_message_receive', '\x00\x07\ufffe\uffff\u2028');
  writeFileSync(file, `]]></failure><x y="\n\x1b[2J${names}`);
  return file;
}

try {
  for (const id of CASES) check(id, logsOf(id));
  check('several analysts', [
    ...logsOf('dispatch-37'),
    '--model',
    'rules',
    '--model',
    'largest-10',
    '--model',
    'random',
  ]);
  check('a hostile log', [hostileLog()]);

  // Validators that find nothing must be able to find something; the one of SARIF looks only at files of its own name.
  const broken = {
    sarif: '{"version": "2.1.0", "runs": [{"tool": {"driver": {}}}]}',
    junit: '<testsuites/>',
  };
  for (const [format, faultsOf] of Object.entries(CHECKS)) {
    const file = path.join(folder, `broken.${format}`);
    writeFileSync(file, broken[format]);
    assert.notDeepEqual(faultsOf(file), []);
  }
  console.log('passed: what is broken is found');
} finally {
  rmSync(folder, { recursive: true, force: true });
}
