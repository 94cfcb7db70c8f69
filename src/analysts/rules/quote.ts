const LONGEST_QUOTE = 160;

/** Text of a log as part of a sentence: one line, no longer than a reader needs, without marks of our own grammar. */
export function shorten(text: string): string {
  const clean = text.replace(/[\p{Cc}\p{Cf}`"]/gu, ' ').trim();
  return clean.length > LONGEST_QUOTE ? `${clean.slice(0, LONGEST_QUOTE)}...` : clean;
}
