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
  const beginnings = new Map<string, Beginning>();
  const gains = new Map<T, Gain>();
  for (const group of groups) {
    if (group.after <= group.before) continue;
    const gain: Gain = { left: group.after - group.before, under: [] };
    gains.set(group, gain);
    for (const key of prefixes(group, wrappers)) {
      const beginning = beginnings.get(key) ?? { left: 0, gains: [] };
      beginnings.set(key, beginning);
      beginning.left += gain.left;
      beginning.gains.push(gain);
      gain.under.push(beginning);
    }
  }
  const from = new Set<T>();
  const losing = groups.filter(({ before, after }) => after < before);
  losing.sort((a, b) => a.before - a.after - (b.before - b.after));
  for (const group of losing) {
    const loss = group.before - group.after;
    const key = prefixes(group, wrappers).findLast(
      (prefix) => (beginnings.get(prefix)?.left ?? 0) >= loss - ROUNDING,
    );
    if (key === undefined) continue;
    spend(beginnings.get(key) as Beginning, loss);
    from.add(group);
  }
  const to = groups.filter((group) => (gains.get(group)?.left ?? 1) <= ROUNDING);
  return { from, to: new Set(to) };
}

/** Counts are means of several runs, scaled: what is less than this is nothing. */
const ROUNDING = 1e-6;

/** Blocks that a group gained and that no other group's loss explains yet. */
interface Gain {
  left: number;
  readonly under: Beginning[];
}

/** The beginning of a stack, and what the groups that share it gained. */
interface Beginning {
  left: number;
  readonly gains: Gain[];
}

function spend({ gains }: Beginning, loss: number): void {
  let left = loss;
  for (let gain = gains.at(-1); gain !== undefined && left > ROUNDING; gain = gains.at(-1)) {
    const spent = Math.min(left, gain.left);
    gain.left -= spent;
    for (const beginning of gain.under) beginning.left -= spent;
    left -= spent;
    if (gain.left <= ROUNDING) gains.pop();
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
