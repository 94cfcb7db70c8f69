import type { Stage, Verdict } from '../cases/truth.js';
import type { Answer } from './answer.js';
import { canonicalFaults } from './canonical.js';
import { type NamedCause, readCause } from './cause.js';
import { citationTokens } from './citation-tokens.js';
import { type CitedRecords, type RecordHints, RecordReader } from './cited-records.js';
import { conclusionRecords } from './conclusion-records.js';
import { type Candidate, chooseConclusions, findCandidates } from './conclusions.js';
import { isPlaceholder } from './echo.js';
import { type JsonReading, readJsonAnswer } from './json-answer.js';
import { noAnswer } from './no-answer.js';
import { evidenceRecords } from './record-evidence.js';
import { answerWithNames, hintsOnWords, namesAsWords } from './redacted-names.js';
import { type Relations, readRelations } from './relations.js';
import { type ReplyText, readReplyText } from './reply-text.js';
import { decisiveSentence, saidVerdicts } from './verdict-prose.js';

export interface ParseOptions {
  /** Tells which record ids there are. It decides between two readings of the same digits, and never adds a record. */
  readonly isKnown?: (id: string) => boolean;
}

/** Where a reply says its verdict. */
interface Statement {
  readonly verdict: Verdict;
  readonly span: readonly [number, number];
  /** The conclusions in the order of the reply; empty when the verdict is said in a sentence. */
  readonly conclusions: readonly Candidate[];
  readonly contradictory: boolean;
  readonly forgiven: readonly string[];
}

const NOTHING_CITED: CitedRecords = { ids: [], forgiven: [] };
const NOTHING_RELATED: Relations = { processes: [], calls: [] };
const NOTHING_CAUSED: NamedCause = { functions: [], mechanism: null, forgiven: [] };

/**
 * Reads a reply as a careful person would, by the rules of docs/answers.md. Never throws; takes time in proportion to
 * the reply's length.
 */
export function parseAnswer(text: string, stage: Stage, options: ParseOptions = {}): Answer {
  const words = namesAsWords(text);
  if (words === text) return readAnswer(text, stage, options);
  return answerWithNames(readAnswer(words, stage, hintsOnWords(options)));
}

function readAnswer(text: string, stage: Stage, options: ParseOptions): Answer {
  const reply = readReplyText(text);
  const json = readJsonAnswer(reply, stage, options);
  if (json !== null) return answerOfJson(json, stage, options);

  const statement = findStatement(reply, stage);
  if (statement === null) return noAnswer(stage);
  const cited = stage === 'relationship' ? NOTHING_CITED : recordsOf(reply, statement, options);
  const related = stage === 'relationship' ? relationsOf(reply, statement) : NOTHING_RELATED;
  const cause =
    stage === 'root-cause'
      ? readCause(reply, conclusionText(reply, statement), statement.verdict === 'YES')
      : NOTHING_CAUSED;
  const forgiven = new Set([...statement.forgiven, ...cited.forgiven, ...cause.forgiven]);
  const last = statement.conclusions.at(-1);
  for (const fault of last === undefined ? [] : canonicalFaults(reply, last, stage)) forgiven.add(fault);
  return {
    stage,
    verdict: statement.verdict,
    records: cited.ids,
    ...related,
    functions: cause.functions,
    mechanism: cause.mechanism,
    form: forgiven.size === 0 ? 'canonical' : 'lenient',
    forgiven: [...forgiven],
    contradictory: statement.contradictory,
    span: statement.span,
  };
}

/** The last conclusion, or the sentence that says the verdict when nothing stands as a conclusion. */
function findStatement(reply: ReplyText, stage: Stage): Statement | null {
  const { candidates, echoLines } = findCandidates(reply);
  const formal = chooseConclusions(reply, candidates, stage);
  if (formal.length > 0) return statementOf(formal, []);
  const said = saidVerdicts(reply, stage, echoLines);
  const labelled = decisiveSentence(said.filter(({ concluding }) => concluding));
  if (labelled === undefined) {
    const stated = candidates.filter(({ strength }) => strength === 'stated');
    if (stated.length > 0) return statementOf(stated, ['an answer in the middle of the text']);
    const weak = said.length > 0 ? [] : candidates;
    if (weak.length > 0) return statementOf(weak, ['a verdict inside of a sentence']);
  }
  const decisive = labelled ?? decisiveSentence(said);
  if (decisive === undefined) return null;
  return {
    verdict: decisive.verdict,
    span: [decisive.sentence.start, decisive.sentence.end],
    conclusions: [],
    contradictory: false,
    forgiven: ['a verdict said in prose'],
  };
}

