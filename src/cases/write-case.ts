import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { Document, isScalar, Scalar, visit } from 'yaml';
import { writeFileWhole } from '../write-file.js';
import { type CaseFile, caseFileSchema } from './case-file.js';
import { type Truth, truthSchema } from './truth.js';

/** Lines of case.yaml and truth.json are no longer than this where they can be broken. */
const WIDTH = 100;

/** What there is to write of a case; `texts` in the order of `about.logs`. */
export interface CaseContent {
  readonly about: CaseFile;
  readonly truth: Truth;
  readonly texts: readonly string[];
}

/**
 * Writes a case into a folder: case.yaml, truth.json and its logs. A log whose name ends in `.gz` is compressed.
 * What is there already is overwritten.
 */
export async function writeCase(folder: string, { about, truth, texts }: CaseContent): Promise<void> {
  await writeFileWhole(path.join(folder, 'case.yaml'), caseYaml(about));
  await writeFileWhole(path.join(folder, 'truth.json'), truthJson(truth));
  for (const [index, { file }] of about.logs.entries()) {
    const target = path.join(folder, file);
    const text = texts[index] ?? '';
    await writeFileWhole(target, text);
    if (file.endsWith('.gz')) await writeFile(target, gzipSync(text, { level: 9 }));
  }
}

/** case.yaml as text, its fields in the order of the schema; long texts are folded. */
export function caseYaml(about: CaseFile): string {
  const fields = Object.entries(caseFileSchema.parse(about)).filter(
    ([name, value]) => value !== undefined && !(name === 'transcripts' && about.transcripts.length === 0),
  );
  const document = new Document(Object.fromEntries(fields));
  visit(document, {
    Scalar(_, node) {
      if (isScalar(node) && typeof node.value === 'string' && node.value.length > WIDTH - 10) {
        node.type = Scalar.BLOCK_FOLDED;
      }
    },
  });
  return document.toString({ lineWidth: WIDTH });
}

/** truth.json as text, its fields in the order of the schema; lists of ids fill their lines. */
export function truthJson(truth: Truth): string {
  return `${jsonText(truthSchema.parse(truth), '')}\n`;
}

function jsonText(value: unknown, indent: string): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const inner = `${indent}  `;
  if (!Array.isArray(value)) {
    const fields = Object.entries(value)
      .filter(([, field]) => field !== undefined)
      .map(([name, field]) => `${inner}${JSON.stringify(name)}: ${jsonText(field, inner)}`);
    return fields.length === 0 ? '{}' : `{\n${fields.join(',\n')}\n${indent}}`;
  }
  const items = value.map((item) => jsonText(item, inner));
  const flat = `[${items.join(', ')}]`;
  if (value.every((item) => typeof item !== 'object') && indent.length + flat.length < WIDTH) return flat;
  if (value.some((item) => typeof item === 'object'))
    return `[\n${inner}${items.join(`,\n${inner}`)}\n${indent}]`;
  return `[\n${filled(items, inner)}\n${indent}]`;
}

function filled(items: readonly string[], indent: string): string {
  const lines: string[] = [];
  let line = indent;
  for (const [index, item] of items.entries()) {
    const word = index < items.length - 1 ? `${item},` : item;
    if (line !== indent && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = indent;
    }
    line += line === indent ? word : ` ${word}`;
  }
  return [...lines, line].join('\n');
}
