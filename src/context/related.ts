interface Branch<T> {
  readonly items: T[];
  readonly branches: Map<string, Branch<T>>;
}

/**
 * Puts items together that share the beginning of their path, the longer the shared part the nearer. Otherwise the
 * order stays: a branch comes where its first item came.
 */
export function relatedTogether<T>(items: readonly T[], pathOf: (item: T) => readonly string[]): T[] {
  const root: Branch<T> = { items: [], branches: new Map() };
  for (const item of items) {
    let branch = root;
    for (const step of pathOf(item)) {
      let next = branch.branches.get(step);
      if (next === undefined) {
        next = { items: [], branches: new Map() };
        branch.branches.set(step, next);
      }
      branch = next;
    }
    branch.items.push(item);
  }
  const ordered: T[] = [];
  const walk = (branch: Branch<T>) => {
    for (const item of branch.items) ordered.push(item);
    for (const next of branch.branches.values()) walk(next);
  };
  walk(root);
  return ordered;
}
