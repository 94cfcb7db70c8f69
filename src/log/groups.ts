import type { Amount, Group, LeakKind, LossRecord, Stack } from './document.js';
import { OrderedList } from './ordered-list.js';
import type { StackNode } from './stack-table.js';

interface GroupSum {
  readonly signature: string;
  readonly frames: Stack;
  readonly records: OrderedList<LossRecord>;
  recordCount: number;
  bytes: number;
  blocks: number;
  directBytes: number;
  indirectBytes: number;
  readonly kinds: { [kind in LeakKind]?: number };
}

/** What a group sums up of each record. */
export interface Loss extends Amount {
  readonly kind: LeakKind;
  readonly directBytes: number;
  readonly indirectBytes: number;
}

/** Sums loss records up by signature, as they are read. */
export class GroupTable {
  private readonly keepRecords: boolean;
  private readonly bySignature = new Map<string, GroupSum>();
  private readonly byStack = new Map<StackNode, GroupSum>();

  constructor(keepRecords: boolean) {
    this.keepRecords = keepRecords;
  }

  /** Adds one record's figures; `record` itself is kept only where the table keeps records. */
  add(stack: StackNode, loss: Loss, record: LossRecord | null): void {
    let group = this.byStack.get(stack);
    if (group === undefined) {
      group = this.groupOf(stack);
      this.byStack.set(stack, group);
    }
    group.recordCount++;
    group.bytes += loss.bytes;
    group.blocks += loss.blocks;
    group.directBytes += loss.directBytes;
    group.indirectBytes += loss.indirectBytes;
    group.kinds[loss.kind] = (group.kinds[loss.kind] ?? 0) + loss.blocks;
    if (this.keepRecords && record !== null) group.records.add(record);
  }

  get stackCount(): number {
    return this.byStack.size;
  }

  /** Finds groups by signature again, not by stacks that are shared no more. */
  forgetStacks(): void {
    this.byStack.clear();
  }

  /** The groups in the order in which they first appear, naming their records by the ids these have now. */
  groups(): Group[] {
    return [...this.bySignature.values()].map((group) => ({
      signature: group.signature,
      records: group.records.inOrder().map((record) => record.id),
      recordCount: group.recordCount,
      bytes: group.bytes,
      blocks: group.blocks,
      directBytes: group.directBytes,
      indirectBytes: group.indirectBytes,
      kinds: group.kinds,
      frames: group.frames,
    }));
  }

  private groupOf(stack: StackNode): GroupSum {
    const { signature } = stack;
    let group = this.bySignature.get(signature);
    if (group === undefined) {
      group = {
        signature,
        frames: stack.stack,
        records: new OrderedList(),
        recordCount: 0,
        bytes: 0,
        blocks: 0,
        directBytes: 0,
        indirectBytes: 0,
        kinds: {},
      };
      this.bySignature.set(signature, group);
    }
    return group;
  }
}
