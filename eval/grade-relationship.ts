import type { Answer } from '../src/stages/answer.js';
import { type Agreement, setAgreement } from './agreement.js';
import { functionName } from './function-name.js';
import type { PreparedKey } from './prepared-key.js';

/** What stacks say for a function without a name; it is no name to cite. */
const UNKNOWN_FUNCTION = '???';

/** How well the calls that an answer names stand in the log's stacks. */
export interface CallGrade {
  /** Different calls named. */
  readonly named: number;
  /** Caller and callee stand side by side on some stack, or the truth lists the call. */
  readonly right: number;
  /** Some stack holds the callee further inside than the caller, with other calls between. */
  readonly near: number;
  /** Stacks hold the two only the other way round. */
  readonly reversed: number;
  /** No stack holds both. */
  readonly unknown: number;
  /** Calls of the truth's list, and how many of them the answer names. */
  readonly listed: number;
  readonly found: number;
  /** `right` of `named`; where none is named 0, or 1 if the truth lists none and the verdict is right. */
  readonly precision: number;
  /** `found` of `listed`; null where the truth lists none. */
  readonly recall: number | null;
}

/** Grades of the pairs of processes and of the calls. Only a `YES` claims a relationship. */
export function gradeRelationship(
  answer: Answer,
  key: PreparedKey,
): { readonly pairs: Agreement; readonly calls: CallGrade } {
  const truth = key.key.truth.relationship;
  const claims = answer.verdict === 'YES';
  const stands = answer.verdict === truth.verdict;
  const pairs = setAgreement(
    new Set(claims ? answer.processes.map(pairName) : []),
    new Set(truth.processes.map(pairName)),
    stands,
  );
  return { pairs, calls: gradeCalls(claims ? answer.calls : [], truth.calls, key.stacks, stands) };
}

/** A pair without order: processes are compared by name, without folders and regardless of case. */
function pairName(pair: readonly [string, string]): string {
  const [one, other] = pair.map(processName).sort();
  return JSON.stringify([one, other]);
}

function processName(written: string): string {
  const name = written.trim().toLowerCase();
  return name.slice(name.lastIndexOf('/') + 1);
}

function callName([caller, callee]: readonly [string, string]): string {
  return JSON.stringify([functionName(caller), functionName(callee)]);
}

function gradeCalls(
  named: Answer['calls'],
  listed: Answer['calls'],
  stacks: PreparedKey['stacks'],
  stands: boolean,
): CallGrade {
  const namedCalls = new Set(named.map(callName));
  const listedCalls = new Set(listed.map(callName));
  const counts = { right: 0, near: 0, reversed: 0, unknown: 0 };
  for (const call of namedCalls) {
    const [caller, callee] = JSON.parse(call) as [string, string];
    counts[listedCalls.has(call) ? 'right' : placeOf(caller, callee, stacks)]++;
  }
  const found = [...listedCalls].filter((call) => namedCalls.has(call)).length;
  return {
    named: namedCalls.size,
    ...counts,
    listed: listedCalls.size,
    found,
    precision:
      namedCalls.size > 0 ? counts.right / namedCalls.size : Number(stands && listedCalls.size === 0),
    recall: listedCalls.size === 0 ? null : found / listedCalls.size,
  };
}

/** Where a call stands on the stacks, which list the innermost function first. */
function placeOf(
  caller: string,
  callee: string,
  stacks: PreparedKey['stacks'],
): 'right' | 'near' | 'reversed' | 'unknown' {
  if (caller === UNKNOWN_FUNCTION || callee === UNKNOWN_FUNCTION) return 'unknown';
  let near = false;
  let reversed = false;
  for (const stack of stacks) {
    const innermostCallee = stack.indexOf(callee);
    const outermostCaller = stack.lastIndexOf(caller);
    if (innermostCallee === -1 || outermostCaller === -1) continue;
    if (stack.some((name, at) => name === callee && stack[at + 1] === caller)) return 'right';
    if (innermostCallee < outermostCaller) near = true;
    else if (innermostCallee > outermostCaller) reversed = true;
  }
  return near ? 'near' : reversed ? 'reversed' : 'unknown';
}
