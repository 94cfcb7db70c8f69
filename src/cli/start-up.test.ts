import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../package-root.js';

/** The packages that a built module loads before it runs, itself and through what it imports. */
function packagesLoadedBy(entry: string): Set<string> {
  const packages = new Set<string>();
  const seen = new Set<string>();
  const visit = (file: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    const source = readFileSync(file, 'utf8');
    for (const [, specifier = ''] of source.matchAll(
      /^(?:import\s*|(?:import|export)\b[^'"\n]*\bfrom\s*)['"]([^'"]+)['"]/gm,
    )) {
      if (specifier.startsWith('.')) visit(path.resolve(path.dirname(file), specifier));
      else if (!specifier.startsWith('node:')) packages.add(specifier);
    }
  };
  visit(path.join(packageRoot, 'dist/src/cli', entry));
  return packages;
}

test('inspect starts with nothing but what it shows with', () => {
  const loaded = new Set([...packagesLoadedBy('main.js'), ...packagesLoadedBy('inspect.js')]);
  expect([...loaded].sort()).toEqual(['commander', 'picocolors']);
});

test('no command loads a model client or a tokenizer before it asks a model', () => {
  for (const entry of ['main.js', 'bench.js', 'diagnose.js', 'inspect.js', 'chunk.js', 'tables.js']) {
    const heavy = [...packagesLoadedBy(entry)].filter((name) =>
      /langchain|openai|gpt-tokenizer|minisearch/.test(name),
    );
    expect(heavy, entry).toEqual([]);
  }
});
