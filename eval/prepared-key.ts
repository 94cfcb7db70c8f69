import type { Stage } from '../src/cases/truth.js';
import type { AnswerKey } from '../src/runs/run-file.js';
import { functionName } from './function-name.js';
import { type CitableRecord, RecordIndex } from './record-index.js';

/** An answer key made ready for grading: names resolved once for all answers of the case. */
export interface PreparedKey {
  readonly key: AnswerKey;
  readonly index: RecordIndex;
  /** Records to cite at the stage, by id. */
  readonly wanted: { readonly [stage in Stage]: ReadonlyMap<string, CitableRecord> };
  /** Real leaks that are not this bug. */
  readonly neutral: ReadonlyMap<string, CitableRecord>;
  readonly causes: readonly {
    readonly id: string;
    readonly primary: boolean;
    readonly records: ReadonlySet<string>;
  }[];
  /** Function names of every stack, innermost first, as `functionName` writes them. */
  readonly stacks: readonly (readonly string[])[];
}

const prepared = new WeakMap<AnswerKey, PreparedKey>();

/** Prepares a key, once. Throws `input` where its truth lists a record that no log holds. */
export function prepareKey(key: AnswerKey): PreparedKey {
  let result = prepared.get(key);
  if (result === undefined) {
    result = prepare(key);
    prepared.set(key, result);
  }
  return result;
}

function prepare(key: AnswerKey): PreparedKey {
  const index = new RecordIndex(key);
  const causes = key.truth['root-cause'].causes;
  return {
    key,
    index,
    wanted: {
      relationship: new Map(),
      leak: index.resolve(key.truth.leak.records),
      'root-cause': index.resolve(causes.flatMap((cause) => cause.records)),
    },
    neutral: index.resolve(key.truth.leak.otherLeaks),
    causes: causes.map((cause) => ({
      id: cause.id,
      primary: cause.primary,
      records: new Set(index.resolve(cause.records).keys()),
    })),
    stacks: key.stacks.map((stack) => stack.map(functionName)),
  };
}
