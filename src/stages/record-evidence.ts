import { isDigits } from './citation-context.js';
import { citationTokens, type Token, wordOf } from './citation-tokens.js';
import { AND, HAN_AND } from './citation-words.js';
import { type CitedRecords, type RecordHints, RecordReader } from './cited-records.js';
import { type ReplyLine, type ReplyText, type Sentence, sentencesOf } from './reply-text.js';

/** Words that name loss records outright. */
const RECORD_WORD = /^(?:records?|recs?|lossrecords?)$/;
/** Words that name them only behind another word, or as a label with a colon. */
const WEAK_WORD = /^(?:index|indexes|indices|idx|ids?|entry|entries|blocks?|numbers?|nos?)$/;
const BEFORE_WEAK =
  /^(?:log|loss|record|records|valgrind|leak|leaks|report|lsan|memcheck|cited|leaked|leaking|lost)$/;
const HAN_RECORD =
  /(?:记录|记录号|记录编号|丢失记录|[泄洩][漏露]记录|日志索引|索引|索引号|日志编号|编号|日志块|丢失块|条目)(?:为|是|分别为|分别是|有|包括)?$/;
const AMOUNT_BEFORE = /^(?:total|count|number|amount|many|all)$/;
const SKIPPED = /^[:#*`"'=([{<]$/;
const SKIPPED_WORD = /^(?:no|nos|number|numbers|ids?|index|indices|is|are|namely|such|as|with|under)$/;

/** A record that is named to be set aside. */
const SET_ASIDE =
  /\b(?:not (?:a |an |the |really |actually )?(?:real|genuine|true|actual|part|related|caused|counted|count|relevant|included|include|leaks?|evidence|our|this|considered)|(?:is|are)n't (?:a |an )?(?:real |genuine )?(?:leaks?|related|relevant|part)|unrelated|irrelevant|ignor(?:e|ed|ing)|noise|exclud(?:e|ed|ing)|false positives?|one-time|one time|benign|harmless|allocated once|no leaks?|set aside|left out|rather than|would not count|not count|for comparison|by contrast|at start-?up|interpreter)\b|不是[泄洩]|不属于|无关|忽略|排除|误报|正常|一次性|不计/i;
const ASIDE_HEADING =
  /\b(?:not relevant|irrelevant|unrelated|noise|excluded?|not (?:a )?leaks?|false positives?|ignored?|set aside|other losses|not counted|benign)\b|无关|排除|忽略|误报/i;
const HEADING = /^\s{0,3}(?:#{1,6}\s+\S|\*\*[^*]+\*\*:?\s*$)/;

const LABEL_LINE =
  /^[\s>*_#|`"-]*(?:(?:the|all|cited|relevant|leaking|leaked|supporting|matching|log|loss|leak|culprit)\s+)*(?:records?|record[_ ]ids?|loss[_ ]records?|ids?|log[_ ]index|index(?:es)?|indices|citations?|日志索引|相关记录|[泄洩][漏露]记录|记录(?:编号)?|索引|编号)[\s*_`|"]*[:=|]/i;

/** `The relevant loss records are:` */
const ANNOUNCES_LIST = /(?:\b(?:records?|indices|index(?:es)?|ids?)\b|记录|索引|编号)[^:.]{0,60}:[\s*_]*$/i;
const LIST_ITEM = /^\s*(?:[*+-]|\d{1,3}[.)])\s+/;
const XML_FIELD = /^\s*<(?:loss_?)?(?:records?|record_?ids?|indices|index|ids|citations?)>/i;

/**
 * Records that the text names as its evidence: phrases such as `loss record 351 of 2,684`, lines such as
 * `Records: 351, 20`, columns of tables. Records that a sentence sets aside as noise are left out.
 */
export function evidenceRecords(reply: ReplyText, hints?: RecordHints): CitedRecords {
  const found = new Findings();
  const aside = asideLines(reply);
  const columns = tableColumns(reply);
  let listing = false;
  for (const sentence of sentencesOf(reply)) {
    const line = reply.lines[sentence.line];
    if (line === undefined || aside.has(sentence.line)) continue;
    const text = reply.text.slice(sentence.start, sentence.end);
    const item: RegExpExecArray | null = listing && !line.fenced ? LIST_ITEM.exec(text) : null;
    if (/\S/.test(text)) listing = item !== null || ANNOUNCES_LIST.test(text.slice(-120));
    if (!/\d/.test(text)) continue;
    const column = columns.get(sentence.line);
    if (column !== undefined) {
      if (sentence.start === line.start) found.add(columnRecord(reply, line.start, line.end, column, hints));
      continue;
    }
    const listed = item === null ? null : itemRecord(reply, sentence, item[0].length, hints);
    found.add(listed ?? sentenceRecords(reply, sentence, line, hints));
  }
  return found.result;
}

/** The record at the beginning of a list item; null where the item begins with something else. */
function itemRecord(
  reply: ReplyText,
  { start, end }: Sentence,
  bullet: number,
  hints?: RecordHints,
): CitedRecords | null {
  const listed = leadingRecords(citationTokens(reply.text, start + bullet, end), hints);
  return listed.ids.length === 0 ? null : listed;
}

/** A line that is labelled as a list of records is read as one; other sentences only where they say `record`. */
function sentenceRecords(
  reply: ReplyText,
  { start, end }: Sentence,
  line: ReplyLine,
  hints?: RecordHints,
): CitedRecords {
  const text = reply.text.slice(start, end);
  if (!line.fenced && SET_ASIDE.test(text.slice(0, 1000))) return { ids: [], forgiven: [] };
  const head = text.slice(0, 400);
  const label = start === line.start && !line.report ? (LABEL_LINE.exec(head) ?? XML_FIELD.exec(head)) : null;
  if (label === null) return mentionedRecords(citationTokens(reply.text, start, end), hints);
  const reader = new RecordReader(citationTokens(reply.text, start + label[0].length, end), hints);
  reader.readAll();
  return reader.result;
}

/** Records that are called records, in running text. */
export function mentionedRecords(tokens: readonly Token[], hints?: RecordHints): CitedRecords {
  const reader = new RecordReader(tokens, hints);
  for (let index = 0; index < tokens.length; ) {
    const start = listAfterLabel(tokens, index);
    const next = start === null ? index : reader.readList(start);
    index = start === null || next === start ? index + 1 : next;
  }
  return reader.result;
}

/** Records at the very beginning of a text, before it goes on in words. */
export function leadingRecords(tokens: readonly Token[], hints?: RecordHints): CitedRecords {
  const reader = new RecordReader(tokens, hints);
  let first = 0;
  while (/^[#*`"':=,.([{<-]$/.test(tokens[first]?.text ?? '') || RECORD_WORD.test(wordOf(tokens[first])))
    first++;
  // A list at the very beginning may do without commas: `YES 351 20 22`.
  for (let token = tokens[first]; token !== undefined && isDigits(token); token = tokens[first]) {
    const next = reader.readList(first);
    if (next === first) break;
    first = next;
  }
  return reader.result;
}

/** Where the numbers begin, if a label that names records stands at `index`. */
function listAfterLabel(tokens: readonly Token[], index: number): number | null {
  const token = tokens[index] as Token;
  if (!isRecordLabel(tokens, index)) return null;
  let at = index;
  if (token.kind === 'word' && /\d$/.test(token.text)) return index;
  if (token.kind === 'id') return index;
  at++;
  for (let skipped = 0; skipped < 5; skipped++) {
    const next = tokens[at];
    if (next === undefined) return null;
    if (
      !SKIPPED.test(next.text) &&
      !SKIPPED_WORD.test(wordOf(next)) &&
      !(next.kind === 'han' && HAN_RECORD.test(next.text))
    )
      break;
    at++;
  }
  return at;
}

function isRecordLabel(tokens: readonly Token[], index: number): boolean {
  const token = tokens[index] as Token;
  const before = tokens[index - 1];
  const word = wordOf(token);
  if (word !== '') {
    if (/^(?:loss[-_]?)?(?:record|lr)s?[-_]\d+$/.test(word)) return true;
    const earlier = wordOf(tokens[index - 2]);
    if (AMOUNT_BEFORE.test(wordOf(before)) || (wordOf(before) === 'of' && AMOUNT_BEFORE.test(earlier)))
      return false;
    if (wordOf(before) === 'loss' && AMOUNT_BEFORE.test(earlier)) return false;
    if (RECORD_WORD.test(word)) return true;
    if (!WEAK_WORD.test(word)) return false;
    return BEFORE_WEAK.test(wordOf(before)) || (before?.kind === 'han' && /日志|丢失/.test(before.text));
  }
  if (token.kind === 'id') return /^(?:records?|log_index|record_id)$/i.test(token.text.replace(/:.*/, ''));
  if (token.kind === 'han') return HAN_RECORD.test(token.text) || isOrdinal(tokens, index);
  if (token.text !== '#' || tokens[index + 1]?.start !== token.end) return false;
  return (
    before === undefined ||
    before.startsLine ||
    before.kind === 'sign' ||
    AND.test(wordOf(before)) ||
    HAN_AND.test(before.text) ||
    /^(?:see|in|are|is|namely|cf|e\.g|i\.e|at|from|by|to|show|shows)$/.test(wordOf(before))
  );
}

/** `第351条`. */
function isOrdinal(tokens: readonly Token[], index: number): boolean {
  const token = tokens[index] as Token;
  return (
    token.text.endsWith('第') &&
    tokens[index + 1]?.kind === 'number' &&
    /^(?:条|号|个?记录|至|到)/.test(tokens[index + 2]?.text ?? '')
  );
}

/** Lines under a heading that sets what follows aside. */
function asideLines(reply: ReplyText): Set<number> {
  const aside = new Set<number>();
  let inside = false;
  for (const [index, line] of reply.lines.entries()) {
    const text = reply.text.slice(line.start, Math.min(line.end, line.start + 200));
    if (!line.fenced && HEADING.test(text)) inside = ASIDE_HEADING.test(text);
    if (inside) aside.add(index);
  }
  return aside;
}

/** For each row of a table that has a column of records: which column. */
function tableColumns(reply: ReplyText): Map<number, number> {
  const columns = new Map<number, number>();
  let column = -1;
  for (const [index, line] of reply.lines.entries()) {
    const text = reply.text.slice(line.start, line.end);
    if (!/^\s*\|/.test(text) || line.report) {
      column = -1;
      continue;
    }
    const rule = reply.lines[index + 1];
    if (
      column === -1 &&
      rule !== undefined &&
      /^\s*\|[\s:|-]+$/.test(reply.text.slice(rule.start, rule.end))
    ) {
      column = cellsOf(text).findIndex(([, cell]) =>
        /^[\s*_`]*(?:(?:loss|log|leak|valgrind)[ _-]*)?(?:records?|record[ _-]*(?:id|no|number|index|#)s?\.?|index|indices|ids?|记录|记录编号|记录号|编号|索引|日志索引)[\s*_`#.]*$/i.test(
          cell,
        ),
      );
    } else if (column !== -1) {
      columns.set(index, column);
    }
  }
  return columns;
}

function cellsOf(line: string): [offset: number, text: string][] {
  const cells: [number, string][] = [];
  let start = line.indexOf('|') + 1;
  for (let end = line.indexOf('|', start); end !== -1; end = line.indexOf('|', start)) {
    cells.push([start, line.slice(start, end)]);
    start = end + 1;
  }
  return cells;
}

function columnRecord(
  reply: ReplyText,
  start: number,
  end: number,
  column: number,
  hints?: RecordHints,
): CitedRecords {
  const cell = cellsOf(reply.text.slice(start, end))[column];
  if (cell === undefined) return { ids: [], forgiven: [] };
  const from = start + cell[0];
  const words = new RecordReader(labelled(citationTokens(reply.text, from, from + cell[1].length)), hints);
  words.readAll();
  return words.result;
}

/** A table's cell holds one number, so a comma in it separates thousands: read it as one behind `record`. */
function labelled(tokens: Token[]): Token[] {
  const first = tokens[0];
  if (first?.kind !== 'number') return tokens;
  return [
    { kind: 'word', text: 'record', start: first.start, end: first.start, startsLine: false },
    ...tokens,
  ];
}

class Findings {
  private readonly ids = new Set<string>();
  private readonly forgiven = new Set<string>();

  add(records: CitedRecords): void {
    for (const id of records.ids) this.ids.add(id);
    for (const what of records.forgiven) this.forgiven.add(what);
  }

  get result(): CitedRecords {
    return { ids: [...this.ids], forgiven: [...this.forgiven] };
  }
}
