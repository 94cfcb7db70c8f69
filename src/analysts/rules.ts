import type { Analyst, Belief } from './analyst.js';
import { analyse } from './rules/analyse.js';
import type { Analysis, AnalysisOptions, LeakGroup } from './rules/analysis.js';
import { wordReply } from './rules/wording.js';

/** The built-in analyst: rules over what the records and events of the logs say together, without any model. */
export function rulesAnalyst(options: AnalysisOptions = {}): Analyst {
  const left = [...(options.without ?? [])].sort();
  return {
    name: ['rules', ...left.map((kind) => `without-${kind}`)].join(':'),
    offline: true,
    open: async (material) => {
      const analysis = analyse(material, options);
      return {
        ask: async (stage) => ({
          text: wordReply(analysis, stage, material.logs),
          ...(stage === 'leak' && { beliefs: beliefsOf(analysis) }),
        }),
      };
    },
  };
}

/** Four decimals: more would differ from one processor to the next. */
const DECIMALS = 4;

function beliefsOf({ causes, rejected }: Analysis): Belief[] {
  const belief = (groups: readonly LeakGroup[], probability: number): Belief => ({
    records: groups.flatMap(({ records }) => records[0]?.id ?? []),
    probability: Number(probability.toFixed(DECIMALS)),
  });
  return [
    ...causes.map(({ roots, children, probability }) => belief([...roots, ...children], probability)),
    ...rejected.map(({ groups, probability }) => belief(groups, probability)),
  ];
}

/** The rules with all the evidence they have. */
export const rules: Analyst = rulesAnalyst();
