import type { LogDocument, LossRecord } from './document.js';

/**
 * Gives every loss record of a case the id by which answers cite it, so that no two share one.
 *
 * The id is the shortest of these that no other record could also be called by: its number (`351`), `role:351`,
 * `pid:351`, `pid.2:351` (second leak check of the process), and the same behind the role. Records that not even
 * the last tells apart (a log that holds the same report twice) get a place behind it: `role:pid.2:351#2`.
 */
export function assignRecordIds(documents: readonly LogDocument[]): void {
  const plainRoles = documents.every(({ role }) => !MISTAKABLE_ROLE.test(role));
  for (const records of byNumber(documents)) {
    const [only] = records;
    if (records.length === 1) (only as LossRecord).id = `${(only as LossRecord).number}`;
    else if (plainRoles) assignByShape(records, documents.length === 1 ? SHAPES_IN_ONE_LOG : SHAPES);
    else assignByName(records);
  }
}

/** What makes up a record's names. */
export type NamedRecord = Pick<LossRecord, 'number' | 'log' | 'pid' | 'check'>;

/** Every name a record answers to, shortest first. */
export function namesOf(record: NamedRecord): string[] {
  return [`${record.number}`, ...SHAPES.map((shape) => `${shape(record)}:${record.number}`)];
}

/** A role that could be taken for a pid, or for a role and a pid. */
const MISTAKABLE_ROLE = /^[\d?]|:/;

const processOf = ({ pid }: NamedRecord) => pid ?? '?';

/** What can stand before a record's number to tell it from others of the same number. */
const SHAPES: readonly ((record: NamedRecord) => string | number)[] = [
  ({ log }) => log,
  processOf,
  (record) => `${processOf(record)}.${record.check}`,
  (record) => `${record.log}:${processOf(record)}`,
  (record) => `${record.log}:${processOf(record)}.${record.check}`,
];

/** The role tells nothing apart in a log that is alone. */
const SHAPES_IN_ONE_LOG = SHAPES.slice(1, 3);

/** Names end with the number, so only records of one number can be mistaken for each other. */
function byNumber(documents: readonly LogDocument[]): Iterable<LossRecord[]> {
  const found = new Map<number, LossRecord[]>();
  for (const { records } of documents) {
    for (const record of records) {
      const same = found.get(record.number);
      if (same === undefined) found.set(record.number, [record]);
      else same.push(record);
    }
  }
  return found.values();
}

/** Where roles are no numbers, names of different shapes differ: each shape is looked at by itself. */
function assignByShape(records: readonly LossRecord[], shapes: typeof SHAPES): void {
  let open = records;
  for (const shape of shapes) {
    const counts = count(records.map(shape));
    if (counts.size === 1) continue;
    open = open.filter((record) => {
      const before = shape(record);
      if (counts.get(before) !== 1) return true;
      record.id = `${before}:${record.number}`;
      return false;
    });
    if (open.length === 0) return;
  }
  assignPlaces(open);
}

function assignByName(records: readonly LossRecord[]): void {
  const counts = count(records.flatMap(namesOf));
  assignPlaces(
    records.filter((record) => {
      const id = namesOf(record).find((name) => counts.get(name) === 1);
      if (id !== undefined) record.id = id;
      return id === undefined;
    }),
  );
}

function assignPlaces(records: readonly LossRecord[]): void {
  const places = new Map<string, number>();
  for (const record of records) {
    const name = namesOf(record).at(-1) as string;
    const place = (places.get(name) ?? 0) + 1;
    places.set(name, place);
    record.id = `${name}#${place}`;
  }
}

function count<T>(values: readonly T[]): Map<T, number> {
  const counts = new Map<T, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}
