import { splitItems } from './brackets.js';

export type Pair = readonly [string, string];

/** Who talks to whom, and what calls what. */
export interface Relations {
  readonly processes: readonly Pair[];
  readonly calls: readonly Pair[];
}

const NAME = '(?<![\\w.:~$@/-])[`*"\']{0,4}([A-Za-z_~$][\\w.:~$@/-]{0,160}[\\w$](?:\\(\\))?)[`*"\']{0,4}';
const CALLS = new RegExp(
  `${NAME}\\s+(?:then |directly |in turn )?(?:calls?|invokes?|invoking|calling)\\s+(?:the function )?${NAME}`,
  'g',
);
const CALLED_BY = new RegExp(
  `${NAME}\\s+(?:(?:is|was|gets|being)\\s+)?(?:called|invoked)\\s+(?:by|from)\\s+${NAME}`,
  'g',
);
const HAN_CALLS = new RegExp(`${NAME}\\s*(?:函数)?\\s*(?:会|直接)?调用(?:了)?\\s*${NAME}`, 'g');
const TALKS = new RegExp(
  `${NAME}\\s+(?:\\w+ly )?(?:connects?|connected|communicates?|communicated|talks?|speaks|interacts?|sends? \\w+|exchanges? \\w+|is (?:a )?(?:connected|neighbou?r|linked))\\s+(?:to|with|of)\\s+(?:the )?${NAME}`,
  'g',
);
const TALK_TOGETHER = new RegExp(
  `${NAME}\\s+and\\s+${NAME}\\s+(?:\\w+ly )?(?:exchange|communicate|talk|interact|are (?:connected|linked|neighbou?rs|peers)|connect)`,
  'g',
);
const BETWEEN = new RegExp(`\\b[Bb]etween\\s+${NAME}\\s+and\\s+${NAME}`, 'g');
const HAN_BETWEEN = new RegExp(
  `${NAME}\\s*(?:与|和|跟|同)\\s*${NAME}\\s*(?:之间|进行|存在|相互|互相|建立|通信|交互|有)`,
  'g',
);

const LABEL =
  /^[\s*+>_-]*(?:(process(?:es)?(?: pairs?| relations?(?:hips?)?)?|peers?|进程(?:间|关系|对)?)|(functions?|calls?|call[- ](?:chains?|paths?|relations?(?:hips?)?)|函数(?:调用)?(?:链|关系)?|调用(?:链|关系)?))[\s*_]*[:=]/i;
/** Any other words before a colon, such as `within the router:`. */
const OTHER_LABEL = /^[\s*+>_-]*[A-Za-z][A-Za-z -]{2,40}:\s/;
const CALLER_AND_CALLEE = new RegExp(
  `\\bcaller\\W{1,6}${NAME}\\W{1,6}(?:and\\s+)?(?:the\\s+)?callee\\W{1,6}${NAME}`,
  'gi',
);
const PROCESS_WORD =
  /\b(?:process|router|server|client|broker|node|daemon|master|replica|slave|sentinel|producer|consumer|publisher|subscriber|sender|receiver|worker|parent|child|peer|pid|proxy|backend|frontend|agent|service|host|listener|authorizer|responder)s?\b|进程|路由器|客户端|服务器|节点/i;
const ROLE_ASIDE =
  /\((?:master|replica|slave|primary|secondary|sentinel|server|client|parent|child|worker|leader|follower|broker|pid \d+|\d+)\)$/i;
/** Where a sentence goes on behind a name. */
const REMARK =
  /\s(?:is|are|was|were|over|via|through|in|on|by|at|from|with|using|when|which|that|as|for|to|has|have|can|where|because|so|during)\s.*$/;
const PLAIN_FUNCTION =
  /^(?:main|malloc|calloc|realloc|free|strdup|call|invoke|run|open|close|read|write|accept|connect|send|recv|loop)$/;

/**
 * Relations in a stretch of a reply, in its normalised text: chains of arrows, and sentences such as `f calls g`.
 * Of a chain a → b → c each neighbouring two are a pair. In running text (`prose`) a name is a single word.
 */
