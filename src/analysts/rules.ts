import type { Analyst } from './analyst.js';
import { analyse } from './rules/analyse.js';
import type { AnalysisOptions } from './rules/analysis.js';
import { wordReply } from './rules/wording.js';

/** The built-in analyst: rules over what the records and events of the logs say together, without any model. */
export function rulesAnalyst(options: AnalysisOptions = {}): Analyst {
  const left = [...(options.without ?? [])].sort();
  return {
    name: ['rules', ...left.map((kind) => `without-${kind}`)].join(':'),
    offline: true,
    open: async (material) => {
      const analysis = analyse(material, options);
      return { ask: async (stage) => ({ text: wordReply(analysis, stage, material.logs) }) };
    },
  };
}

/** The rules with all the evidence they have. */
export const rules: Analyst = rulesAnalyst();
