import type { LogDocument, LossRecord } from './document.js';

/**
 * Gives every loss record of a case the id by which answers cite it, so that no two share one.
 *
 * The id is the shortest of these that no other record could also be called by: its number (`351`), `role:351`,
 * `pid:351`, `pid.2:351` (second leak check of the process), and the same behind the role.
 */
export function assignRecordIds(documents: readonly LogDocument[]): void {
  const claims = new Map<string, number>();
  for (const document of documents) {
    for (const record of document.records) {
      for (const name of namesOf(record)) claims.set(name, (claims.get(name) ?? 0) + 1);
    }
  }
  for (const document of documents) {
    for (const record of document.records) {
      const names = namesOf(record);
      record.id = names.find((name) => claims.get(name) === 1) ?? (names.at(-1) as string);
    }
  }
}

/** What makes up a record's names. */
export type NamedRecord = Pick<LossRecord, 'number' | 'log' | 'pid' | 'check'>;

/** Every name a record answers to, shortest first. */
export function namesOf(record: NamedRecord): string[] {
  const { number, log, pid, check } = record;
  const process = pid ?? '?';
  return [
    `${number}`,
    `${log}:${number}`,
    `${process}:${number}`,
    `${process}.${check}:${number}`,
    `${log}:${process}:${number}`,
    `${log}:${process}.${check}:${number}`,
  ];
}
