import { readFile } from 'node:fs/promises';
import { isMap, isNode, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { LeaktrailError } from '../error.js';

/** One thing that is wrong with a case: where, what, and what to do about it. */
export interface Finding {
  readonly file: string;
  /** 1-based; null where the trouble is the whole file. */
  readonly line: number | null;
  readonly what: string;
  readonly remedy: string;
}

type Path = readonly PropertyKey[];

/** A file that keeps its schema, and where in it each value stands. */
export interface CheckedFile<T> {
  readonly file: string;
  readonly value: T;
  /** 1-based line of the value at a path; of its nearest ancestor where the value is absent. */
  lineOf(path: Path): number;
}

/** Everything that is wrong with a file, in the order of its lines; the message is the first of it. */
export class SchemaError extends LeaktrailError {
  override readonly name = 'SchemaError';
  readonly findings: readonly Finding[];

  constructor(findings: readonly [Finding, ...Finding[]]) {
    const [{ file, line, what, remedy }] = findings;
    const more = findings.length > 1 ? ` (and ${findings.length - 1} more)` : '';
    super('input', `${what}${more}`, { hint: remedy, place: line === null ? { file } : { file, line } });
    this.findings = findings;
  }
}

/**
 * Reads a YAML or JSON file (by its ending) and checks it against a schema.
 * Throws a `LeaktrailError` when it cannot be read, a `SchemaError` when it is not what the schema asks for.
 */
export async function readCheckedFile<T>(file: string, schema: z.ZodType<T>): Promise<CheckedFile<T>> {
  const source = await readText(file);
  const locate = lazyLocator(source);
  const value = file.endsWith('.json') ? parseJson(file, source) : parseYaml(file, source);
  const result = schema.safeParse(value, { reportInput: true });
  if (result.success) return { file, value: result.data, lineOf: locate };
  const findings = result.error.issues.flatMap((issue) =>
    explain(issue).map(({ path, what, remedy }) => ({ file, line: locate(path), what, remedy })),
  );
  throw new SchemaError(findings.sort((a, b) => a.line - b.line) as [Finding, ...Finding[]]);
}

async function readText(file: string): Promise<string> {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(file));
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    const message = missing
      ? 'no such file'
      : cause instanceof TypeError
        ? 'not UTF-8 text'
        : 'cannot be read';
    throw new LeaktrailError('input', message, {
      place: { file },
      hint: missing ? 'a case is a folder with case.yaml and truth.json' : 'check the file',
      cause,
    });
  }
}

function parseYaml(file: string, source: string): unknown {
  const lines = new LineCounter();
  const document = parseDocument(source, { lineCounter: lines, prettyErrors: false });
  const findings = document.errors.map((error) => ({
    file,
    line: lines.linePos(error.pos[0]).line,
    what: `not YAML: ${error.message}`,
    remedy: 'mend the YAML at this line',
  }));
  if (findings.length > 0) throw new SchemaError(findings as [Finding, ...Finding[]]);
  return document.toJS();
}

function parseJson(file: string, source: string): unknown {
  try {
    return JSON.parse(source);
  } catch (cause) {
    const { message } = cause as SyntaxError;
    const at = Number(/at position (\d+)/.exec(message)?.[1] ?? source.length);
    throw new SchemaError([
      {
        file,
        line: source.slice(0, at).trimEnd().split('\n').length,
        what: `not JSON: ${message.replace(/ in JSON at position.*$/s, '').replace(/\s+/g, ' ')}`,
        remedy: 'mend the JSON at this line',
      },
    ]);
  }
}

/** Lines of paths in a YAML or JSON text (JSON is YAML); the text is parsed for this when first asked. */
function lazyLocator(source: string): (path: Path) => number {
  let locate: ((path: Path) => number) | null = null;
  return (path) => {
    locate ??= locator(source);
    return locate(path);
  };
}

function locator(source: string): (path: Path) => number {
  const lines = new LineCounter();
  const document = parseDocument(source, { lineCounter: lines });
  return (path) => {
    let node: unknown = document.contents;
    let offset = 0;
    for (const key of path) {
      const pair = isMap(node)
        ? node.items.find((item) => isScalar(item.key) && item.key.value === key)
        : undefined;
      const place: unknown = pair ? pair.key : isSeq(node) ? node.items[Number(key)] : undefined;
      if (!isNode(place)) break;
      offset = place.range?.[0] ?? offset;
      node = pair ? pair.value : place;
    }
    return lines.linePos(offset).line;
  };
}

interface Explained {
  readonly path: Path;
  readonly what: string;
  readonly remedy: string;
}

/** A schema issue in a user's words. An unknown field is one issue with many keys, hence several answers. */
function explain(issue: z.core.$ZodIssue): Explained[] {
  const { path } = issue;
  const field = nameOf(path);
  if (path.length > 0 && 'input' in issue && issue.input === undefined) {
    return [{ path, what: `field ${field} is missing`, remedy: 'add it' }];
  }
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({
        path: [...path, key],
        what: `unknown field ${nameOf([...path, key])}`,
        remedy: 'remove it or correct its name',
      }));
    case 'invalid_value':
      return [
        {
          path,
          what: `${field}: not one of the allowed values`,
          remedy: `write one of: ${issue.values.map(String).join(', ')}`,
        },
      ];
    case 'invalid_union': {
      // A value of the right type is told what is wrong inside of it.
      const inside = issue.errors.flat().filter((inner) => inner.path.length > 0 || 'keys' in inner);
      if (inside.length === 0)
        return [{ path, what: `${field}: Invalid input`, remedy: 'correct the value' }];
      return inside.flatMap((inner) => explain({ ...inner, path: [...path, ...inner.path] }));
    }
    default:
      return [{ path, what: `${field}: ${plain(issue.message)}`, remedy: 'correct the value' }];
  }
}

function plain(message: string): string {
  return message.replace(/^Invalid (?:input|string): /, '');
}

/** `leak.records[3]` */
function nameOf(path: Path): string {
  if (path.length === 0) return 'the file';
  return path
    .map((key, index) => (typeof key === 'number' ? `[${key}]` : `${index > 0 ? '.' : ''}${String(key)}`))
    .join('');
}
