import { STAGES, type Stage, type Verdict } from '../cases/truth.js';
import { type Brackets, pairBrackets } from './brackets.js';
import { isEcho, isInstruction } from './echo.js';
import type { ReplyText } from './reply-text.js';
import {
  CONNECTIVE,
  LABEL,
  MEMBER_OF_SENTENCE,
  PLEASANTRY,
  questionBefore,
  START_OF_LINE,
  VERDICT_WORD,
  verdictOf,
} from './verdict-words.js';

/** A verdict word in a reply, with what stands around it. */
export interface Candidate {
  readonly verdict: Verdict;
  /** From the verdict word to the end of its brackets, or of the word where it has none. */
  readonly start: number;
  readonly end: number;
  readonly word: string;
  /** What the brackets hold; null without brackets. */
  readonly content: readonly [from: number, to: number] | null;
  readonly bracket: string | null;
  /** The brackets are closed, by their own kind. */
  readonly closed: boolean;
  /** The text ends inside the brackets. */
  readonly cut: boolean;
  readonly lineStart: number;
  readonly lineEnd: number;
  readonly line: number;
  readonly fenced: boolean;
  /** Which of the three questions a label before it names. */
  readonly question: number | null;
  /** As a formal answer, behind a label, at a place where answers stand, anywhere, or only quoted. */
  readonly strength: 'formal' | 'labelled' | 'stated' | 'weak' | 'mentioned';
}

/** How much of a line is looked at before and after a verdict word. */
const REACH = 160;

/** Verdict words that could be a reply's conclusion, in order, and the lines that only repeat the question's options. */
export interface Candidates {
  readonly candidates: readonly Candidate[];
  readonly echoLines: ReadonlySet<number>;
}

/** Looks at every verdict word of a reply. */
export function findCandidates(reply: ReplyText): Candidates {
  const brackets = pairBrackets(reply.text);
  const found: Candidate[] = [];
  let line = 0;
  let insideUntil = 0;
  for (const match of reply.text.matchAll(VERDICT_WORD)) {
    const start = match.index;
    if (start < insideUntil) continue;
    while (line + 1 < reply.lines.length && (reply.lines[line + 1]?.start ?? 0) <= start) line++;
    const candidate = readCandidate(reply, brackets, match[0], start, line);
    if (candidate === null) continue;
    found.push(candidate);
    if (candidate.content !== null) insideUntil = candidate.end;
  }
  const echoLines = new Set<number>();
  const candidates = found.filter((candidate, index) => {
    const echo = isEcho(reply.text, found, index);
    if (echo) echoLines.add(candidate.line);
    return !echo && candidate.strength !== 'mentioned';
  });
  return { candidates, echoLines };
}

