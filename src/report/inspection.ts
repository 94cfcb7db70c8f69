import type { z } from 'zod';
import type { Frozen } from '../frozen.js';
import type { Frame, Group, LeakKind, LogDocument } from '../log/document.js';
import { signatureOf } from '../log/signature.js';
import type { inspectionSchema } from './inspection-schema.js';

/** What `inspect --json` prints. */
export type Inspection = Frozen<z.infer<typeof inspectionSchema>>;
type InspectedFrame = Inspection['records'][number]['frames'][number];

/** What is in some logs, for other programs. `tokens` is the count over their whole text. */
export function inspectionOf(documents: readonly LogDocument[], tokens: number): Inspection {
  return {
    logs: documents.map(({ role, file, format, lines, bytes, truncated }) => ({
      role,
      file,
      format,
      lines,
      bytes,
      truncated,
    })),
    records: documents.flatMap((document) =>
      document.records.map(({ frames, delta: _, ...record }) => ({
        ...record,
        frames: frames.map(inspectedFrame),
        signature: signatureOf(frames),
      })),
    ),
    groups: mergeGroups(documents).map(({ signature, records, bytes, blocks }) => ({
      signature,
      records,
      bytes,
      blocks,
    })),
    events: {
      count: sumOf(documents, ({ templates }) => templates.reduce((sum, { count }) => sum + count, 0)),
      templates: documents.flatMap((document) =>
        document.templates.map(({ template, component, level, count }) => ({
          log: document.role,
          template,
          component,
          level,
          count,
        })),
      ),
    },
    errors: documents.flatMap((document) =>
      document.errors.map(({ auxiliary: _, frames, ...error }) => ({
        log: document.role,
        ...error,
        frames: frames.map(inspectedFrame),
      })),
    ),
    summary: documents.flatMap((document) =>
      document.processes.map((process) => ({ log: document.role, ...process })),
    ),
    problems: documents.flatMap((document) =>
      document.problems.map((problem) => ({ log: document.role, ...problem })),
    ),
    tokens,
  };
}

function inspectedFrame({ function: name, file, line, object }: Frame): InspectedFrame {
  return { function: name, file, line, object };
}

/** The groups of several logs as one list, those with the same signature put together, largest first. */
export function mergeGroups(documents: readonly LogDocument[]): Group[] {
  const merged = new Map<string, Group>();
  for (const group of documents.flatMap((document) => document.groups)) {
    const known = merged.get(group.signature);
    merged.set(group.signature, known === undefined ? group : addGroups(known, group));
  }
  return [...merged.values()].sort((a, b) => b.bytes - a.bytes || (a.signature < b.signature ? -1 : 1));
}

function addGroups(a: Group, b: Group): Group {
  const kinds: { [kind in LeakKind]?: number } = { ...a.kinds };
  for (const [kind, blocks] of Object.entries(b.kinds) as [LeakKind, number][])
    kinds[kind] = (kinds[kind] ?? 0) + blocks;
  return {
    signature: a.signature,
    records: [...a.records, ...b.records],
    recordCount: a.recordCount + b.recordCount,
    bytes: a.bytes + b.bytes,
    blocks: a.blocks + b.blocks,
    directBytes: a.directBytes + b.directBytes,
    indirectBytes: a.indirectBytes + b.indirectBytes,
    kinds,
    frames: a.frames,
  };
}

function sumOf<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((sum, item) => sum + value(item), 0);
}
