import { loadCounter, rememberingCounter, type TokenCounter } from './tokens.js';

/**
 * What an estimate is multiplied by where models.yaml says nothing else. On the logs of datasets/ the widest of the
 * tokenizers that can be had in JavaScript (Llama 2's and Mistral's first, 32,000 tokens, digit by digit) need 1.04
 * to 1.22 times what the estimate is based on, Llama 3's and Claude 2's 0.78 to 0.89 times.
 */
const DEFAULT_MARGIN = 1.25;

/**
 * Counts tokens of models whose tokenizer is not public, more rather than less: o200k_base's count, with every digit
 * a token of its own (as the tokenizers do that split numbers into digits; logs are full of numbers), times `margin`.
 */
export async function estimatingCounter(margin: number = DEFAULT_MARGIN): Promise<TokenCounter> {
  const base = await loadCounter('o200k_base');
  const count = (part: string) => {
    let digits = 0;
    for (const [number] of part.matchAll(/\d+/g)) digits += number.length - Math.ceil(number.length / 3);
    return Math.ceil(margin * (base.count(part) + digits));
  };
  const lines = rememberingCounter('estimate', false, count, base.cutsBetween);
  return {
    ...lines,
    count: (text) => (text === '' ? 0 : lines.countLines(text.replace(/\n$/, '').split('\n'))),
  };
}
