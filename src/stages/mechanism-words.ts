import { MECHANISMS, type Mechanism } from '../cases/truth.js';

/**
 * Other words for the mechanisms, English and Chinese. Where a sentence fits several, the first in this order counts:
 * what says how memory is lost goes before what only says when.
 */
const PARAPHRASES: readonly (readonly [Mechanism, RegExp])[] = [
  [
    'overwritten pointer',
    /overwrit(?:e|es|ten|ing)|reassign(?:s|ed|ing)?|assign(?:s|ed|ing)? over|pointer (?:is |was |gets )?(?:replaced|clobbered|lost)|(?:loses?|lost) the (?:only |last |old )?pointer|覆盖|重新赋值|指针(?:被)?(?:丢失|改写)/i,
  ],
  [
    'reference count',
    /ref(?:erence)?[- ]?count(?:s|ed|ing|er)?|refcnt|(?:drop|release|decrement|give back|put|return)(?:s|ped|d|ed|ting|ing)?\s+(?:\w+\s+){0,3}?reference|unbalanced (?:incref|reference)|decref|引用计数|引用数/i,
  ],
  [
    'missing free on an error path',
    /error[- ](?:path|branch|handling|handler|case|return|exit)|on (?:an? )?(?:error|failure)\b|early return|returns? early|fail(?:ure|ed)?[- ](?:path|branch|case)|reject(?:ed|ion)?[- ](?:path|branch)|exception path|bail(?:s|ing)? out|when (?:\w+ ){0,4}fails\b|错误(?:路径|分支|处理|情况)|出错|异常(?:路径|分支|处理)|提前返回|失败(?:路径|分支|时)/i,
  ],
  ['one-time allocation', /one[- ]time|allocated (?:only )?once|once at start|一次性/i],
  [
    'nested object not freed',
    /\bnest(?:ed|ing)?\b|inner (?:objects?|structs?|structures?|buffers?|members?|fields?|pointers?|allocations?|strings?)|child(?:ren)? (?:objects?|structures?)|sub-?objects?|(?:its|their|the) (?:own )?members? (?:is|are|was|were)|contained objects?|shallow(?:ly)? free|recursive(?:ly)? free|嵌套|内部(?:的)?[^,.]{0,24}?(?:对象|成员|结构|缓冲)|子对象|成员(?:未|没有|指针)|递归释放/i,
  ],
  [
    'container entry not freed',
    /(?:container|hash(?: ?table| ?map)?|list|map|table|queue|tree|bucket|dictionary|cache|array)(?:'s)?\b[^.]{0,30}\b(?:entr(?:y|ies)|items?|elements?|nodes?|keys?)\b|\b(?:entr(?:y|ies)|items?|elements?|nodes?)\b[^.]{0,30}\b(?:of|in|from|out of) (?:the |a )?(?:container|hash(?: ?table| ?map)?|list|map|table|queue|tree|bucket|cache)|容器|(?:哈希表?|链表|队列|列表|表|树|缓存)[^.]{0,8}(?:条目|表项|项|元素|节点|键)|(?:条目|表项)(?:未|没有)/i,
  ],
  [
    'missing free on teardown',
    /tear-?down|shut-?down|(?:at|on|before|during) (?:process |program )?exit|clean-?up|destruct(?:or|ion)|finali[sz]|when (?:the |a |an )?(?:\w+ ){1,4}?(?:closes?|closed|disconnects?|disconnected|destroyed|goes away|ends|exits|stops|leaves|unloaded)|on (?:close|disconnect|destroy|unload)|退出|关闭|销毁|析构|断开|清理/i,
  ],
];

const DENIED =
  /(?:\bnot (?:an?|the|about|due to)(?: an?)?|\brather than(?: an?)?|\binstead of(?: an?)?|\bno\b|不是|并非|而非)[\s"'`*]*$/i;

/** The mechanism that a phrase names in the words of the closed list; null when it uses other words. */
export function exactMechanism(phrase: string): Mechanism | null {
  const words = phrase
    .toLowerCase()
    .replace(/[\s*_`"'.]+/g, ' ')
    .trim();
  return MECHANISMS.find((mechanism) => words === mechanism) ?? null;
}

/** The mechanism that a text names or paraphrases; one that it denies does not count. */
export function mechanismIn(text: string): Mechanism | null {
  const lower = text.toLowerCase();
  const stands = (index: number) => index !== -1 && !DENIED.test(text.slice(Math.max(0, index - 30), index));
  const named = MECHANISMS.find((mechanism) => stands(lower.indexOf(mechanism)));
  if (named !== undefined) return named;
  return PARAPHRASES.find(([, words]) => stands(text.search(words)))?.[0] ?? null;
}
