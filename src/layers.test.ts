import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from './package-root.js';

/** The tower of docs/architecture.md, lowest first. A folder imports only from folders below it. */
const TOWER = [
  'src/log',
  'src/cases',
  'src/evidence',
  'src/context',
  'src/stages',
  'src/analysts',
  'src/runs',
  'eval',
  'src/report',
  'src/cli',
];

/** The floor of a file, or -1 for the ground that all floors stand on (`src/error.ts` and its neighbours). */
function floorOf(file: string): number {
  return TOWER.findIndex((folder) => file.startsWith(`${folder}/`));
}

function importsOf(file: string): string[] {
  const source = readFileSync(path.join(packageRoot, file), 'utf8');
  const specifiers = source.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g);
  return [...specifiers].map(([, specifier = '']) => path.posix.join(path.posix.dirname(file), specifier));
}

/** Imports that look up: from a floor to one above it, or from the ground to any floor. */
function upwardImports(files: Map<string, string[]>): string[] {
  const wrong: string[] = [];
  for (const [file, imports] of files) {
    for (const target of imports) {
      if (floorOf(target) > floorOf(file)) wrong.push(`${file} imports ${target}`);
    }
  }
  return wrong;
}

/** The public entry stands beside the tower and may import from all of it. */
const OUTSIDE = new Set(['src/index.ts']);

test('a folder imports only from folders below it', () => {
  const files = ['src', 'eval']
    .flatMap((root) =>
      readdirSync(path.join(packageRoot, root), { recursive: true, encoding: 'utf8' }).map((name) =>
        path.posix.join(root, name),
      ),
    )
    .filter((file) => file.endsWith('.ts') && !OUTSIDE.has(file));
  expect(files.length).toBeGreaterThan(10);
  expect(upwardImports(new Map(files.map((file) => [file, importsOf(file)])))).toEqual([]);
});

test('an import from above is found', () => {
  const files = new Map([
    ['src/log/read.ts', ['src/evidence/groups.js', 'src/error.js']],
    ['src/error.ts', ['src/log/document.js']],
    ['src/cli/main.ts', ['src/log/read.js', 'eval/grade.js']],
  ]);
  expect(upwardImports(files)).toEqual([
    'src/log/read.ts imports src/evidence/groups.js',
    'src/error.ts imports src/log/document.js',
  ]);
});