export function readRelations(text: string, prose: boolean): Relations {
  const processes = new PairSet(false);
  const calls = new PairSet(true);
  const joined = text.replace(/\n([ \t>*+-]*[→←↔])/g, ' $1');
  let label: 'processes' | 'calls' | null = null;
  const alone: string[] = [];
  let items = 0;
  for (let item of itemsOf(joined)) {
    if (!/\S/.test(item)) continue;
    items++;
    const labelled = LABEL.exec(item);
    if (labelled !== null) {
      label = labelled[1] === undefined ? 'calls' : 'processes';
      item = item.slice(labelled[0].length);
    } else {
      item = item.replace(OTHER_LABEL, '');
    }
    const chain = readChain(item, prose);
    if (chain === null) {
      readVerbs(item, processes, calls);
      const name = cleanName(item);
      if (!prose && isProcessLike(name) && !/\s(?:is|are|in|the|of|with)\s/.test(name)) alone.push(name);
      continue;
    }
    const kind = label ?? kindOfChain(chain);
    for (const { pair, both } of chain.pairs) {
      // Functions call one way; what goes both ways is between processes, whatever they are called.
      if (kind === 'processes' || (both && !pair.every(isFunctionLike))) processes.add(pair);
      else if (label === 'calls' || !pair.some(isProcessOnly)) calls.add(pair);
    }
  }
  for (const match of joined.matchAll(CALLER_AND_CALLEE))
    calls.add([cleanName(match[1] as string), cleanName(match[2] as string)]);
  for (const pair of tablePairs(joined)) addVerb(pair, processes, calls);
  // Two names and nothing else are a pair.
  const split =
    alone.length === 1 && items === 1
      ? splitTwo(alone[0] as string)
      : alone.length === 2 && items === 2
        ? alone
        : [];
  if (split.length === 2 && processes.size === 0 && calls.size === 0)
    processes.add([split[0] as string, split[1] as string]);
  return { processes: processes.pairs, calls: calls.pairs };
}

/** The parts of a list; a part in brackets of its own is a list again. */
function itemsOf(text: string): string[] {
  return splitItems(text).flatMap(([start, end]) => {
    const item = text.slice(start, end);
    const inner = /^\s*[{[]([^{}[\]]*)[}\]]\s*$/.exec(item)?.[1];
    return inner === undefined ? [item] : splitItems(inner).map(([from, to]) => inner.slice(from, to));
  });
}

/** Rows of tables with a column for the caller and one for the callee, or for the two ends of a connection. */
function tablePairs(text: string): Pair[] {
  const pairs: Pair[] = [];
  let columns: readonly [number, number] | null = null;
  for (const line of text.split('\n')) {
    if (!/^\s*\|/.test(line)) {
      columns = null;
      continue;
    }
    const cells = line.split('|').slice(1, 20).map(cleanName);
    if (columns === null) {
      const from = cells.findIndex((cell) =>
        /^(?:caller|calling function|from|source|process a|调用者|调用方)$/i.test(cell),
      );
      const to = cells.findIndex((cell) =>
        /^(?:callee|called function|to|target|process b|被调用者|被调用方)$/i.test(cell),
      );
      columns = from === -1 || to === -1 ? null : [from, to];
    } else {
      const [from, to] = [cells[columns[0]] ?? '', cells[columns[1]] ?? ''];
      if (/\w/.test(from) && /\w/.test(to)) pairs.push([from, to]);
    }
  }
  return pairs;
}

interface Chain {
  readonly names: readonly string[];
  readonly pairs: readonly { readonly pair: Pair; readonly both: boolean }[];
}

/** The names of a chain and its arrows; null without an arrow between two names. */
function readChain(item: string, prose: boolean): Chain | null {
  const parts = splitItems(item, /[→←↔]/);
  if (parts.length < 2) return null;
  const names = parts.map(([start, end], index) => {
    const part = item.slice(start, end);
    if (!prose) return cleanName(part);
    const words = part.trim().split(/\s+/);
    const word = index === 0 ? words.at(-1) : words[0];
    return cleanName(/^(?:and|then|the|a|by|to)$/i.test(word ?? '') ? '' : (word ?? ''));
  });
  const pairs = parts.slice(1).flatMap(([start], index) => {
    const [from, to] = [names[index] as string, names[index + 1] as string];
    if (from === '' || to === '') return [];
    const arrow = item[start - 1];
    return [{ pair: (arrow === '←' ? [to, from] : [from, to]) as Pair, both: arrow === '↔' }];
  });
  return pairs.length === 0 ? null : { names: names.filter((name) => name !== ''), pairs };
}

function kindOfChain({ names, pairs }: Chain): 'processes' | 'calls' {
  if (names.some(isFunctionLike)) return 'calls';
  if (names.some((name) => isProcessOnly(name) || PROCESS_WORD.test(name)) || pairs.some(({ both }) => both))
    return 'processes';
  return 'calls';
}

