import type { Stage } from '../cases/truth.js';
import type { Answer } from './answer.js';

/** What a reply says from which no verdict can be read, or that never came: nothing. */
export function noAnswer(stage: Stage): Answer {
  return {
    stage,
    verdict: null,
    records: [],
    processes: [],
    calls: [],
    functions: [],
    mechanism: null,
    form: 'unparseable',
    forgiven: [],
    contradictory: false,
    span: null,
  };
}
