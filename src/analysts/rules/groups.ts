import type { Material } from '../../evidence/material.js';
import type { Amount, Frame, LogDocument, LossRecord } from '../../log/document.js';
import { signatureOf } from '../../log/signature.js';
import type { LeakGroup } from './analysis.js';

/**
 * The records of the last leak check of each process: what an earlier check found, the last one finds again. A check
 * without a LEAK SUMMARY was not finished when the next one seemed to begin, and counts as one with it.
 */
function finalRecords({ records, processes }: LogDocument): readonly LossRecord[] {
  const first = new Map<number | null, number>();
  for (const { pid, checks } of processes) {
    const finished = checks.slice(0, -1).findLast(({ summary }) => summary !== null);
    first.set(pid, (finished?.number ?? 0) + 1);
  }
  return records.filter(({ pid, check }) => check >= (first.get(pid) ?? 1));
}

/**
 * Records of a process that lost blocks only indirectly, as lost directly: such blocks hold one another in a cycle,
 * of which LeakSanitizer calls none direct.
 */
function breakCycles(records: readonly LossRecord[]): readonly LossRecord[] {
  const direct = new Set(records.filter(({ kind }) => kind !== 'indirectly-lost').map(({ pid }) => pid));
  return records.map((record) =>
    record.kind === 'indirectly-lost' && !direct.has(record.pid)
      ? { ...record, kind: 'definitely-lost' }
      : record,
  );
}

/** A group before it is known whose it is. */
export type RawGroup = Omit<LeakGroup, 'byLibrary' | 'chain' | 'own'>;

/** Records with the same stack, over all logs of the material, in an order that no record number decides. */
export function groupRecords(material: Material): RawGroup[] {
  const bySignature = new Map<string, LossRecord[]>();
  for (const { document } of material.logs) {
    for (const record of breakCycles(finalRecords(document))) {
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

/** Largest number over items; there may be more of them than a call can have arguments. */
export function largest<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((most, item) => Math.max(most, of(item)), Number.NEGATIVE_INFINITY);
}

/** Blocks of a group that are lost in one kind. */
export function blocksOf(group: RawGroup, kind: LossRecord['kind']): number {
  return sum(
    group.records.filter((record) => record.kind === kind),
    ({ blocks }) => blocks,
  );
}

/** Blocks of a group that are not held by other lost blocks. */
export function directBlocks(group: RawGroup): number {
  return group.blocks - blocksOf(group, 'indirectly-lost');
}

/** Bytes of a group's blocks that are not held by other lost blocks, with all that those hold. */
export function directBytes({ records }: RawGroup): number {
  return sum(
    records.filter(({ kind }) => kind !== 'indirectly-lost'),
    ({ bytes }) => bytes,
  );
}

/** A frame's name as stacks print it. */
export function nameOf(frame: Frame): string {
  return frame.function ?? '???';
}

/**
 * Orders groups by what they lost, most first. Among equals the source lines of their stacks decide and only then
 * names, so that neither numbers nor order of records nor other names change the order.
 */
export function bySize(a: RawGroup, b: RawGroup): number {
  return (
    b.blocks - a.blocks ||
    b.bytes - a.bytes ||
    compare(sourceLines(a), sourceLines(b)) ||
    compare(a.signature, b.signature)
  );
}

function sourceLines({ records }: RawGroup): string {
  return (records[0]?.frames ?? []).map(({ line }) => line ?? 0).join(' ');
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
