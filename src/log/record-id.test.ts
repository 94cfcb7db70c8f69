import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LogDocument, LossRecord } from './document.js';
import { assignRecordIds, namesOf } from './record-id.js';

interface Made {
  readonly role: string;
  readonly records: readonly (readonly [pid: number | null, check: number, number: number])[];
}

function documentsOf(logs: readonly Made[]): LogDocument[] {
  return logs.map(({ role, records }) => ({
    role,
    records: records.map(([pid, check, number]) => ({ id: '', log: role, pid, check, number }) as LossRecord),
  })) as unknown as LogDocument[];
}

function idsOf(...logs: Made[]): string[] {
  const documents = documentsOf(logs);
  assignRecordIds(documents);
  return documents.flatMap(({ records }) => records.map(({ id }) => id));
}

describe('the shortest name that tells a record from all others', () => {
  test('its number, in the only report', () => {
    expect(
      idsOf({
        role: 'a',
        records: [
          [7, 1, 1],
          [7, 1, 2],
        ],
      }),
    ).toEqual(['1', '2']);
  });

  test('its role, in two logs', () => {
    expect(
      idsOf(
        { role: 'a', records: [[7, 1, 1]] },
        {
          role: 'b',
          records: [
            [8, 1, 1],
            [8, 1, 2],
          ],
        },
      ),
    ).toEqual(['a:1', 'b:1', '2']);
  });

  test('its process, in a log of several', () => {
    expect(
      idsOf({
        role: 'a',
        records: [
          [7, 1, 1],
          [8, 1, 1],
        ],
      }),
    ).toEqual(['7:1', '8:1']);
  });

  test('its leak check, where a process made several', () => {
    expect(
      idsOf({
        role: 'a',
        records: [
          [7, 1, 1],
          [7, 2, 1],
          [8, 1, 1],
        ],
      }),
    ).toEqual(['7.1:1', '7.2:1', '8:1']);
  });

  test('role and process, where two logs hold the same pid', () => {
    expect(
      idsOf(
        {
          role: 'a',
          records: [
            [7, 1, 1],
            [8, 1, 1],
          ],
        },
        {
          role: 'b',
          records: [
            [7, 1, 1],
            [9, 1, 1],
          ],
        },
      ),
    ).toEqual(['a:7:1', '8:1', 'b:7:1', '9:1']);
  });

  test('a place, where a log holds the same report twice', () => {
    expect(
      idsOf({
        role: 'a',
        records: [
          [7, 1, 1],
          [7, 1, 1],
        ],
      }),
    ).toEqual(['a:7.1:1#1', 'a:7.1:1#2']);
  });

  test('a role that looks like a pid names nothing by itself', () => {
    expect(idsOf({ role: '7', records: [[5, 1, 1]] }, { role: 'b', records: [[7, 1, 1]] })).toEqual([
      '5:1',
      'b:1',
    ]);
  });
});

test('any logs: ids are unique, and each is one of the names of its record alone', () => {
  const record = fc.tuple(
    fc.option(fc.integer({ min: 1, max: 3 })),
    fc.integer({ min: 1, max: 2 }),
    fc.integer({ min: 1, max: 3 }),
  );
  const log = fc.record({
    role: fc.constantFrom('a', 'b', '1', '2.1', 'a:1', '?'),
    records: fc.uniqueArray(record, { selector: String, maxLength: 12 }),
  });
  const logs = fc.uniqueArray(log, { selector: ({ role }) => role, maxLength: 4 });
  fc.assert(
    fc.property(logs, (made) => {
      const documents = documentsOf(made);
      assignRecordIds(documents);
      const records = documents.flatMap((document) => document.records);
      expect(new Set(records.map(({ id }) => id)).size).toBe(records.length);
      for (const { id } of records.filter((r) => !r.id.includes('#'))) {
        const called = records.filter((other) => namesOf(other).includes(id));
        expect(called.map((other) => other.id)).toEqual([id]);
      }
    }),
  );
});
