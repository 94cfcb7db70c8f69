import type { ChatRequest } from '../analysts/chat/request.js';
import type { TokenCounter } from '../context/tokens.js';

/** Tokens that an answer is taken to have, beside reasoning, when requests are counted before they are sent. */
export const TOKENS_PER_ANSWER = 600;

/** Tokens that a provider adds to each message for its role and bounds, as OpenAI's cookbook counts them. */
const TOKENS_PER_MESSAGE = 4;

/** Texts whose count is remembered. */
const REMEMBERED = 1000;

/** Counts a request's input tokens. A text is counted once, since a conversation says the same log again and again. */
export function requestTokens(counter: TokenCounter): (request: ChatRequest) => number {
  const counted = new Map<string, number>();
  const count = (text: string): number => {
    let tokens = counted.get(text);
    if (tokens === undefined) {
      tokens = counter.count(text);
      if (counted.size >= REMEMBERED) counted.clear();
      counted.set(text, tokens);
    }
    return tokens;
  };
  return ({ messages }) => messages.reduce((sum, { text }) => sum + count(text) + TOKENS_PER_MESSAGE, 0);
}
