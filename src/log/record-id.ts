import type { LogDocument, LossRecord } from './document.js';

/**
 * Gives every loss record of a case the id by which answers cite it, so that no two share one.
 *
 * The id is the shortest of these that no other record could also be called by: its number (`351`), `role:351`,
 * `pid:351`, `pid.2:351` (second leak check of the process), and the same behind the role. Records that not even
 * the last tells apart (a log that holds the same report twice) get a place behind it: `role:pid.2:351#2`.
 */
export function assignRecordIds(documents: readonly LogDocument[]): void {
  const numbers = new Numbers();
  for (const { records } of documents) for (const { number } of records) numbers.add(number);
  const shared: LossRecord[] = [];
  for (const { records } of documents) {
    for (const record of records) {
      if (numbers.isRepeated(record.number)) shared.push(record);
      else record.id = `${record.number}`;
    }
  }
  if (documents.some(({ role }) => MISTAKABLE_ROLE.test(role))) assignByName(shared);
  else assignByShape(shared, documents.length === 1 ? SHAPES_IN_ONE_LOG : SHAPES);
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

/** Numbers of records, and which of them were added more than once. */
class Numbers {
  private readonly all = new Set<number>();
  private readonly repeated = new Set<number>();

  add(number: number): void {
    const { size } = this.all;
    if (this.all.add(number).size === size) this.repeated.add(number);
  }

  isRepeated(number: number): boolean {
    return this.repeated.has(number);
  }
}

/**
 * Where roles are no numbers, names of different shapes differ: each shape is looked at by itself. Records are gone
 * through in the order in which they lie in memory, since a log may have millions.
 */
function assignByShape(records: readonly LossRecord[], shapes: typeof SHAPES): void {
  let open = records;
  for (const shape of shapes) {
    if (open.length === 0) return;
    const numbers = new Map<string | number, Numbers>();
    for (const record of records) {
      const before = shape(record);
      let ofShape = numbers.get(before);
      if (ofShape === undefined) {
        ofShape = new Numbers();
        numbers.set(before, ofShape);
      }
      ofShape.add(record.number);
    }
    const left: LossRecord[] = [];
    for (const record of open) {
      const before = shape(record);
      if (numbers.get(before)?.isRepeated(record.number)) left.push(record);
      else record.id = `${before}:${record.number}`;
    }
    open = left;
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
