import { z } from 'zod';
import type { CaseFile } from '../cases/case-file.js';
import { hashOf, readCaseLogs } from '../cases/case-logs.js';
import type { Case } from '../cases/load-case.js';
import type { Truth } from '../cases/truth.js';
import { LeaktrailError } from '../error.js';
import { logText } from '../log/text.js';
import type { Material } from './material.js';
import { type Random, seededRandom } from './random.js';
import { applyEdit, type Draft, draftLines, type Edit, textOf } from './vary-draft.js';
import { type Donor, inject, pad, truncate } from './vary-lines.js';
import { merge } from './vary-merge.js';
import { rename, strip } from './vary-names.js';
import { cull, renumber, reorder } from './vary-report.js';
import { trim } from './vary-trim.js';

const yes = z.literal(true).optional();

/** How a variant differs from its case. Several changes are made in the order in which they stand here. */
export const variationSchema = z.strictObject({
  /** What tells nothing of the bug is taken out until no log has more lines than this. */
  trim: z.number().int().min(1).optional(),
  /**
   * The records of all leaks and what they come to are taken out: the right answer is NO. With `bug`, only the culprits'
   * go: other leaks may be left, and the log then still shows these.
   */
  cull: z.union([z.literal(true), z.literal('bug')]).optional(),
  /** The report is taken out: the right answer is UNSURE. */
  truncate: yes,
  /** The log with the report of another case, by its id, is appended: two bugs in one file. */
  merge: z.string().min(1).optional(),
  /** Loss records have other numbers. */
  renumber: yes,
  /** Loss records stand in another order. */
  reorder: yes,
  /** Functions, files, program and writers are named anew, so that a memorised bug report does not help. */
  rename: yes,
  /** Frames lose their source lines, or their function names too. */
  strip: z.enum(['lines', 'symbols']).optional(),
  /** Lines that try to instruct a model are added. */
  inject: yes,
  /** Events of the twin are added until the log with the report has so many lines. */
  pad: z.number().int().min(1).max(2_000_000).optional(),
  /** Where the case's own lines stand in a padded log; in the middle where absent. */
  place: z.enum(['start', 'middle', 'end']).optional(),
  seed: z.number().int().min(0).max(0x7fff_ffff).default(1),
});
export type Variation = z.infer<typeof variationSchema>;

/** Whether a variation changes anything: a seed and a place alone do not. */
export function isChange({ seed: _, place: __, ...changes }: Variation): boolean {
  return Object.values(changes).some((value) => value !== undefined);
}

/** Whether a variation can be made of a case: of XML no change but `trim` knows how to write it. */
export function canVary({ about }: Pick<Case, 'about'>, variation: Variation): boolean {
  return !isChange({ ...variation, trim: undefined }) || xmlLog(about) === -1;
}

function xmlLog({ logs }: CaseFile): number {
  return logs.findIndex(({ tool }) => tool === 'memcheck-xml');
}

/** A case made from another, with the truth that follows from the change. */
export interface Variant {
  readonly id: string;
  readonly about: CaseFile;
  readonly truth: Truth;
  readonly material: Material;
  /** The text of each log, in the order of `about.logs`. */
  readonly texts: readonly string[];
}

/**
 * Makes a variant of a case: the same bytes from the same seed on every machine.
 *
 * @param twin the case whose events pad the log; the case's own where null
 * @param merged the case that `merge` names
 * @throws a `LeaktrailError` for a case whose report is XML, which only `trim` knows how to write, and for a log that
 *   cannot be trimmed as much
 */
export async function varyCase(
  source: Case,
  twin: Case | null,
  variation: Variation,
  merged: Case | null = null,
): Promise<Variant> {
  if (variation.merge !== merged?.id) {
    throw new LeaktrailError('usage', `the case ${variation.merge ?? merged?.id} is not there to be merged`, {
      hint: 'name a case of the datasets',
    });
  }
  for (const one of merged === null ? [source] : [source, merged]) {
    if (!canVary(one, variation)) throw cannotVary(one);
  }
  let draft = await draftOf(source);
  for (const edit of await editsOf(source, twin, merged, variation)) draft = await applyEdit(draft, edit);
  return variantOf(source, draft, variation);
}

function cannotVary({ id, about, sources }: Case): LeaktrailError {
  const { file, lineOf } = sources.about;
  return new LeaktrailError('usage', `${id} has a report in XML, which can be trimmed and not changed`, {
    place: { file, line: lineOf(['logs', xmlLog(about), 'tool']) },
    hint: 'choose a case with a text report',
  });
}

