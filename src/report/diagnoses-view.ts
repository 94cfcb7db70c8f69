import { STAGES, type Stage } from '../cases/truth.js';
import { idRanges } from '../context/id-ranges.js';
import { costText, STAGE_TITLES, unfounded, verdictText } from './answer-view.js';
import type { Evidence } from './citations.js';
import { compareDiagnoses, type Share } from './diagnoses.js';
import type { Diagnosis } from './diagnosis.js';
import { counted, grouped } from './printable.js';

/** A fact about each of several diagnoses, in their order. */
export interface FactRow {
  readonly label: string;
  readonly cells: readonly string[];
}

/** What some of the analysts named, and the others did not. */
export interface SharedItems {
  /** `both`, `only rules`. */
  readonly label: string;
  readonly text: string;
  /** Their ids, where they are records. */
  readonly records: readonly string[];
}

/** The answers of several analysts to one stage, side by side. */
export interface StageView {
  readonly title: string;
  readonly rows: readonly FactRow[];
  readonly shares: readonly SharedItems[];
}

const NOTHING = '–';

/** Several diagnoses of the same logs, stage by stage, as rows for any format that has tables. */
export function sideBySide(diagnoses: readonly Diagnosis[]): StageView[] {
  const comparison = compareDiagnoses(diagnoses);
  return STAGES.map((stage) => {
    const { relations, records, functions } = comparison[stage];
    return {
      title: STAGE_TITLES[stage],
      rows: rowsOf(diagnoses, stage),
      shares: [
        ...sharesText(relations, diagnoses, 'pair or call'),
        ...sharesText(records, diagnoses, 'record'),
        ...sharesText(functions, diagnoses, 'function'),
      ],
    };
  });
}

/** Tokens and cost of each diagnosis. */
export function usageRows(diagnoses: readonly Diagnosis[]): FactRow[] {
  if (diagnoses.every(({ usage }) => usage === null)) return [];
  const tokens = ({ usage }: Diagnosis) =>
    usage === null ? NOTHING : `${grouped(usage.inputTokens)} in, ${grouped(usage.outputTokens)} out`;
  const cost = ({ usage, cost }: Diagnosis) => (usage === null ? NOTHING : costText(cost));
  return [row('tokens', diagnoses, tokens), row('cost', diagnoses, cost)];
}

function rowsOf(diagnoses: readonly Diagnosis[], stage: Stage): FactRow[] {
  const answer = ({ stages }: Diagnosis) => stages[stage];
  const rows = [
    row('verdict', diagnoses, (one) => verdictText(answer(one))),
    row('why not', diagnoses, (one) => answer(one).error ?? ''),
  ];
  if (stage !== 'relationship') {
    rows.push(
      row('records', diagnoses, (one) => `${answer(one).records.length}`),
      row('not in the logs', diagnoses, (one) => idRanges(unfounded(one, stage).missing)),
      row('never shown', diagnoses, (one) => idRanges(unfounded(one, stage).unseen)),
    );
  }
  if (stage === 'root-cause') {
    rows.push(
      row('mechanism', diagnoses, (one) => answer(one).mechanism ?? ''),
      row('functions', diagnoses, (one) => answer(one).functions.join(', ')),
    );
  }
  return rows.filter(({ cells }) => cells.some((cell) => cell !== NOTHING));
}

function row(
  label: string,
  diagnoses: readonly Diagnosis[],
  cell: (diagnosis: Diagnosis) => string,
): FactRow {
  return { label, cells: diagnoses.map((diagnosis) => cell(diagnosis) || NOTHING) };
}

const PLURAL = { 'pair or call': 'pairs or calls', record: 'records', function: 'functions' };

function sharesText(
  shares: readonly Share[],
  { length }: readonly Diagnosis[],
  what: keyof typeof PLURAL,
): SharedItems[] {
  return shares.map(({ analysts, items }) => {
    const who = analysts.length < length ? `only ${analysts.join(' and ')}` : length === 2 ? 'both' : 'all';
    return {
      label: `${who}: ${counted(items.length, what, PLURAL[what])}`,
      text: what === 'record' ? idRanges(items) : items.join(', '),
      records: what === 'record' ? items : [],
    };
  });
}

/** A cited record, and who cites it. */
export interface SharedEvidence extends Evidence {
  readonly analysts: readonly string[];
}

/** The records that some diagnoses cite: those first that more of them cite, then the largest. */
export function allEvidence(diagnoses: readonly Diagnosis[]): SharedEvidence[] {
  const found = new Map<string, Evidence & { analysts: string[] }>();
  for (const { analyst, evidence } of diagnoses) {
    for (const one of evidence) {
      const before = found.get(one.record.id);
      if (before === undefined) found.set(one.record.id, { ...one, analysts: [analyst] });
      else before.analysts.push(analyst);
    }
  }
  return [...found.values()].sort(
    (a, b) =>
      b.analysts.length - a.analysts.length ||
      b.record.bytes - a.record.bytes ||
      a.record.lines[0] - b.record.lines[0],
  );
}
