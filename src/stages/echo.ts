import type { Verdict } from '../cases/truth.js';

/** A verdict word with its brackets, as far as telling an option from an answer needs it. */
interface Option {
  readonly verdict: Verdict;
  readonly start: number;
  readonly end: number;
  readonly content: readonly [from: number, to: number] | null;
  readonly lineStart: number;
  readonly lineEnd: number;
  readonly line: number;
}

const PLACEHOLDER_WORDS =
  /^(?:log|index|indexes|indices|ids?|records?|numbers?|functions?|process(?:es)?|callers?|callees?|list|of|the|etc|n|names?|loss|blocks?|citations?|evidence|your|relevant|or|and|a|b|x|y|items?|role|pid|日志|索引|记录|编号|函数|进程|列表|序号)$/i;

/** `INDEX`, `LOG INDEX`, `functions/processes`, `...`: what a question writes where the answer's citations belong. */
export function isPlaceholder(content: string): boolean {
  if (/\d/.test(content)) return false;
  const words = content.match(/[\p{L}]+/gu) ?? [];
  return words.length > 0
    ? words.length <= 12 && words.every((word) => PLACEHOLDER_WORDS.test(word))
    : /\.\.|…/.test(content);
}

const CONDITION =
  /^[\s"'`*_)>}\]:,-]*(?:if\b|when\b|where\b|in case\b|to indicate\b|to say\b|otherwise\b|means\b|表示|如果|若|当|代表|的话)/i;
const INSTRUCTION =
  /(?:(?:^|[^\p{L}])(?:say|answer|respond|reply|write|output|return|use|print|choose|options?(?: are)?|either)|回答|输出|回复|写|说)\s*(?:with|only|either|as|in the form|of|one of)?[\s:"'`*_(-]*$/iu;
const FIRST_PERSON = /\b(?:i|we|my)\b(?:'\w+| would| will| must| can| have to)?[\s\w]{0,12}$/i;
const BETWEEN_OPTIONS =
  /^[\s"'`*_.]*(?:\/|,|\||;|or|, or|或|或者|、|还是|和|vs\.?|and)[\s"'`*_]*(?:say\s*)?[\s"'`*_]*$/i;

/** The candidate repeats an option of the question instead of choosing it. */
export function isEcho(text: string, all: readonly Option[], index: number): boolean {
  const option = all[index] as Option;
  if (isOffered(text, option)) return true;
  return [-2, -1, 1, 2].some((step) => {
    const other = all[index + step];
    if (other === undefined || other.verdict === option.verdict) return false;
    const [first, second] = step < 0 ? [other, option] : [option, other];
    if (first.line === second.line) {
      return second.start - first.end < 40 && BETWEEN_OPTIONS.test(text.slice(first.end, second.start));
    }
    if (second.line - first.line > 4 || cites(text, option)) return false;
    // A run of options: all of them with their conditions, or all of them with placeholders.
    const [own, others] = [optionMarks(text, option), optionMarks(text, other)];
    return (
      (own.condition && others.condition) ||
      (own.placeholder && others.placeholder && own.condition === others.condition)
    );
  });
}

function isOffered(text: string, option: Option): boolean {
  const { placeholder, condition, instruction } = optionMarks(text, option);
  return instruction ? placeholder || condition : placeholder && condition;
}

function optionMarks(
  text: string,
  option: Option,
): { placeholder: boolean; condition: boolean; instruction: boolean } {
  const before = text.slice(Math.max(option.lineStart, option.start - 60), option.start);
  const after = text.slice(option.end, Math.min(option.lineEnd, option.end + 60));
  const content = option.content === null ? '' : text.slice(...option.content);
  const spoken = INSTRUCTION.exec(before);
  return {
    placeholder: content.length < 120 && isPlaceholder(content),
    condition: CONDITION.test(after),
    instruction: spoken !== null && !FIRST_PERSON.test(before.slice(0, spoken.index + 1)),
  };
}

function cites(text: string, option: Option): boolean {
  return option.content !== null && /\d/.test(text.slice(...option.content));
}

/** `answer "YES:<42>"` tells somebody what to say; `Answer: "YES:<42>"` says it. */
export function isInstruction(before: string): boolean {
  const spoken = INSTRUCTION.exec(before);
  return spoken !== null && !spoken[0].includes(':') && !FIRST_PERSON.test(before.slice(0, spoken.index + 1));
}
