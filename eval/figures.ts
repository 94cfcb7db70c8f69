import type { Stage } from '../src/cases/truth.js';
import type { Grade } from './grade.js';
import type { Sitting } from './score-run.js';

/** A figure between 0 and 1 that a sitting earns. docs/scoring.md defines each. */
export interface Figure {
  readonly id: FigureId;
  readonly title: string;
  /** `proportion` where a sitting earns 0 or 1, which decides how its interval is made. */
  readonly kind: 'proportion' | 'mean';
  /** The stages that must have been asked. */
  readonly stages: readonly Stage[];
  /** Null where the figure does not apply to the case; that never depends on the answer. */
  of(sitting: Sitting): number | null;
}

export type FigureId =
  | 'relationship-verdict'
  | 'relationship-pairs-f1'
  | 'relationship-calls-precision'
  | 'relationship-calls-recall'
  | 'leak-verdict'
  | 'leak-precision'
  | 'leak-recall'
  | 'leak-f1'
  | 'leak-exact'
  | 'leak-groups-f1'
  | 'root-cause-verdict'
  | 'root-cause-precision'
  | 'root-cause-recall'
  | 'root-cause-f1'
  | 'root-cause-exact'
  | 'root-cause-groups-f1'
  | 'root-cause-causes'
  | 'root-cause-gated-precision'
  | 'root-cause-functions-f1'
  | 'root-cause-function-among-first'
  | 'root-cause-mechanism'
  | 'cascade'
  | 'diagnosed';

const EVERY_STAGE = ['relationship', 'leak', 'root-cause'] as const;

export const FIGURES: readonly Figure[] = [
  proportion('relationship-verdict', 'Relationship verdict', 'relationship', isRight),
  mean('relationship-pairs-f1', 'Process pairs F1', 'relationship', (grade) => grade.pairs?.f1),
  mean('relationship-calls-precision', 'Calls precision', 'relationship', (grade) => grade.calls?.precision),
  mean('relationship-calls-recall', 'Calls recall', 'relationship', (grade) => grade.calls?.recall),
  proportion('leak-verdict', 'Leak verdict', 'leak', isRight),
  mean('leak-precision', 'Leak precision', 'leak', (grade) => grade.records?.precision),
  mean('leak-recall', 'Leak recall', 'leak', (grade) => grade.records?.recall),
  mean('leak-f1', 'Leak F1', 'leak', (grade) => grade.records?.f1),
  proportion('leak-exact', 'Leak exact', 'leak', (grade) => grade.records?.exact),
  mean('leak-groups-f1', 'Leak F1 by group', 'leak', (grade) => grade.groups?.f1),
  proportion('root-cause-verdict', 'Root-cause verdict', 'root-cause', isRight),
  mean('root-cause-precision', 'Root-cause precision', 'root-cause', (grade) => grade.records?.precision),
  mean('root-cause-recall', 'Root-cause recall', 'root-cause', (grade) => grade.records?.recall),
  mean('root-cause-f1', 'Root-cause F1', 'root-cause', (grade) => grade.records?.f1),
  proportion('root-cause-exact', 'Root-cause exact', 'root-cause', (grade) => grade.records?.exact),
  mean('root-cause-groups-f1', 'Root-cause F1 by group', 'root-cause', (grade) => grade.groups?.f1),
  mean('root-cause-causes', 'Causes found', 'root-cause', ({ causes }) =>
    causes === null || causes.total === 0 ? null : causes.found.length / causes.total,
  ),
  mean(
    'root-cause-gated-precision',
    'Recall-gated precision',
    'root-cause',
    (grade) => grade.causes?.gatedPrecision,
  ),
  mean('root-cause-functions-f1', 'Functions F1', 'root-cause', (grade) => grade.functions?.f1),
  proportion(
    'root-cause-function-among-first',
    'Function among first 3',
    'root-cause',
    (grade) => grade.functionAmongFirst,
  ),
  proportion('root-cause-mechanism', 'Mechanism', 'root-cause', ({ mechanism }) =>
    mechanism === null ? null : mechanism === 'right',
  ),
  {
    id: 'cascade',
    title: 'Cascade',
    kind: 'proportion',
    stages: EVERY_STAGE,
    of: (sitting) => Number(EVERY_STAGE.every((stage) => outcomeIsRight(sitting, stage))),
  },
  {
    id: 'diagnosed',
    title: 'Diagnosed',
    kind: 'proportion',
    stages: ['leak', 'root-cause'],
    of: (sitting) => Number(isDiagnosed(sitting)),
  },
];

/** The figure of that id. */
export function figureOf(id: FigureId): Figure {
  return FIGURES.find((figure) => figure.id === id) as Figure;
}

/**
 * Whether a sitting is a correct diagnosis: leak and root cause have the right verdict, and the root cause cites a
 * record of every primary cause and at least as many right records as wrong ones.
 */
function isDiagnosed(sitting: Sitting): boolean {
  const cause = sitting.questions.get('root-cause')?.grade.causes;
  return (
    outcomeIsRight(sitting, 'leak') &&
    outcomeIsRight(sitting, 'root-cause') &&
    (cause?.gatedPrecision ?? 0) >= 0.5
  );
}

function outcomeIsRight(sitting: Sitting, stage: Stage): boolean {
  return sitting.questions.get(stage)?.grade.outcome === 'right';
}

function isRight(grade: Grade): boolean {
  return grade.outcome === 'right';
}

function proportion(
  id: FigureId,
  title: string,
  stage: Stage,
  earns: (grade: Grade) => boolean | null | undefined,
): Figure {
  return {
    id,
    title,
    kind: 'proportion',
    stages: [stage],
    of: (sitting) => onGrade(sitting, stage, (grade) => asNumber(earns(grade))),
  };
}

function mean(
  id: FigureId,
  title: string,
  stage: Stage,
  earns: (grade: Grade) => number | null | undefined,
): Figure {
  return { id, title, kind: 'mean', stages: [stage], of: (sitting) => onGrade(sitting, stage, earns) };
}

function asNumber(earned: boolean | null | undefined): number | null {
  return earned === null || earned === undefined ? null : Number(earned);
}

function onGrade(
  sitting: Sitting,
  stage: Stage,
  earns: (grade: Grade) => number | null | undefined,
): number | null {
  const question = sitting.questions.get(stage);
  return question === undefined ? null : (earns(question.grade) ?? null);
}
