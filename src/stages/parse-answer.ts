import type { Stage } from '../cases/truth.js';
import type { Answer } from './answer.js';
import { citationTokens } from './citation-tokens.js';
import { type IsKnown, RecordReader } from './cited-records.js';
import { type Candidate, chooseConclusions, findCandidates } from './conclusions.js';
import { readReplyText } from './reply-text.js';

export interface ParseOptions {
  /** Tells which record ids there are; it decides only between two readings of the same digits. */
  readonly isKnown?: IsKnown;
}

/**
 * Reads a reply as a careful person would, by the rules of docs/answers.md. Never throws; takes time in proportion to
 * the reply's length.
 */
export function parseAnswer(text: string, stage: Stage, options: ParseOptions = {}): Answer {
  const reply = readReplyText(text);
  const conclusions = chooseConclusions(reply, findCandidates(reply));
  const last = conclusions.at(-1);
  const empty = { stage, records: [], processes: [], calls: [], functions: [], mechanism: null };
  if (last === undefined) {
    return { ...empty, verdict: null, form: 'unparseable', forgiven: [], contradictory: false, span: null };
  }
  const records = stage === 'relationship' ? [] : citedBy(reply.text, conclusions, options.isKnown);
  return {
    ...empty,
    verdict: last.verdict,
    records,
    form: last.bracket === '<' ? 'canonical' : 'lenient',
    forgiven: last.bracket === '<' ? [] : ['brackets other than <>'],
    contradictory: conclusions.some(({ verdict }) => verdict !== last.verdict),
    span: [last.start, last.end],
  };
}

function citedBy(
  text: string,
  conclusions: readonly Candidate[],
  isKnown: IsKnown | undefined,
): readonly string[] {
  const verdict = conclusions.at(-1)?.verdict;
  for (const conclusion of conclusions.toReversed()) {
    if (conclusion.content === null || conclusion.verdict !== verdict) continue;
    const reader = new RecordReader(citationTokens(text, ...conclusion.content), isKnown);
    reader.readAll();
    if (reader.result.ids.length > 0) return reader.result.ids;
  }
  return [];
}
