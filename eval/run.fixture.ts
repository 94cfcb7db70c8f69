import type { Stage, Truth } from '../src/cases/truth.js';
import type { AnswerKey, ReplyLine, StoredRun } from '../src/runs/run-file.js';
import type { Answer } from '../src/stages/answer.js';

/** An answer for tests that says just what is given. */
export function answer(stage: Stage, said: Partial<Answer> = {}): Answer {
  return {
    stage,
    verdict: 'YES',
    records: [],
    processes: [],
    calls: [],
    functions: [],
    mechanism: null,
    form: 'canonical',
    forgiven: [],
    contradictory: false,
    span: null,
    ...said,
  };
}

/** A cause for tests. */
export function cause(
  given: Partial<Truth['root-cause']['causes'][number]>,
): Truth['root-cause']['causes'][number] {
  return {
    id: 'cause',
    primary: true,
    mechanism: 'nested object not freed',
    functions: [],
    statement: 'It is never freed.',
    records: [],
    ...given,
  };
}

/**
 * An answer key for tests: records 1, 2, ... of one log, record `n` in group `groups[n - 1]`, and the parts of the
 * truth that are given.
 */
export function answerKey(given: {
  case?: string;
  tags?: string[];
  groups?: number[];
  stacks?: string[][];
  relationship?: Partial<Truth['relationship']>;
  leak?: Partial<Truth['leak']>;
  rootCause?: Partial<Truth['root-cause']>;
}): AnswerKey {
  const groups = given.groups ?? [0, 1, 2, 3, 4];
  return {
    case: given.case ?? 'case',
    title: 'A case',
    tags: given.tags ?? [],
    truth: {
      schema: 1,
      relationship: { verdict: 'YES', processes: [], calls: [], ...given.relationship },
      leak: { verdict: 'YES', records: [], otherLeaks: [], ...given.leak },
      'root-cause': { verdict: 'YES', causes: [], ...given.rootCause },
      evidence: { method: 'made for a test', logs: [], notes: [] },
    },
    records: groups.map((group, index) => ({
      id: `${index + 1}`,
      log: 'A',
      pid: 10,
      check: 1,
      number: index + 1,
      kind: 'definitely-lost' as const,
      bytes: 8,
      blocks: 1,
      group,
    })),
    stacks: given.stacks ?? [...new Set(groups)].map((group) => ['malloc', `make_${group}`, 'main']),
  };
}

/** A stored run for tests; `reply` gives each planned question its text, or null for none. */
export function storedRun(given: {
  keys: AnswerKey[];
  contestants: string[];
  repeats?: number;
  stages?: Stage[];
  name?: string;
  reply: (question: { contestant: string; key: AnswerKey; stage: Stage; repeat: number }) => string | null;
}): StoredRun {
  const stages = given.stages ?? ['relationship', 'leak', 'root-cause'];
  const repeats = given.repeats ?? 1;
  const replies: ReplyLine[] = [];
  for (const contestant of given.contestants) {
    for (const key of given.keys) {
      for (let repeat = 1; repeat <= repeats; repeat++) {
        for (const stage of stages) {
          const text = given.reply({ contestant, key, stage, repeat });
          if (text === null) continue;
          replies.push({ case: key.case, contestant, stage, repeat, chunk: 0, text, error: null });
        }
      }
    }
  }
  return {
    run: {
      schema: 1,
      name: given.name ?? 'test',
      version: '0.0.0',
      contestants: given.contestants.map((id) => ({ id, analyst: id, settings: {} })),
      cases: given.keys.map((key) => key.case),
      repeats,
      stages,
      prompts: {},
      hashes: {},
    },
    keys: given.keys,
    replies,
  };
}
