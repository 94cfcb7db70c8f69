import { citationTokens } from './citation-tokens.js';
import { type CitedRecords, type RecordHints, RecordReader } from './cited-records.js';
import type { Candidate } from './conclusions.js';
import { leadingRecords, mentionedRecords } from './record-evidence.js';
import type { ReplyText } from './reply-text.js';

/**
 * The records that a conclusion itself cites: in its brackets, on its line before the `next` conclusion, or in a list
 * right below it.
 */
export function conclusionRecords(
  reply: ReplyText,
  conclusion: Candidate,
  next: Candidate | undefined,
  hints: RecordHints,
): CitedRecords {
  const { text } = reply;
  if (conclusion.content !== null) {
    const [start, end] = conclusion.content;
    const cited = readAll(text, start, conclusion.cut ? withoutTornNumber(text, start, end) : end, hints);
    if (cited.ids.length > 0 || conclusion.bracket !== '(') return cited;
  }
  const rest = restOfLine(reply, conclusion, next?.start ?? reply.text.length, hints);
  if (rest.ids.length > 0) return rest;
  return listBelow(reply, conclusion, hints);
}

function readAll(text: string, start: number, end: number, hints: RecordHints): CitedRecords {
  const reader = new RecordReader(citationTokens(text, start, end), hints);
  reader.readAll();
  return reader.result;
}

/** A number at which a reply was cut off may be the beginning of a longer one. */
function withoutTornNumber(text: string, start: number, end: number): number {
  let at = end;
  while (at > start && /[\d,]/.test(text[at - 1] as string) && text[at - 1] !== ',') at--;
  return at;
}

/** How much of a line behind a verdict is read. */
const REACH = 2000;

function restOfLine(
  reply: ReplyText,
  { verdict, end, lineEnd: whole }: Candidate,
  before: number,
  hints: RecordHints,
): CitedRecords {
  const { text, raw } = reply;
  const reach = Math.min(whole, before, end + REACH);
  const stop = raw.slice(end + 1, reach).search(/[。！？]|[.!?]\s/);
  const lineEnd = stop === -1 ? reach : end + 1 + stop;
  const tokens = citationTokens(text, end, lineEnd);
  const leading = leadingRecords(tokens, hints);
  if (leading.ids.length > 0) return leading;
  // What a NO says about a record is no citation of a leak.
  if (verdict !== 'YES') return leading;
  const mentioned = mentionedRecords(tokens, hints);
  if (mentioned.ids.length > 0) return mentioned;
  for (const group of text.slice(end, lineEnd).matchAll(/[{<[]([\s\d,;#&、]+)[}>\]]/g)) {
    const from = end + group.index + 1;
    const cited = readAll(text, from, from + (group[1] as string).length, hints);
    if (cited.ids.length > 0) return cited;
  }
  return { ids: [], forgiven: [] };
}

/** Lines directly below the conclusion that are list items or a list, each beginning with a record. */
function listBelow(reply: ReplyText, conclusion: Candidate, hints: RecordHints): CitedRecords {
  const ids = new Set<string>();
  const forgiven = new Set<string>();
  let blank = 0;
  for (let index = conclusion.line + 1; index < reply.lines.length; index++) {
    const line = reply.lines[index] as ReplyText['lines'][number];
    const text = reply.text.slice(line.start, line.end);
    if (!/\S/.test(text)) {
      blank++;
      if (blank > 1) break;
      continue;
    }
    const item = /^\s*(?:[*+-]|\d{1,3}[.)])\s+/.exec(text);
    const isItem = item !== null;
    const isList = /^[\s\d,;#&、*`{}<>[\]()-]+\.?$/.test(text) && /\d/.test(text);
    if (line.fenced || (!isItem && !isList) || (isList && !isItem && blank > 0)) break;
    const from = line.start + (item?.[0].length ?? 0);
    const cited = leadingRecords(citationTokens(reply.text, from, line.end), hints);
    if (cited.ids.length === 0) break;
    for (const id of cited.ids) ids.add(id);
    for (const what of cited.forgiven) forgiven.add(what);
  }
  return { ids: [...ids], forgiven: [...forgiven, 'records in a list below the verdict'] };
}
