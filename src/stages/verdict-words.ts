import type { Verdict } from '../cases/truth.js';

/** Words that are a verdict by themselves. */
export const VERDICT_WORD =
  /(?<![\p{L}\p{N}-]|\w\.|[\p{L}\p{N}]_{1,3})(?:yes|yeah|yep|affirmative|no|nope|unsure|not sure|uncertain|undetermined|undecided|inconclusive|unclear)(?!_*[\p{L}\p{N}]|-\p{L})|(?<![\p{L}\p{N}_])(?:是的|是|对的|肯定|有的|有|存在|否|不是|没有|不存在|无|不确定|无法确定|不能确定|尚不确定|不清楚|无法判断)(?=$|[\s,.:;!{<[("'*_`-])/gimu;

export function verdictOf(word: string): Verdict {
  if (/^(?:yes|yeah|yep|affirmative|是的|是|对的|肯定|有的|有|存在)$/i.test(word)) return 'YES';
  return /^(?:no|nope|否|不是|没有|不存在|无)$/i.test(word) ? 'NO' : 'UNSURE';
}

/** Nothing but markup, numbering, a speaker's name and hedges stand between the line's beginning and its end. */
export const START_OF_LINE =
  /^(?:[\s>#*_`"'|+~({[-]|\p{Extended_Pictographic}|\d{1,2}[.)]|<answer>|<\/?\w+>|\\boxed|\\text|(?:a|answer|答|回答|assistant|a\d|final)\s*[:.]|(?:i'?\s?a?m|we are|我)\s|\[x\]|(?:most|very|quite|still|also|probably|likely|definitely|absolutely|clearly|short answer)[\s:,])*$/iu;

const LABEL_NAME =
  '(?:answer|verdict|conclusion|concluding|result|decision|judge?ment|response|determination|assessment|finding|bottom line|tl;?dr|short version|output|réponse|respuesta|conclusión|antwort|ergebnis|fazit|ответ|вывод|結論|答え|답변|결론|答案|回答|结论|判断|结果|判定|答复|最终判断)';
const LINK =
  '(?:\\s|is\\b|was\\b|would be\\b|will be\\b|remains\\b|has to be\\b|must be\\b|should be\\b|therefore\\b|thus\\b|clearly\\b|definitely\\b|simply\\b|still\\b|most likely\\b|likely\\b|probably\\b|an?\\b|definite\\b|clear\\b|firm\\b|\\d\\b|to (?:the|this|your) (?:second |first |third |last )?question\\b|here\\b|stage\\b|[:=,.→|*_"\'`({\\[<>#\\\\$-]|为|是|应为|应该|应|如下|text\\b|boxed\\b)';

/** `The answer is`, `Verdict:`, `结论：` directly before the word. */
export const LABEL = new RegExp(`${LABEL_NAME}(?:${LINK})*$`, 'iu');

/** A sentence's beginning that announces a conclusion, directly before the word. */
export const CONNECTIVE =
  /(?:^|[.!?;:,])[\s>#*_`"'-]*(?:therefore|thus|so|hence|overall|consequently|accordingly|in (?:conclusion|summary|short)|to (?:conclude|summari[sz]e|sum up)|finally|based on (?:this|these|that|the (?:above|evidence|log|logs))|i(?:'d| would| will|'ll)? (?:say|answer|conclude|choose|respond|reply|go with|vote|lean|have to say|must say)|因此|所以|综上(?:所述)?|总之|总的来说|最终|故|由此)(?:[\s,:*_"'`-]|the answer is|it is|that|my answer is|toward|with|我(?:认为|的)?|结论是?|答案是?|为|是)*$/iu;

/** What follows `no` where it is a word of a sentence. */
export const MEMBER_OF_SENTENCE = /^[\s*_`"']+[\p{L}\d]/u;

/** `Yes, I can help with that` answers another question. */
export const PLEASANTRY =
  /^[\s,.!-]*(?:i(?:'d| would| will|'ll|'m| am| can| could)?\s+(?:be\s+)?(?:can|happy|glad|help|look|analy|go through|walk|need to look|review)|let me|let's|of course|sure|happy to|here(?:'s| is) (?:my|the|an) analysis|problem|worries|we can look)/i;

const STAGE_LABEL =
  /(?:^|[^\p{L}])(?:(?:question|q|answer|问题)\s*#?([123])|(relationship)|((?:memory )?leak)|(root[ -]?cause))[\s*_]*(?:\([^)]*\)[\s*_]*)?[:.|→][\s*_`"'|]*$/iu;

/** Which of the three questions a label directly before a verdict word names: 1, 2, 3, or null. */
export function questionBefore(text: string): number | null {
  const label = STAGE_LABEL.exec(text);
  if (label === null) return null;
  const [, number, relationship, leak] = label;
  return number !== undefined ? Number(number) : relationship !== undefined ? 1 : leak !== undefined ? 2 : 3;
}
