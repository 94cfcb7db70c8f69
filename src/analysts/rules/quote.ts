import type { MaterialLog } from '../../evidence/material.js';
import type { Quote } from './analysis.js';

const LONGEST_QUOTE = 240;

/** A line that could be taken for an answer of ours is not repeated. */
const LIKE_AN_ANSWER = /\b(?:yes|no|unsure)\b\s*[:：]?\s*[<{[(]/i;

/** A line of a log as a line of a reply: quoted as Markdown does, cut where it is long; nothing where it is unfit. */
export type ShowQuote = (quote: Quote) => string[];

/** Looks quotes up in these logs. What a log says can be anything: it is repeated as text and never as an answer. */
export function quoter(logs: readonly MaterialLog[]): ShowQuote {
  const texts = new Map(logs.map(({ document, text }) => [document.role, text]));
  return ({ log, line }) => {
    const said = (texts.get(log)?.line(line) ?? '').replace(/[\p{Cc}\p{Cf}]/gu, ' ').trim();
    if (said === '' || LIKE_AN_ANSWER.test(said)) return [];
    return [`     > ${said.length > LONGEST_QUOTE ? `${said.slice(0, LONGEST_QUOTE)}...` : said}`];
  };
}
