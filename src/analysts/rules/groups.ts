import type { Material } from '../../evidence/material.js';
import type { Amount, Frame, LogDocument, LossRecord } from '../../log/document.js';
import { signatureOf } from '../../log/signature.js';
import type { LeakGroup } from './analysis.js';

/** The records of the last leak check of each process: what an earlier check found, the last one finds again. */
export function finalRecords({ records }: LogDocument): readonly LossRecord[] {
  const last = new Map<number | null, number>();
  for (const { pid, check } of records) last.set(pid, Math.max(check, last.get(pid) ?? 0));
  return records.filter(({ pid, check }) => check === last.get(pid));
}

/** A group before its chain is known. */
export type RawGroup = Omit<LeakGroup, 'chain' | 'own'>;

/** Records with the same stack, over all logs of the material, in an order that no record number decides. */
export function groupRecords(material: Material): RawGroup[] {
  const bySignature = new Map<string, LossRecord[]>();
  for (const { document } of material.logs) {
    for (const record of finalRecords(document)) {
      const signature = signatureOf(record.frames);
      const group = bySignature.get(signature);
      if (group === undefined) bySignature.set(signature, [record]);
      else group.push(record);
    }
  }
  return [...bySignature].map(([signature, records]) => ({
    signature,
    records,
    ...amountOf(records),
  }));
}

/** Blocks and bytes of records together. */
export function amountOf(records: readonly LossRecord[]): Amount {
  return { blocks: sum(records, ({ blocks }) => blocks), bytes: sum(records, ({ bytes }) => bytes) };
}

/** Sum of a number over items. */
export function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}

/** Blocks of a group that are lost in one kind. */
export function blocksOf(group: RawGroup, kind: LossRecord['kind']): number {
  return sum(
    group.records.filter((record) => record.kind === kind),
    ({ blocks }) => blocks,
  );
}

/** A frame's name as stacks print it. */
export function nameOf(frame: Frame): string {
  return frame.function ?? '???';
}