function readCandidate(
  reply: ReplyText,
  brackets: Brackets,
  word: string,
  start: number,
  line: number,
): Candidate | null {
  const { text } = reply;
  const at = reply.lines[line] as ReplyText['lines'][number];
  const verdict = verdictOf(word);
  const wordEnd = start + word.length;
  const before = text.slice(Math.max(at.start, start - REACH), start);
  const after = text.slice(wordEnd, Math.min(at.end, wordEnd + REACH));
  const whole = start - at.start <= REACH;

  // The brackets may stand on the next line.
  const gap =
    /^[ \t*_`"')\]|]*(?:[:=-][ \t*_`"'|\\}]*(?:\n[ \t]*)?)?/.exec(
      text.slice(wordEnd, wordEnd + REACH),
    )?.[0] ?? '';
  const isTag = /^<\/|^<(?:br|b|i|p|em|strong|code)\s*\/?>/i.test(
    text.slice(wordEnd + gap.length, wordEnd + gap.length + 12),
  );
  const opener = isTag ? '' : (text[wordEnd + gap.length] ?? '');
  const upper = word === word.toUpperCase() && /[A-Z]/.test(word);
  const atStart = (whole && START_OF_LINE.test(before)) || (upper && isOwnSentence(before, after));
  const question = questionBefore(before);
  const labelled = LABEL.test(before) || question !== null || (whole && CONNECTIVE.test(before));
  const bracketed = /[{<[]/.test(opener)
    ? upper || atStart || labelled || gap.includes(':')
    : opener === '(' && (atStart || labelled || upper);
  const quoted = /["'`]\s*[*_]*$/.test(before);
  if (at.report || (at.fenced && !atStart)) return null;
  const mentioned = quoted && !atStart && (!labelled || isInstruction(before));

  const open = wordEnd + gap.length;
  if (bracketed) {
    const close = brackets.closeOf(open);
    const end = close?.at ?? lineEndAt(text, open);
    return {
      verdict,
      start,
      end: close === null ? end : end + 1,
      word,
      content: [open + 1, end],
      bracket: opener,
      closed: close?.matches ?? false,
      cut: close === null && end >= reply.spokenEnd,
      lineStart: at.start,
      lineEnd: at.end,
      line,
      fenced: at.fenced,
      question,
      strength: mentioned ? 'mentioned' : 'formal',
    };
  }

  const follows = after.replace(/^[*_`"']+/, '');
  if (!standsAlone(verdict, word, follows)) return null;
  const strength = mentioned
    ? 'mentioned'
    : labelled
      ? 'labelled'
      : atStart &&
          !PLEASANTRY.test(follows) &&
          (!at.fenced || follows.trim() === '' || follows.startsWith(':'))
        ? isFormal(word, follows)
          ? 'formal'
          : 'stated'
        : 'weak';
  // `Is there a leak? No.`
  const asked = /\?["')]*\s+[*_`"']*$/.test(before);
  if (
    strength === 'weak' &&
    (!(upper || asked) || at.fenced || /[=&/?#@]$/.test(before) || /^[=&/?@]/.test(after))
  )
    return null;
  return {
    verdict,
    start,
    end: wordEnd,
    word,
    content: null,
    bracket: null,
    closed: true,
    cut: false,
    lineStart: at.start,
    lineEnd: at.end,
    line,
    fenced: at.fenced,
    question,
    strength,
  };
}

/** `... That is all. UNSURE`: the word is a sentence by itself at the line's end. */
function isOwnSentence(before: string, after: string): boolean {
  if (!/^[*_`"'.!]*\s*$/.test(after)) return false;
  return /[.!?]["')]*\s+[*_`"']*$/.test(before) || /^\D{24,}:\s+[*_`"']*$/.test(before);
}

/** `YES:` and a lone `NO` are formal; `Yes, there is` is a sentence. */
function isFormal(word: string, follows: string): boolean {
  return /^\s*[.!]?\s*$/.test(follows) || (word === word.toUpperCase() && /^\s*[:.([-]/.test(follows));
}

/** A verdict word that is no more than the first word of a sentence (`No evidence of ...`) is none. */
function standsAlone(verdict: Verdict, word: string, follows: string): boolean {
  if (/^[a-z]/i.test(word)) return verdict !== 'NO' || !MEMBER_OF_SENTENCE.test(follows);
  return /^\s*(?:$|[\s,.:;!\-{<[("'*_])/.test(follows);
}

function lineEndAt(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end === -1 ? text.length : end;
}

/**
 * The candidates that stand as conclusions, in order; the last one counts. A sentence that begins with `Yes` or `No`
 * is one only at the beginning or the end of the reply.
 */
export function chooseConclusions(
  reply: ReplyText,
  candidates: readonly Candidate[],
  stage: Stage,
): readonly Candidate[] {
  const own = ofQuestion(candidates, STAGES.indexOf(stage) + 1);
  const { firstLine, lastLine } = reply;
  return own.filter(
    ({ strength, line }) =>
      strength === 'formal' ||
      strength === 'labelled' ||
      (strength === 'stated' && (line === firstLine || line === lastLine)),
  );
}

/** Where a reply answers several questions by name, only the answers to this one. */
function ofQuestion(candidates: readonly Candidate[], question: number): readonly Candidate[] {
  const named = new Set(candidates.flatMap((candidate) => candidate.question ?? []));
  if (named.size < 2 || !named.has(question)) return candidates;
  return candidates.filter((candidate) => candidate.question === question);
}
