import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { STAGES, type Stage } from '../cases/truth.js';
import { LeaktrailError } from '../error.js';
import { packageRoot } from '../package-root.js';

const frontMatterSchema = z.strictObject({
  id: z.string().regex(/^[a-z][a-z0-9/-]*$/, 'expected lower-case letters, digits, dashes and slashes'),
  version: z.number().int().min(1),
  /** Every `{{name}}` of the text, each once. */
  placeholders: z.array(z.string().regex(/^[a-z][A-Za-z]*$/, 'expected a word of letters')),
});

/** One prompt file: front matter between `---` lines, then the text. */
export interface Prompt {
  readonly id: string;
  readonly version: number;
  readonly placeholders: readonly string[];
  /** Without front matter and without blank lines around it. */
  readonly text: string;
  /** SHA-256 of the file's bytes, in hexadecimal. */
  readonly hash: string;
  readonly file: string;
}

/** The prompts of one set: a question for each stage, and how a piece of a log is put in front of the first. */
export interface PromptSet {
  readonly name: string;
  readonly questions: { readonly [stage in Stage]: Prompt };
  readonly log: Prompt;
}

/** The set that `prompts/` itself holds; any other set is a folder below it. */
const DEFAULT_PROMPT_SET = 'default';

const PLACEHOLDER = /\{\{\s*([A-Za-z]+)\s*\}\}/g;

/** Names of the prompt sets that this package holds, the default one first. */
export function promptSets(folder: string = path.join(packageRoot, 'prompts')): string[] {
  const sets = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(path.join(folder, entry.name, `${STAGES[0]}.md`)))
    .map((entry) => entry.name);
  return [DEFAULT_PROMPT_SET, ...sets.sort()];
}

/**
 * Reads a prompt set from `folder`. A set without a `log.md` of its own uses the one of the default set.
 * Throws a `LeaktrailError` that names the set, or the file and line at fault.
 */
export function loadPrompts(
  set: string = DEFAULT_PROMPT_SET,
  folder: string = path.join(packageRoot, 'prompts'),
): PromptSet {
  const known = promptSets(folder);
  if (!known.includes(set)) {
    throw new LeaktrailError('usage', `no prompt set named ${set}`, {
      hint: `There are: ${known.join(', ')}.`,
    });
  }
  const home = set === DEFAULT_PROMPT_SET ? folder : path.join(folder, set);
  const ownLog = path.join(home, 'log.md');
  return {
    name: set,
    questions: {
      relationship: readPrompt(path.join(home, 'relationship.md')),
      leak: readPrompt(path.join(home, 'leak.md')),
      'root-cause': readPrompt(path.join(home, 'root-cause.md')),
    },
    log: readPrompt(existsSync(ownLog) ? ownLog : path.join(folder, 'log.md')),
  };
}

/** Reads one prompt file. Throws a `LeaktrailError` with file and line when it is not as it must be. */
export function readPrompt(file: string): Prompt {
  const shown = path.relative(packageRoot, file);
  const fail = (line: number, message: string): never => {
    throw new LeaktrailError('input', message, {
      place: { file: shown, line },
      hint: 'A prompt file begins with front matter: id, version and placeholders between two lines of ---.',
    });
  };
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (cause) {
    throw new LeaktrailError('input', 'cannot read the prompt file', { place: { file: shown }, cause });
  }
  const source = bytes.toString('utf8').replace(/\r\n/g, '\n');
  const parts = /^---\n([\s\S]*?)\n---\n([\s\S]*)$/.exec(source);
  if (parts === null) return fail(1, 'no front matter');
  const [, yaml = '', body = ''] = parts;

  const lines = new LineCounter();
  const document = parseDocument(yaml, { lineCounter: lines });
  // The front matter begins on the file's second line.
  const lineAt = (offset: number) => lines.linePos(offset).line + 1;
  const broken = document.errors[0];
  if (broken !== undefined) return fail(lineAt(broken.pos[0]), broken.message.split('\n')[0] ?? 'not YAML');
  const checked = frontMatterSchema.safeParse(document.toJS());
  if (!checked.success) {
    const issue = checked.error.issues[0] as z.core.$ZodIssue;
    const node = document.getIn(issue.path as (string | number)[], true) as { range?: [number] } | undefined;
    const where = issue.path.length === 0 ? '' : `${issue.path.join('.')}: `;
    return fail(node?.range === undefined ? 2 : lineAt(node.range[0]), `${where}${issue.message}`);
  }

  const { id, version, placeholders } = checked.data;
  const bodyLine = yaml.split('\n').length + 3;
  const used = new Set<string>();
  for (const match of body.matchAll(PLACEHOLDER)) {
    const name = match[1] as string;
    used.add(name);
    if (!placeholders.includes(name)) {
      const line = bodyLine + body.slice(0, match.index).split('\n').length - 1;
      return fail(line, `placeholder {{${name}}} is not listed in the front matter`);
    }
  }
  const unused = placeholders.find((name) => !used.has(name));
  if (unused !== undefined) return fail(2, `placeholder ${unused} is listed and never used`);
  const hash = createHash('sha256').update(bytes).digest('hex');
  return { id, version, placeholders, text: body.trim(), hash, file: shown };
}

/**
 * The prompt with its placeholders filled in. Values are put in as they are and not searched for placeholders again.
 * Throws when a value is missing or not asked for.
 */
export function renderPrompt(prompt: Prompt, values: { readonly [name: string]: string | number }): string {
  const missing = prompt.placeholders.find((name) => values[name] === undefined);
  if (missing !== undefined) throw new Error(`prompt ${prompt.id}: no value for placeholder ${missing}`);
  const unknown = Object.keys(values).find((name) => !prompt.placeholders.includes(name));
  if (unknown !== undefined) throw new Error(`prompt ${prompt.id}: it has no placeholder ${unknown}`);
  return prompt.text.replace(PLACEHOLDER, (_, name: string) => String(values[name]));
}

/** A piece of a log on its way into a prompt. */
export interface LogPart {
  /** 1-based, among the parts of one question. */
  readonly index: number;
  readonly count: number;
  /** Who wrote the log. */
  readonly role: string;
  readonly text: string;
}

/** A part of a log inside a fence that does not occur in it, so that no line of the log can end the fence. */
export function renderLogPart(prompt: Prompt, part: LogPart): string {
  const role = part.role.replace(/[^\w.-]+/g, '_');
  return renderPrompt(prompt, { ...part, role, fence: fenceFor(part.text) });
}

/** A word that does not occur in the text; the same text always gets the same word. */
export function fenceFor(text: string): string {
  for (let salt = 0; ; salt++) {
    const word = `LOG-${createHash('sha256').update(`${salt}\n${text}`).digest('hex').slice(0, 12)}`;
    if (!text.includes(word)) return word;
  }
}
