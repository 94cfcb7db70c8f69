import type { Mechanism } from '../cases/truth.js';
import { splitItems } from './brackets.js';
import { exactMechanism, mechanismIn } from './mechanism-words.js';
import { cleanName, isFunctionLike } from './relations.js';
import { type ReplyText, type Sentence, sentencesOf } from './reply-text.js';

/** Functions at fault and mechanism, as a reply to the root-cause question names them. */
export interface NamedCause {
  readonly functions: readonly string[];
  readonly mechanism: Mechanism | null;
  readonly forgiven: readonly string[];
}

const PREFIX = '^[\\s>*_#|`"[-]*(?:\\d+[.)]\\s*)?[*_`[]*';
const FUNCTION_LINE = new RegExp(
  `${PREFIX}(?:(?:the\\s+)?(?:faulty|responsible|culprit|leaking|offending|buggy|main)\\s+functions?|functions?(?:[ _](?:at fault|responsible|involved|names?))?(?:\\(s\\))?|culprits?|(?:出错|问题|责任|故障|相关|[泄洩][漏露])?函数)[\\s*_\`|\\]]*[:=|]\\s*(.*)$`,
  'i',
);
const MECHANISM_LINE = new RegExp(
  `${PREFIX}(?:(?:leak|memory leak|root[- ]cause)\\s+)?(?:mechanism|leak type|机制|[泄洩][漏露]机制|[泄洩][漏露]类型)[\\s*_\`|\\]]*[:=|]\\s*(.*)$`,
  'i',
);
const FAULT =
  /\b(?:does|do|did|is|are|was|were|has|have)(?: not|n't)\b[^.]{0,30}\b(?:free|freed|release|released|destroy|decrement|clean|dealloc)|\bnever\b[^.]{0,20}\b(?:free|release|destroy|decrement|drop|reach|clean|unref)|\bwithout (?:first |ever )?(?:freeing|releasing|destroying)|\bforgets?\b|\bforgot\b|\bfail(?:s|ed|ing)? to\b|\bshould (?:have )?(?:free|freed|release|released)|\bmissing\b|\bskips?\b|\bculprit\b|\bresponsible\b|\bat fault\b|\boverwrit|\breassign|\breturns? early|\bearly return|\bbut not (?:its|the|their)\b|\bis lost\b|未[^.]{0,8}释放|没有?[^.]{0,14}释放|忘记|遗漏|漏掉|覆盖|没有减少|未减少|未归还|提前返回|无法归零|导致[^.]{0,12}[泄洩]/i;
const ROOT_CAUSE = /\broot[- ]cause\b|根因|根本原因/i;
const NO_NAME =
  /^(?:names?|unknown|none|n\/?a|null|nil|-+|\?+|unclear|undetermined|not .*|无|未知|不详|不确定|函数名?)$/i;
const INNOCENT =
  /_t$|^[A-Z][A-Z0-9_]+$|^(?:malloc|calloc|realloc|free|strdup|strndup|operator new.*|operator delete.*|main|YES|NO|UNSURE)$/;
const NAME_IN_TEXT = /`([^`\n]{1,200})`|[A-Za-z_~][\w:~]*(?:\(\))?/g;

/** Function and mechanism from their own lines; where `fromProse`, otherwise from sentences that lay blame. */
export function readCause(reply: ReplyText, conclusion: string, fromProse: boolean): NamedCause {
  const functions = new Set<string>();
  const forgiven = new Set<string>();
  let mechanism: Mechanism | null = null;
  let said = { function: false, mechanism: false };
  for (const line of reply.lines) {
    if (line.report) continue;
    for (const text of reply.text
      .slice(line.start, Math.min(line.end, line.start + 1000))
      .split(/;\s*(?=\W{0,4}(?:mechanism|function|yes|no|unsure|机制|函数))/i)) {
      const named = FUNCTION_LINE.exec(text)?.[1];
      if (named !== undefined) {
        said = { ...said, function: true };
        for (const name of listedNames(named)) functions.add(name);
        if (!/^Function: \S/.test(text)) forgiven.add('the form of the line Function');
      }
      const how = MECHANISM_LINE.exec(text)?.[1];
      if (how !== undefined) {
        said = { ...said, mechanism: true };
        mechanism = exactMechanism(how) ?? mechanismIn(how);
        if (!/^Mechanism: /.test(text) || how.trim() !== mechanism)
          forgiven.add('the form of the line Mechanism');
      }
    }
  }
  if (fromProse && !(said.function && said.mechanism)) {
    const sentences = sentencesOf(reply).filter(({ line }) => reply.lines[line]?.fenced === false);
    if (!said.function) {
      for (const name of blamedFunctions(reply, sentences)) functions.add(name);
      if (functions.size > 0) forgiven.add('functions named in prose');
    }
    if (!said.mechanism) {
      mechanism = mechanismIn(conclusion) ?? proseMechanism(reply, sentences);
      if (mechanism !== null) forgiven.add('a mechanism named in prose');
    }
  }
  return { functions: [...functions], mechanism, forgiven: [...forgiven] };
}

function listedNames(text: string): string[] {
  const names = splitItems(text.replace(/\s+(?:and|&|和|与)\s+|、/g, ' , ').replace(/\|\s*$/, ''))
    .map(([start, end]) =>
      text
        .replace(/\s+(?:and|&|和|与)\s+|、/g, ' , ')
        .replace(/\|\s*$/, '')
        .slice(start, end),
    )
    .map((item) => cleanName(item.replace(/\s(?:in|at|from|of|which|that|-)\s.*$/, '')));
  return names.filter((name) => /^[A-Za-z_~$]/.test(name) && !NO_NAME.test(name) && isOneName(name));
}

/** Not a phrase: blanks only where C++ has them. */
function isOneName(name: string): boolean {
  return !/\s/.test(
    name.replace(/\([^()]*\)|<.*>|\boperator \w+(?:\[\])?|\s(?:const|unsigned|long|int|char)\b/g, ''),
  );
}

function blamedFunctions(reply: ReplyText, sentences: readonly Sentence[]): string[] {
  const found: string[] = [];
  for (const { start, end } of sentences) {
    const text = reply.text.slice(start, end);
    if (!FAULT.test(text.slice(0, 1000)) && !/\broot[- ]cause (?:is|lies)\b/i.test(text.slice(0, 1000)))
      continue;
    for (const [whole, quoted] of text.matchAll(NAME_IN_TEXT)) {
      const name = cleanName(quoted ?? whole);
      const isCall = whole.endsWith('()');
      const isName =
        quoted === undefined ? /_|::|[a-z][A-Z]/.test(name) : isFunctionLike(name) && isOneName(name);
      if ((isCall || isName) && !INNOCENT.test(name)) found.push(name);
    }
  }
  return found;
}

/** From a sentence on the root cause, otherwise from one that lays blame, otherwise from any. */
function proseMechanism(reply: ReplyText, sentences: readonly Sentence[]): Mechanism | null {
  // A function's name says nothing of the mechanism: `pn_event_finalize`.
  const texts = sentences.map(({ start, end }) =>
    reply.text.slice(start, Math.min(end, start + 1000)).replace(/[\w~:]*(?:_|::)[\w~:]*/g, ' '),
  );
  for (const counts of [ROOT_CAUSE, FAULT, /./]) {
    for (const text of texts) {
      const mechanism = counts.test(text) ? mechanismIn(text) : null;
      if (mechanism !== null) return mechanism;
    }
  }
  return null;
}
