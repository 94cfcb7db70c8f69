/**
 * Keeps what documents show of the command line and of the tables true.
 *
 *   <!-- leaktrail ARGS --> or <!-- leaktrail ARGS | head -n N -->   before a code block: what the command prints
 *   <!-- table FILE --> or <!-- table FILE with TEXT -->             before a table: that of FILE, rows that hold TEXT
 *
 *   node scripts/docs-output.mjs          writes the documents again
 *   node scripts/docs-output.mjs --check  exits 1 when one is not what it should be
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = new URL('..', import.meta.url);
const main = fileURLToPath(new URL('dist/src/cli/main.js', root));
const check = process.argv.includes('--check');

const CODE = /(<!-- leaktrail (.*?)(?: \| head -n (\d+))? -->\n```\w*\n)([\s\S]*?)(```\n)/g;
const TABLE = /(<!-- table (\S+?)(?: with (.*?))? -->\n\n)((?:\|.*\n)*)/g;

/** Documents with marks. */
const MARKED = ['README.md', 'docs/chunks.md'];

/** Documents that are wholly what a command prints. */
const WHOLE = {
  'docs/example-diagnosis.md':
    'diagnose datasets/dispatch-37/logs/router-a.log datasets/dispatch-37/logs/router-b.log --role QDR.01 --role QDR.02 --format md',
};

function outputOf(words, lines) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...words.split(' ')], {
    cwd: fileURLToPath(root),
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1' },
  });
  if (status !== 0) throw new Error(`leaktrail ${words} exits with ${status}: ${stderr}`);
  const all = stdout.split('\n').map((line) => line.trimEnd());
  return (lines === undefined ? all : [...all.slice(0, Number(lines)), '']).join('\n');
}

function tableOf(file, text) {
  const rows = readFileSync(new URL(file, root), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('|'));
  const shown = rows.filter((row, index) => index < 2 || text === undefined || row.includes(text));
  return shown.map((row) => `${row}\n`).join('');
}

function withFreshParts(text) {
  return text
    .replace(CODE, (_, open, words, lines, _old, close) => open + outputOf(words, lines) + close)
    .replace(TABLE, (_, open, file, filter) => open + tableOf(file, filter));
}

const documents = Object.fromEntries(MARKED.map((name) => [name, withFreshParts]));
for (const [name, words] of Object.entries(WHOLE)) documents[name] = () => outputOf(words);

for (const [name, fresh] of Object.entries(documents)) {
  const file = new URL(name, root);
  const before = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const after = fresh(before);
  if (after === before) continue;
  if (!check) writeFileSync(file, after);
  else {
    console.error(`${name}: shows what the commands do not print; npm run docs writes it again`);
    process.exitCode = 1;
  }
}
