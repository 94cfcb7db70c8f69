/** How well what an answer names agrees with what it should name. Figures lie between 0 and 1. */
export interface Agreement {
  /** Named and to be named. */
  readonly right: number;
  /** Named, but not to be named. */
  readonly wrong: number;
  /** Named, and neither right nor wrong to name. */
  readonly neutral: number;
  /** To be named, but not named. */
  readonly missed: number;
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  /** All that is to be named and nothing wrong. */
  readonly exact: boolean;
}

/**
 * Precision, recall and F1 (van Rijsbergen, Information Retrieval, 1979, chapter 7) of a set of names.
 *
 * Where there is something to find, precision and F1 of an answer that names nothing are 0. Where there is nothing to
 * find the ratios are 0/0; then all figures are 1 for an answer that names nothing wrong and `stands`, and else 0.
 */
export function agreement(
  counts: Pick<Agreement, 'right' | 'wrong' | 'neutral' | 'missed'>,
  stands: boolean,
): Agreement {
  const { right, wrong, neutral, missed } = counts;
  if (right + missed === 0) {
    const exact = stands && wrong === 0;
    const figure = exact ? 1 : 0;
    return { right, wrong, neutral, missed, precision: figure, recall: figure, f1: figure, exact };
  }
  return {
    right,
    wrong,
    neutral,
    missed,
    precision: right === 0 ? 0 : right / (right + wrong),
    recall: right / (right + missed),
    f1: (2 * right) / (2 * right + wrong + missed),
    exact: wrong === 0 && missed === 0,
  };
}

/** Agreement of two sets of names. */
export function setAgreement(
  named: ReadonlySet<string>,
  wanted: ReadonlySet<string>,
  stands: boolean,
): Agreement {
  const right = [...named].filter((name) => wanted.has(name)).length;
  return agreement({ right, wrong: named.size - right, neutral: 0, missed: wanted.size - right }, stands);
}
