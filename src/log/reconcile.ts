import type { Amount, LeakCheck, LeakKind, LeakSummary, LogDocument, LossRecord } from './document.js';
import { LEAK_KINDS } from './document.js';

/** How the records of one kind that a leak check shows compare with its LEAK SUMMARY. */
export interface Reconciliation {
  readonly pid: number | null;
  readonly check: number;
  readonly kind: LeakKind;
  /** How many records of the kind the log shows. */
  readonly shown: number;
  /** What they come to: direct bytes only, since what they hold indirectly is counted as indirectly lost. */
  readonly summed: Amount;
  /** What the LEAK SUMMARY says of the kind; null without one. */
  readonly summary: Amount | null;
  /**
   * `unknown` where nothing can be compared: no summary, a kind that was not to be printed, or records printed only
   * where they changed since the check before.
   */
  readonly result: 'equal' | 'unknown' | 'differs';
}

/** The records of one kind in one leak check, added up. */
export interface KindSum {
  shown: number;
  bytes: number;
  blocks: number;
  /** Some records tell a change, so that unchanged ones may not be printed. */
  deltas: boolean;
}

export type CheckSums = { readonly [kind in LeakKind]: KindSum };

export function newCheckSums(): CheckSums {
  const zero = (): KindSum => ({ shown: 0, bytes: 0, blocks: 0, deltas: false });
  return {
    'definitely-lost': zero(),
    'indirectly-lost': zero(),
    'possibly-lost': zero(),
    'still-reachable': zero(),
  };
}

/** Adds one record to the sums of its leak check. */
export function addToSums(
  sums: CheckSums,
  record: Pick<LossRecord, 'kind' | 'directBytes' | 'blocks' | 'delta'>,
): void {
  const sum = sums[record.kind];
  sum.shown++;
  sum.bytes += record.directBytes;
  sum.blocks += record.blocks;
  if (record.delta !== null) sum.deltas = true;
}

/** Compares each leak check of a log, kind by kind, with its LEAK SUMMARY. The log was read with all its records. */
export function reconcile({ processes, records }: LogDocument): Reconciliation[] {
  const sums = new Map<string, CheckSums>();
  for (const record of records) {
    const key = `${record.pid}.${record.check}`;
    const known = sums.get(key) ?? newCheckSums();
    sums.set(key, known);
    addToSums(known, record);
  }
  return processes.flatMap(({ pid, checks }) =>
    checks.flatMap((check) =>
      reconcileCheck(check, sums.get(`${pid}.${check.number}`) ?? newCheckSums()).map((kind) => ({
        pid,
        ...kind,
      })),
    ),
  );
}

/** Compares one leak check with its LEAK SUMMARY, from the sums of its records. */
export function reconcileCheck(
  { number, summary, recordsCounted }: Pick<LeakCheck, 'number' | 'summary' | 'recordsCounted'>,
  sums: CheckSums,
): Omit<Reconciliation, 'pid'>[] {
  const shownOfAll = LEAK_KINDS.reduce((total, kind) => total + sums[kind].shown, 0);
  const allShown = shownOfAll === recordsCounted;
  return LEAK_KINDS.map((kind) => {
    const { shown, bytes, blocks, deltas } = sums[kind];
    return {
      check: number,
      kind,
      shown,
      summed: { bytes, blocks },
      summary: summary?.[kind] ?? null,
      result: compare(summary, kind, sums[kind], allShown || (shown > 0 && !deltas)),
    };
  });
}

function compare(
  summary: LeakSummary | null,
  kind: LeakKind,
  { bytes, blocks }: KindSum,
  comparable: boolean,
): Reconciliation['result'] {
  if (summary === null) return 'unknown';
  const { [kind]: told } = summary;
  if (told.bytes === bytes && told.blocks === blocks) return 'equal';
  return comparable ? 'differs' : 'unknown';
}