async function draftOf(source: Case): Promise<Draft> {
  const logs = await readCaseLogs(source);
  return {
    logs: logs.map(({ document, text }, index) => ({
      role: document.role,
      file: document.file.replace(/\.gz$/, ''),
      tool: source.about.logs[index]?.tool ?? 'none',
      document,
      lines: draftLines(document, text.range(1, text.lineCount)),
    })),
    truth: source.truth,
  };
}

/**
 * Whose place gives a change chance of its own, whatever else is changed. New ones go last, so that what the others make
 * of a seed stays as it is.
 */
const CHANCES: readonly (keyof Variation)[] = [
  'cull',
  'truncate',
  'merge',
  'renumber',
  'reorder',
  'rename',
  'strip',
  'inject',
  'pad',
  'trim',
];

/** The edits of a variation, in the order of its schema. */
async function editsOf(
  source: Case,
  twin: Case | null,
  merged: Case | null,
  variation: Variation,
): Promise<Edit[]> {
  const { seed, place, ...changes } = variation;
  const donor = changes.pad === undefined ? null : await donorOf(twin ?? source);
  const other = merged === null ? null : await draftOf(merged);
  const edits: { readonly [name in keyof typeof changes]-?: (draft: Draft, random: Random) => Draft } = {
    trim: (draft, random) => trim(draft, changes.trim ?? 0, source.id, random),
    cull: (draft) => cull(draft, changes.cull === 'bug'),
    truncate,
    merge: (draft) => (other === null ? draft : merge(draft, other)),
    renumber,
    reorder,
    rename: (draft, random) => rename(draft, source.about.system, random),
    strip: (draft) => strip(draft, changes.strip ?? 'lines'),
    inject,
    pad: (draft) => (donor === null ? draft : pad(draft, changes.pad ?? 0, place ?? 'middle', donor)),
  };
  return Object.entries(edits).flatMap(([key, edit]) => {
    const name = key as keyof typeof changes;
    if (changes[name] === undefined) return [];
    return [(draft: Draft) => edit(draft, seededRandom(seed + CHANCES.indexOf(name) * 7919))];
  });
}

/** The log of a case that holds the most events. */
async function donorOf(source: Case): Promise<Donor> {
  const logs = await readCaseLogs(source);
  const [first, ...others] = logs.map(({ document, text }) => ({
    document,
    lines: text.range(1, text.lineCount),
  }));
  return others.reduce(
    (most, log) => (log.document.events.length > most.document.events.length ? log : most),
    first as Donor,
  );
}

function variantOf(source: Case, draft: Draft, variation: Variation): Variant {
  const id = variantId(source.id, variation);
  const texts = draft.logs.map(textOf);
  const bytes = texts.map((text) => new TextEncoder().encode(text));
  const system = variation.rename ? null : source.about.system;
  const about: CaseFile = {
    ...source.about,
    id,
    title: variation.rename ? `A program renamed (${id})` : `${source.about.title} (${nameOf(variation)})`,
    system: system ?? 'unnamed',
    tags: [...source.about.tags.filter((tag) => tag !== 'control'), ...tagsOf(draft.truth, variation)],
    twinOf: undefined,
    variantOf: source.about.variantOf ?? source.id,
    logs: draft.logs.map(({ file, role, tool, lines }, index) => ({
      file,
      role,
      tool: variation.truncate ? 'none' : tool,
      lines: lines.length,
      bytes: bytes[index]?.length ?? 0,
      sha256: hashOf(bytes[index] ?? new Uint8Array()),
    })),
    transcripts: [],
    provenance: `${source.about.provenance} Changed by leaktrail vary: ${JSON.stringify(variation)}.`,
  };
  const evidence = {
    method: `Follows from ${source.id} and the change.`,
    logs: about.logs.map(({ file }) => file),
    notes: [],
  };
  const material: Material = {
    id,
    system,
    logs: draft.logs.map(({ document }, index) => ({
      document,
      text: logText(bytes[index] ?? new Uint8Array()),
    })),
    transcripts: new Map(),
  };
  return { id, about, truth: { ...draft.truth, evidence }, material, texts };
}

/** Every variant with the same changes has the tag `vary-` and these, whatever its seed. */
function tagsOf(truth: Truth, variation: Variation): string[] {
  const tags = ['variant', `vary-${changesOf(variation)}`];
  return truth.leak.verdict === 'YES' ? tags : [...tags, 'control'];
}

/** The id of a variant: `dispatch-37.cull.pad-20000.seed-7`. */
export function variantId(source: string, variation: Variation): string {
  return `${source}.${nameOf(variation)}`;
}

/** `cull.pad-20000.seed-7` */
function nameOf(variation: Variation): string {
  return `${changesOf(variation)}.seed-${variation.seed}`;
}

/** `cull.pad-20000` */
function changesOf({ seed: _, ...changes }: Variation): string {
  return Object.entries(changes)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => (value === true ? name : `${name}-${value}`))
    .join('.');
}
