// Compiles src/ and bench/ beside the build and runs one benchmark: node scripts/bench.mjs NAME [ARGUMENTS]
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const [name = '', ...args] = process.argv.slice(2);
if (!existsSync(path.join(root, 'bench', `${name}.ts`))) {
  const names = readdirSync(path.join(root, 'bench')).map((file) => path.parse(file).name);
  console.error(`no benchmark is called ${name || '(none)'}; there are: ${names.join(', ')}`);
  process.exit(2);
}
const compiler = path.join(root, 'node_modules/typescript/bin/tsc');
execFileSync(process.execPath, [compiler, '-p', 'tsconfig.bench.json'], { cwd: root, stdio: 'inherit' });
const file = path.join(root, 'node_modules/.cache/leaktrail-bench/bench', `${name}.js`);
process.exit(spawnSync(process.execPath, [file, ...args], { cwd: root, stdio: 'inherit' }).status ?? 1);
