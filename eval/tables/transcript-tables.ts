import type { Stage } from '../../src/cases/truth.js';
import type { ScoredRun, Sitting } from '../score-run.js';
import { titleOf } from './stage-title.js';
import type { Cell, Column, Table } from './table.js';

const COLUMNS: readonly Column[] = [
  { id: 'contestant', title: 'Contestant', kind: 'text' },
  { id: 'stage', title: 'Stage', kind: 'text' },
  { id: 'verdict', title: 'Verdict', kind: 'text' },
  { id: 'outcome', title: 'Outcome', kind: 'text' },
  { id: 'records', title: 'Cited', kind: 'text' },
  { id: 'right', title: 'Right', kind: 'number' },
  { id: 'wrong', title: 'Wrong', kind: 'number' },
  { id: 'neutral', title: 'Neutral', kind: 'number' },
  { id: 'missed', title: 'Missed', kind: 'number' },
  { id: 'unknown-ids', title: 'Not in log', kind: 'number' },
  { id: 'precision', title: 'Precision', kind: 'number', decimals: 2 },
  { id: 'recall', title: 'Recall', kind: 'number', decimals: 2 },
  { id: 'f1', title: 'F1', kind: 'number', decimals: 2 },
  { id: 'calls', title: 'Calls right', kind: 'share' },
  { id: 'causes', title: 'Causes found', kind: 'share' },
];

/** More ids than this are counted, not listed. */
const LISTED = 12;

/**
 * For each case that a recorded transcript answers, every contestant's answers in full: what a report's own author got,
 * beside everyone else.
 */
export function transcriptTables(run: ScoredRun): Table[] {
  const recorded = run.sittings.filter(
    (sitting) =>
      run.analysts.get(sitting.contestant)?.startsWith('transcript:') &&
      [...sitting.questions.values()].some(({ text }) => text !== null),
  );
  return run.cases
    .filter((id) => recorded.some((sitting) => sitting.case === id))
    .map((id) => ({
      id: `transcript-${id}`,
      title: `${run.name}: the recorded answers on ${id} beside all others`,
      notes: [
        `Right to F1 are of pairs of processes at the relationship stage, of loss records at the others. More than ${LISTED} citations are only counted.`,
      ],
      columns: COLUMNS,
      rows: run.stages.flatMap((stage) =>
        run.sittings
          .filter((sitting) => sitting.case === id)
          .map((sitting) => answerRow(sitting, stage, run.repeats > 1)),
      ),
    }));
}

function answerRow(sitting: Sitting, stage: Stage, numbered: boolean): Cell[] {
  const question = sitting.questions.get(stage);
  const grade = question?.grade;
  const graded = grade?.records ?? grade?.pairs ?? null;
  const answer = question?.answer ?? null;
  const causes = grade?.causes ?? null;
  const calls = grade?.calls ?? null;
  return [
    numbered ? `${sitting.contestant} (${sitting.repeat})` : sitting.contestant,
    titleOf(stage),
    answer?.verdict ?? null,
    grade?.outcome ?? null,
    cited(answer?.records ?? []),
    graded?.right ?? null,
    graded?.wrong ?? null,
    graded?.neutral ?? null,
    graded?.missed ?? null,
    grade?.citations.unknown.length ?? null,
    graded?.precision ?? null,
    graded?.recall ?? null,
    graded?.f1 ?? null,
    calls === null || calls.named === 0 ? null : { count: calls.right, of: calls.named },
    causes === null ? null : { count: causes.found.length, of: causes.total },
  ];
}

function cited(records: readonly string[]): string | null {
  if (records.length === 0) return null;
  return records.length <= LISTED ? records.join(', ') : `${records.length} records`;
}
