import { LEAK_KINDS } from '../log/document.js';
import type { Evidence } from './citations.js';
import type { Diagnosis, StageAnswer } from './diagnosis.js';
import { type LeakGroup, leakGroups } from './leak-groups.js';
import { counted, grouped, printable } from './printable.js';

/** Functions that a headline names. */
const MOST_FUNCTIONS = 3;

/** The whole of a diagnosis in a few facts, for whoever reads nothing else. */
export interface Headline {
  /** What is lost, in one sentence. */
  readonly lost: string;
  /** What is wrong and where, as the analyst says; empty where it names nothing. */
  readonly cause: string;
  /** The record that the analyst names first, with its stack; null where none is in the logs. */
  readonly evidence: Evidence | null;
}

/** The headline of a diagnosis; null where no answer says that memory is leaked. */
export function headlineOf(diagnosis: Diagnosis): Headline | null {
  const { leak, 'root-cause': rootCause } = diagnosis.stages;
  if (leak.verdict !== 'YES') return null;
  const inLogs = new Map(diagnosis.evidence.map((evidence) => [evidence.record.id, evidence]));
  const named = [...rootCause.records, ...leak.records].map((id) => inLogs.get(id));
  return {
    lost: lostText(diagnosis),
    cause: causeOf(rootCause),
    evidence: named.find((evidence) => evidence !== undefined) ?? null,
  };
}

function causeOf({ mechanism, functions }: StageAnswer): string {
  const parts = [...(mechanism === null ? [] : [mechanism]), ...functions.slice(0, MOST_FUNCTIONS)];
  return parts.map(printable).join(' · ');
}

function lostText(diagnosis: Diagnosis): string {
  const groups = leakGroups(diagnosis);
  if (groups.length === 0) return 'no cited record is in the logs';
  const sum = (of: (group: LeakGroup) => number, some = groups) =>
    some.reduce((total, group) => total + of(group), 0);
  const kinds = LEAK_KINDS.flatMap((kind) => {
    const own = groups.filter(({ evidence: [first] }) => first.record.kind === kind);
    return own.length === 0 ? [] : [`${grouped(sum(({ bytes }) => bytes, own))} ${kind.replace('-', ' ')}`];
  });
  const stacks = new Set(groups.map(({ signature }) => signature)).size;
  return [
    `${counted(
      sum(({ bytes }) => bytes),
      'byte',
    )} in ${counted(
      sum(({ blocks }) => blocks),
      'block',
    )}`,
    `(${kinds.join(', ')})`,
    `by ${counted(
      sum(({ records }) => records.length),
      'record',
    )} of ${counted(stacks, 'stack')}`,
  ].join(' ');
}
