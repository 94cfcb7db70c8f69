import type { z } from 'zod';
import { idRanges } from '../context/id-ranges.js';
import type { LabelledGroup, Labelling } from '../evidence/label.js';
import type { Frozen } from '../frozen.js';
import type { labellingSchema } from './labelling-schema.js';
import { plainTable } from './plain-table.js';
import { counted, grouped, printable, shorten } from './printable.js';

/** What `label --json` prints. */
export function labellingJson({
  records,
  groups,
  leftOut,
  scale,
}: Labelling): Frozen<z.infer<typeof labellingSchema>> {
  return {
    records,
    scale,
    groups: groups.map(({ program, signature, before, after, change, part }) => ({
      program,
      signature,
      before,
      after,
      change,
      part,
    })),
    leftOut: leftOut.map(({ program, signature, before, after, reason, why }) => ({
      program,
      signature,
      before,
      after,
      reason,
      why,
    })),
  };
}

/** A labelling for the terminal: what the fix removed, what is new, what the logs do not settle. */
export function labellingText({ records, groups, leftOut, scale }: Labelling, width: number): string {
  const removed = groups.filter(({ change }) => change === 'gone' || change === 'shrunk');
  const added = groups.filter(({ change }) => change === 'new');
  const same = groups.length - removed.length - added.length;
  const parts = [
    `The fix removed ${counted(records.length, 'record')} in ${counted(removed.length, 'group')}; ${counted(same, 'group')} stayed the same, ${grouped(added.length)} are new.\n`,
  ];
  if (scale !== 1) parts.push(`Workload after the fix: ${scale.toFixed(3)} of that before it.\n`);
  if (records.length > 0) parts.push(`\n${idRanges(records)}\n`);
  const listed = [...removed, ...added];
  if (listed.length > 0) parts.push(`\n${groupTable(listed, width)}`);
  if (leftOut.length > 0) {
    parts.push(`\nNot settled by these logs: ${counted(leftOut.length, 'group')}\n`);
    for (const { signature, before, reason, why } of leftOut) {
      const text = `${reason}: ${why} (${idRanges(before.records) || 'no record'}) ${signature}`;
      parts.push(`  ${shorten(printable(text), width - 2)}\n`);
    }
  }
  return parts.join('');
}

function groupTable(groups: readonly LabelledGroup[], width: number): string {
  return plainTable(
    ['change', 'part', 'blocks before', 'after', 'stack'],
    groups.map(({ change, part, before, after, signature }) => [
      change,
      part ?? '',
      grouped(before.blocks),
      grouped(after.blocks),
      shorten(printable(signature), Math.max(30, width - 36)),
    ]),
  );
}
