/** Loss records that share a path: what a line of the tree ends with, and where in the log the first of them stands. */
export interface TreeLeaf {
  /** Calls of the stack, innermost first. */
  readonly path: readonly string[];
  readonly text: string;
  readonly source: number | null;
}

export interface TreeLine {
  readonly text: string;
  readonly source: number | null;
}

interface Node {
  readonly children: Map<string, Node>;
  readonly leaves: TreeLeaf[];
}

/**
 * Stacks as a tree, so that calls which many stacks share are written once. A line holds calls joined by ` < `
 * ("called by"), indented below the calls that they go on from; behind `: ` stands what is known of the stack that
 * ends there. Branches come in the order of their first leaf.
 *
 * ```
 * strdup < log_message
 *  main: D 69; 1/26
 *  serve < main: P 76-78; 3/87
 * ```
 */
export function stackTree(leaves: readonly TreeLeaf[]): TreeLine[] {
  const root: Node = { children: new Map(), leaves: [] };
  for (const leaf of leaves) {
    let node = root;
    for (const call of leaf.path) {
      let child = node.children.get(call);
      if (child === undefined) {
        child = { children: new Map(), leaves: [] };
        node.children.set(call, child);
      }
      node = child;
    }
    node.leaves.push(leaf);
  }
  const lines: TreeLine[] = [];
  for (const [call, child] of root.children) write(call, child, 0, lines);
  return lines;
}

function write(call: string, start: Node, depth: number, lines: TreeLine[]): void {
  const calls = [call];
  let node = start;
  while (node.leaves.length === 0 && node.children.size === 1) {
    const [next] = node.children as Map<string, Node>;
    if (next === undefined) break;
    calls.push(next[0]);
    node = next[1];
  }
  const path = `${' '.repeat(depth)}${calls.join(' < ')}`;
  if (node.leaves.length === 0) lines.push({ text: path, source: null });
  for (const leaf of node.leaves) lines.push({ text: `${path}: ${leaf.text}`, source: leaf.source });
  for (const [next, child] of node.children) write(next, child, depth + 1, lines);
}