function statementOf(conclusions: readonly Candidate[], forgiven: readonly string[]): Statement | null {
  const last = conclusions.at(-1);
  if (last === undefined) return null;
  const contradictory = conclusions.some(({ verdict }) => verdict !== last.verdict);
  return {
    verdict: last.verdict,
    span: [last.start, last.end],
    conclusions,
    contradictory,
    forgiven: contradictory ? [...forgiven, 'conclusions that disagree'] : forgiven,
  };
}

/** What the last conclusion cites; else an earlier one of the same verdict; else, for YES, the records that the text names. */
function recordsOf(reply: ReplyText, statement: Statement, options: ParseOptions): CitedRecords {
  const evidence = evidenceRecords(reply, options);
  const hints: RecordHints = { isKnown: options.isKnown, named: new Set(evidence.ids) };
  const { conclusions } = statement;
  for (let index = conclusions.length - 1; index >= 0; index--) {
    const conclusion = conclusions[index] as Candidate;
    if (conclusion.verdict !== statement.verdict) continue;
    const cited = conclusionRecords(reply, conclusion, conclusions[index + 1], hints);
    if (cited.ids.length > 0) return cited;
  }
  if (statement.verdict !== 'YES' || evidence.ids.length === 0) return NOTHING_CITED;
  return { ids: evidence.ids, forgiven: [...evidence.forgiven, 'records named only in the text'] };
}

/** Relations of the last conclusion that names any, else of the whole text. */
function relationsOf(reply: ReplyText, statement: Statement): Relations {
  for (const conclusion of statement.conclusions.toReversed()) {
    if (conclusion.verdict !== statement.verdict || conclusion.content === null) continue;
    const [start, end] = conclusion.content;
    if (isPlaceholder(reply.text.slice(start, Math.min(end, start + 200)))) continue;
    const found = readRelations(
      reply.text.slice(start, conclusion.cut ? lastComma(reply.text, start, end) : end),
      false,
    );
    if (found.processes.length + found.calls.length > 0) return found;
  }
  if (statement.verdict !== 'YES') return NOTHING_RELATED;
  const last = statement.conclusions.at(-1);
  if (last !== undefined && last.content === null) {
    const rest = readRelations(
      reply.text.slice(last.end, Math.min(last.lineEnd, last.end + 2000)).replace(/^[\s:*_]+/, ''),
      false,
    );
    if (rest.processes.length + rest.calls.length > 0) return rest;
  }
  return readRelations(spokenText(reply), true);
}

/** A name at which a reply was cut off may be part of a longer one. */
function lastComma(text: string, start: number, end: number): number {
  return Math.max(start, text.lastIndexOf(',', end - 1));
}

/** The text without quoted reports. */
function spokenText(reply: ReplyText): string {
  return reply.lines
    .filter(({ report }) => !report)
    .map(({ start, end }) => reply.text.slice(start, end))
    .join('\n');
}

function conclusionText(reply: ReplyText, { conclusions, span }: Statement): string {
  const last = conclusions.at(-1);
  return last === undefined
    ? reply.text.slice(...span)
    : reply.text.slice(last.start, Math.max(last.end, last.lineEnd));
}

function answerOfJson(json: JsonReading, stage: Stage, options: ParseOptions): Answer {
  const { verdict, processes, calls, functions, mechanism, span, canonical } = json;
  let { records } = json;
  if (records.length === 0 && stage !== 'relationship' && json.verdictText !== '') {
    const reader = new RecordReader(citationTokens(json.verdictText, 0, json.verdictText.length), options);
    reader.readAll();
    records = reader.result.ids;
  }
  return {
    stage,
    verdict,
    records,
    processes,
    calls,
    functions,
    mechanism,
    form: canonical ? 'canonical' : 'lenient',
    forgiven: canonical ? [] : ['an object that does not keep to the schema, or text around it'],
    contradictory: false,
    span,
  };
}
