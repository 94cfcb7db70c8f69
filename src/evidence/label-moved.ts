/** A group as this test sees it: where it was allocated and how many blocks a run lost on average. */
export interface Moving {
  readonly program: string;
  readonly functions: readonly string[];
  readonly before: number;
  readonly after: number;
}

/** A function under which this many others allocate hands out memory for all of them: it tells nothing of an owner. */
const CALLERS_OF_A_WRAPPER = 8;

export interface Moves<T extends Moving> {
  /** Groups that lost blocks to others. */
  readonly from: ReadonlySet<T>;
  /** Groups whose additional blocks are all from others. */
  readonly to: ReadonlySet<T>;
}

/**
 * Finds groups whose blocks did not go away but came by another way: the same inner functions, called from elsewhere
 * (another thread was first, an interpreter took another turn), lose as many blocks more as this group lost less.
 * Gains are looked for under the longest common stack first, and are spent once.
 */
export function findMoves<T extends Moving>(groups: readonly T[]): Moves<T> {
  const wrappers = findWrappers(groups);
  const nodes = new Map<string, T[]>();
  for (const group of groups) {
    for (const key of prefixes(group, wrappers)) {
      const kin = nodes.get(key);
      if (kin) kin.push(group);
      else nodes.set(key, [group]);
    }
  }
  const gains = new Map(groups.map((group) => [group, Math.max(0, group.after - group.before)]));
  const from = new Set<T>();
  const losing = groups.filter(({ before, after }) => after < before);
  losing.sort((a, b) => a.before - a.after - (b.before - b.after));
  for (const group of losing) {
    const loss = group.before - group.after;
    for (const key of prefixes(group, wrappers).reverse()) {
      const kin = (nodes.get(key) as T[]).filter((other) => (gains.get(other) as number) > 0);
      const gain = kin.reduce((sum, other) => sum + (gains.get(other) as number), 0);
      if (gain < loss) continue;
      spend(kin, gains, loss);
      from.add(group);
      break;
    }
  }
  const to = groups.filter((group) => group.after > group.before && gains.get(group) === 0);
  return { from, to: new Set(to) };
}

function spend<T>(kin: readonly T[], gains: Map<T, number>, loss: number): void {
  let left = loss;
  for (const other of kin) {
    const spent = Math.min(left, gains.get(other) as number);
    gains.set(other, (gains.get(other) as number) - spent);
    left -= spent;
  }
}

/** The stacks that a group's stack begins with, shortest first, from the first function that is no wrapper. */
function prefixes({ program, functions }: Moving, wrappers: ReadonlySet<string>): string[] {
  const keys: string[] = [];
  let key = program;
  let owned = false;
  for (const name of functions) {
    key += `\n${name}`;
    owned ||= !wrappers.has(name);
    if (owned) keys.push(key);
  }
  return keys;
}

/** Innermost functions, and what such functions call through, that many different functions allocate with. */
function findWrappers(groups: readonly Moving[]): Set<string> {
  const wrappers = new Set<string>();
  for (;;) {
    const callers = new Map<string, Set<string>>();
    for (const { functions } of groups) {
      const first = functions.findIndex((name) => !wrappers.has(name));
      const [name, caller] = functions.slice(first === -1 ? functions.length : first);
      if (name === undefined || caller === undefined) continue;
      callers.set(name, (callers.get(name) ?? new Set()).add(caller));
    }
    const found = [...callers].filter(([, by]) => by.size >= CALLERS_OF_A_WRAPPER);
    if (found.length === 0) return wrappers;
    for (const [name] of found) wrappers.add(name);
  }
}
