import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { LeaktrailError } from '../error.js';
import { type Case, loadCase } from './load-case.js';

/**
 * The cases below a folder that a selection names, in the order of their ids; all where the selection is empty.
 * A term of the selection is an id, an id with `*` for any characters, `tag:NAME`, or one of these after `!`,
 * which takes its cases out again.
 *
 * Throws a `LeaktrailError` when the folder cannot be read, a case in it is broken, or a term names no case.
 */
export async function findCases(root: string, selection: readonly string[] = []): Promise<Case[]> {
  const folders = await findCaseFolders(root);
  const cases = await Promise.all(folders.map(loadCase));
  cases.sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  const twice = cases.find((one, index) => cases[index + 1]?.id === one.id);
  if (twice) {
    throw new LeaktrailError('input', `two cases have the id ${twice.id}`, {
      place: { file: twice.sources.about.file, line: twice.sources.about.lineOf(['id']) },
      hint: 'give one of them another id',
    });
  }
  return selectCases(cases, selection);
}

/** Folders below `root` that hold a case.yaml, sorted. A case holds no other case. */
export async function findCaseFolders(root: string): Promise<string[]> {
  if (existsSync(path.join(root, 'case.yaml'))) return [root];
  const entries = await readdir(root, { withFileTypes: true }).catch((cause) => {
    throw new LeaktrailError('input', 'no folder with cases', {
      place: { file: root },
      hint: 'a case is a folder with case.yaml and truth.json',
      cause,
    });
  });
  const below = entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map((entry) => findCaseFolders(path.join(root, entry.name)));
  return (await Promise.all(below)).flat().sort();
}

/**
 * Those of the cases that a selection names, in their order; the words are those of `findCases`.
 * Throws a `LeaktrailError` when a term names no case.
 */
export function selectCases(cases: readonly Case[], selection: readonly string[]): Case[] {
  const selected = new Set<Case>(selection.every((term) => term.startsWith('!')) ? cases : []);
  for (const term of selection) {
    const out = term.startsWith('!');
    const named = casesNamed(cases, out ? term.slice(1) : term);
    for (const one of named) {
      if (out) selected.delete(one);
      else selected.add(one);
    }
  }
  return cases.filter((one) => selected.has(one));
}

function casesNamed(cases: readonly Case[], term: string): Case[] {
  const named = cases.filter(
    term.startsWith('tag:')
      ? ({ about }) => about.tags.includes(term.slice('tag:'.length))
      : ({ id }) => matches(id, term),
  );
  if (named.length === 0) {
    throw new LeaktrailError('usage', `no case is called ${term}`, {
      hint: `there are: ${cases.map(({ id }) => id).join(', ')}`,
    });
  }
  return named;
}

function matches(id: string, pattern: string): boolean {
  const literal = pattern.split('*').map((part) => part.replace(/[.\\+?^${}()|[\]]/g, '\\$&'));
  return new RegExp(`^${literal.join('.*')}$`).test(id);
}