/** What compilers and linkers append to a function's name: `.constprop.0`, `@@GLIBC_2.2.5`. */
const SYMBOL_SUFFIX = /\w(?:\.(?:constprop|isra|part|cold|lto_priv|clone)(?:\.\d+)*|@{1,2}[A-Z]\w*[\d.]*)$/;

/** A name that can only be a function's: `qd_router`, `ns::f(int)`, `aeProcessEvents`, `main`. */
export function isFunctionLike(name: string): boolean {
  if (/^operator\b|::|\(\)$/.test(name) || SYMBOL_SUFFIX.test(name)) return true;
  if (/\s|-|\.\d/.test(name.replace(/\(.*$/, '')) || /^\d/.test(name)) return false;
  return /_|[a-z][A-Z]|\w\(/.test(name) || PLAIN_FUNCTION.test(name);
}

function isProcessLike(name: string): boolean {
  if (isFunctionLike(name)) return false;
  return isProcessOnly(name) || /[A-Z]{2,}/.test(name) || PROCESS_WORD.test(name) || /\s[A-Z0-9]$/.test(name);
}

/** A name that no function has. */
function isProcessOnly(name: string): boolean {
  return !isFunctionLike(name) && /\.\d|\w-\w|^\d+$|\/|\w\s\w/.test(name);
}

/** A name without markup, bullets, empty brackets and comments behind it. */
export function cleanName(text: string): string {
  let name = text
    .slice(0, 400)
    .replace(/[\n\r]/g, ' ')
    .trim();
  const quoted = /^[*_\s-]*`([^`]+)`/.exec(name);
  if (quoted !== null) name = quoted[1] as string;
  name = name
    .replace(/^(?:[\s>*+"'{<[(-]|\d{1,2}[.)]\s)+/, '')
    .replace(/[\s*"'`.:;}\]]+$/, '')
    .trim();
  name = name.replace(/^(?:and|or|also|plus|then|the|as well as|e\.g\.|i\.e\.)\s+/i, '').replace(REMARK, '');
  if (!ROLE_ASIDE.test(name)) name = name.replace(/\s+\([^()]*\)?$/, '');
  name = name.replace(/\(\)$/, '').trim();
  return balanced(name) ? name : name.replace(/[>)]+$/, '').trim();
}

function balanced(name: string): boolean {
  const count = (sign: string) => name.split(sign).length;
  return count('(') === count(')') && (count('<') === count('>') || /operator/.test(name));
}

function splitTwo(text: string): string[] {
  const two = text.split(/\s*\/\s*|\s+(?:and|&|with|vs\.?)\s+|\s*(?:和|与|及)\s*/);
  return two.length === 2 && two.every((name) => name !== '' && !/\s/.test(name)) ? two : [];
}

function readVerbs(text: string, processes: PairSet, calls: PairSet): void {
  const names = (match: RegExpMatchArray): Pair => [
    cleanName(match[1] as string),
    cleanName(match[2] as string),
  ];
  for (const pattern of [CALLS, HAN_CALLS]) {
    for (const match of text.matchAll(pattern)) addVerb(names(match), processes, calls);
  }
  for (const match of text.matchAll(CALLED_BY)) {
    const [callee, caller] = names(match);
    addVerb([caller, callee], processes, calls);
  }
  for (const pattern of [TALKS, TALK_TOGETHER, BETWEEN, HAN_BETWEEN]) {
    for (const match of text.matchAll(pattern)) {
      const pair = names(match);
      if (pair.every(isNamed) && !pair.some(isFunctionLike)) processes.add(pair);
    }
  }
}

function addVerb(pair: Pair, processes: PairSet, calls: PairSet): void {
  if (pair.every(isFunctionLike)) calls.add(pair);
  else if (pair.every((name) => isNamed(name) && !isFunctionLike(name))) processes.add(pair);
}

/** A proper name rather than a word of the language. */
function isNamed(name: string): boolean {
  return /[\d._-]|^[A-Z]/.test(name) || PROCESS_WORD.test(name);
}

/** Pairs, each once; without direction (a, b) and (b, a) are the same. */
export class PairSet {
  private readonly found = new Map<string, Pair>();
  private readonly directed: boolean;

  constructor(directed: boolean) {
    this.directed = directed;
  }

  add(pair: Pair): void {
    if (pair[0] === '' || pair[1] === '') return;
    const key = this.directed ? pair : [...pair].sort();
    if (!this.found.has(key.join('\n'))) this.found.set(key.join('\n'), pair);
  }

  get size(): number {
    return this.found.size;
  }

  get pairs(): Pair[] {
    return [...this.found.values()];
  }
}
