import type { LineRange } from './document.js';

/** Items by where they begin in the log, whatever order they are complete in (reports of processes may alternate). */
export class OrderedList<T extends { readonly lines: LineRange }> {
  private readonly items: T[] = [];
  private lastLine = 0;
  private ordered = true;

  add(item: T): void {
    const line = item.lines[0];
    if (line < this.lastLine) this.ordered = false;
    this.lastLine = line;
    this.items.push(item);
  }

  /** The items in order; the same array each time. */
  inOrder(): T[] {
    if (!this.ordered) this.items.sort((a, b) => a.lines[0] - b.lines[0]);
    this.ordered = true;
    return this.items;
  }
}
