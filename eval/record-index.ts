import { LeaktrailError } from '../src/error.js';
import { namesOf } from '../src/log/record-id.js';
import type { AnswerKey } from '../src/runs/run-file.js';

/** A record that can be cited. */
export interface CitableRecord {
  readonly id: string;
  /** Index of its group's stack in the answer key. */
  readonly group: number;
}

/** The records of a case by every name that means exactly one of them. */
export class RecordIndex {
  readonly #byName = new Map<string, CitableRecord>();
  readonly #case: string;

  constructor(key: Pick<AnswerKey, 'case' | 'records'>) {
    this.#case = key.case;
    const ambiguous = new Set<string>();
    for (const record of key.records) {
      const citable = { id: record.id, group: record.group };
      for (const name of new Set([record.id, ...namesOf(record)])) {
        if (this.#byName.has(name)) ambiguous.add(name);
        this.#byName.set(name, citable);
      }
    }
    for (const name of ambiguous) this.#byName.delete(name);
  }

  /** The record that a citation means; undefined where none has that name or several have. */
  find(citation: string): CitableRecord | undefined {
    return this.#byName.get(citation.trim());
  }

  /** The records that a truth lists. Throws `input` where one is not in the case's logs. */
  resolve(ids: readonly string[]): Map<string, CitableRecord> {
    const found = new Map<string, CitableRecord>();
    for (const id of ids) {
      const record = this.find(id);
      if (record === undefined) {
        throw new LeaktrailError(
          'input',
          `the truth of ${this.#case} lists record ${id}, which no log holds`,
          {
            hint: `run "leaktrail cases check ${this.#case}"`,
          },
        );
      }
      found.set(record.id, record);
    }
    return found;
  }
}
