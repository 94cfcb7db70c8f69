import type { AnswerKey, ReplyLine } from './run-file.js';

/**
 * An answer key with names in the place of secrets, to grade answers by in which these names stand. The case's id and
 * what is no text of the log or of the truth stay.
 *
 * @param cover puts the names in
 */
export function namedKey(key: AnswerKey, cover: (text: string) => string): AnswerKey {
  const known = new Map<string, string>();
  const named = (text: string): string => {
    let name = known.get(text);
    if (name === undefined) {
      name = cover(text);
      known.set(text, name);
    }
    return name;
  };
  const all = (texts: readonly string[]) => texts.map(named);
  const pairs = (list: readonly (readonly [string, string])[]) =>
    list.map(([one, other]): [string, string] => [named(one), named(other)]);
  const { relationship, leak, 'root-cause': rootCause, evidence } = key.truth;
  return {
    ...key,
    title: named(key.title),
    tags: all(key.tags),
    truth: {
      ...key.truth,
      relationship: {
        ...relationship,
        processes: pairs(relationship.processes),
        calls: pairs(relationship.calls),
      },
      leak: { ...leak, records: all(leak.records), otherLeaks: all(leak.otherLeaks) },
      'root-cause': {
        ...rootCause,
        causes: rootCause.causes.map((cause) => ({
          ...cause,
          id: named(cause.id),
          functions: all(cause.functions),
          statement: named(cause.statement),
          records: all(cause.records),
        })),
      },
      evidence: { method: named(evidence.method), logs: all(evidence.logs), notes: all(evidence.notes) },
    },
    records: key.records.map((record) => ({ ...record, id: named(record.id), log: named(record.log) })),
    stacks: key.stacks.map(all),
  };
}

/** A line of a contestant that saw the secrets, in the same form. */
export function namedLine(line: ReplyLine, cover: (text: string) => string): ReplyLine {
  const { text, error, shown, beliefs } = line;
  return {
    ...line,
    text: text === null ? null : cover(text),
    error: error === null ? null : { ...error, message: cover(error.message) },
    ...(shown && { shown: shown.map(cover) }),
    ...(beliefs && { beliefs: beliefs.map((one) => ({ ...one, records: one.records.map(cover) })) }),
  };
}

/** All texts of a key in which secrets of their own can stand, that is, that are not of the logs. */
export function textsOf({ title, tags, truth }: Pick<AnswerKey, 'title' | 'tags' | 'truth'>): string[] {
  const { relationship, 'root-cause': rootCause, evidence } = truth;
  return [
    title,
    ...tags,
    ...relationship.processes.flat(),
    ...relationship.calls.flat(),
    ...rootCause.causes.flatMap(({ id, functions, statement }) => [id, ...functions, statement]),
    evidence.method,
    ...evidence.logs,
    ...evidence.notes,
  ];
}
