import type { Frame, Stack } from './document.js';
import { signatureOf } from './signature.js';
import type { StackRun } from './stack-follower.js';

/** A stack, as the path of frames from the allocation (the root's child) outwards. Nodes are shared: compare with `===`. */
export class StackNode {
  readonly frame: Frame | null;
  readonly parent: StackNode | null;
  readonly depth: number;
  /** It was complete once: what follows may be it again. */
  recurs = false;
  /** The lines that it was read from, once it was complete for a second time. */
  run: StackRun | null = null;
  private children: Map<Frame, StackNode> | null = null;
  private lastChild: StackNode | null = null;
  private frames: Stack | null = null;
  private name: string | null = null;

  constructor(parent: StackNode | null, frame: Frame | null) {
    this.parent = parent;
    this.frame = frame;
    this.depth = parent === null ? 0 : parent.depth + 1;
  }

  /** The stack with one more caller. `frame` comes from the same `StackTable`. */
  push(frame: Frame): StackNode {
    const last = this.lastChild;
    if (last !== null && last.frame === frame) return last;
    let child = this.children?.get(frame);
    if (child === undefined) {
      child = new StackNode(this, frame);
      this.children ??= new Map();
      this.children.set(frame, child);
    }
    this.lastChild = child;
    return child;
  }

  /** Forgets all longer stacks. Nodes that are held elsewhere stay as they are. */
  forget(): void {
    this.children = null;
    this.lastChild = null;
  }

  /** The frames, innermost first; the same array each time. */
  get stack(): Stack {
    if (this.frames === null) {
      const frames = new Array<Frame>(this.depth);
      let node: StackNode = this;
      while (node.parent !== null) {
        frames[node.depth - 1] = node.frame as Frame;
        node = node.parent;
      }
      this.frames = frames;
    }
    return this.frames;
  }

  get signature(): string {
    this.name ??= signatureOf(this.stack);
    return this.name;
  }
}

/** Keeps every frame and every stack of a log once. */
export class StackTable {
  /** The empty stack; `push` frames onto it. */
  readonly root = new StackNode(null, null);
  private readonly frames = new Map<string, Frame>();

  get frameCount(): number {
    return this.frames.size;
  }

  /** Shares nothing with what was read before, so that it need not be kept in memory. */
  forget(): void {
    this.frames.clear();
    this.root.forget();
  }

  /** The shared frame with these parts; see `Frame` for what each means and when it is null. */
  frame(frame: Frame): Frame {
    const key = `${frame.address}\n${frame.function}\n${frame.file}\n${frame.line}\n${frame.column}\n${frame.object}`;
    const known = this.frames.get(key);
    if (known !== undefined) return known;
    this.frames.set(key, frame);
    return frame;
  }

  /** The shared stack of these frames, innermost first. */
  stack(frames: Iterable<Frame>): StackNode {
    let node = this.root;
    for (const frame of frames) node = node.push(this.frame(frame));
    return node;
  }
}
