import type { LogDocument } from '../log/document.js';
import { signatureOf } from '../log/signature.js';
import type { Variant } from './vary.js';

export const documentsOf = ({ material }: Pick<Variant, 'material'>): LogDocument[] =>
  material.logs.map(({ document }) => document);

/** What the records of these ids lost and where, sorted: the same whatever they are called. */
export function culpritsOf(documents: readonly LogDocument[], records: readonly string[]): string[] {
  const ids = new Set(records);
  return documents
    .flatMap((document) => document.records.filter(({ id }) => ids.has(id)))
    .map(({ frames, kind, blocks, bytes }) => `${kind} ${blocks} ${bytes} ${signatureOf(frames)}`)
    .sort();
}
