import type { Stage } from '../../src/cases/truth.js';

const TITLES: { readonly [stage in Stage]: string } = {
  relationship: 'Relationship',
  leak: 'Leak',
  'root-cause': 'Root cause',
};

/** A stage as a heading names it. */
export function titleOf(stage: Stage): string {
  return TITLES[stage];
}
