import type { Labelling } from './label.js';
import type { WrittenLoss } from './memcheck-report.fixture.js';

/** A loss of blocks of 16 bytes. */
export const lost = (blocks: number, stack: string, more: Partial<WrittenLoss> = {}): WrittenLoss => ({
  kind: 'definitely lost',
  blocks,
  bytes: blocks * 16,
  stack,
  ...more,
});

/** `change signature` of each group, and `reason signature` of what is left out. */
export function outcome({ groups, leftOut }: Labelling): string[] {
  return [
    ...groups.map(({ change, signature }) => `${change} ${signature}`),
    ...leftOut.map(({ reason, signature }) => `${reason} ${signature}`),
  ];
}
