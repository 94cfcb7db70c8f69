import type { Stage } from '../cases/truth.js';
import { splitItems } from './brackets.js';
import type { Candidate } from './conclusions.js';
import type { ReplyText } from './reply-text.js';

const ID = '(?:[A-Za-z_][\\w.-]*:)?(?:(?:\\d+(?:\\.\\d+)?|\\?):)?[1-9]\\d{0,6}';
const RECORDS = new RegExp(`^(?:${ID}(?:, ?${ID})*)?$`);

/** What a conclusion has that the canonical form has not; empty when it keeps to it to the letter. */
export function canonicalFaults(reply: ReplyText, conclusion: Candidate, stage: Stage): string[] {
  const { raw } = reply;
  const faults: string[] = [];
  const line = raw.slice(conclusion.lineStart, conclusion.lineEnd).replace(/\r$/, '');
  const word = raw.slice(conclusion.start, conclusion.start + conclusion.word.length);
  if (!/^(?:YES|NO|UNSURE)$/.test(word)) {
    faults.push(
      /^(?:yes|no|unsure)$/i.test(word) ? 'the case of the verdict' : 'another word for the verdict',
    );
  }
  const said = raw.slice(conclusion.start, conclusion.end);
  if (line.trim() !== said) faults.push('words or markup beside the answer');
  else if (conclusion.fenced) faults.push('a code fence around the answer');
  if (conclusion.content === null) {
    if (word !== 'UNSURE') faults.push('no brackets');
    return faults;
  }
  const [start, end] = conclusion.content;
  if (conclusion.bracket !== '<' || raw[start - 1] !== '<') faults.push('brackets other than <>');
  else if (raw.slice(conclusion.start + word.length, start) !== ':<')
    faults.push('signs between verdict and brackets');
  if (conclusion.cut) faults.push('an answer cut short');
  else if (!conclusion.closed) faults.push('brackets that are not closed');
  const content = raw.slice(start, end);
  if (stage === 'relationship' ? !isRelationList(content) : !RECORDS.test(content)) {
    faults.push(stage === 'relationship' ? 'the form of the relations' : 'the form of the list of records');
  }
  return faults;
}

/** Items of names joined by ` <-> ` or ` -> `, separated by `, `. */
function isRelationList(content: string): boolean {
  if (content === '') return true;
  const protectedArrows = content.replace(/ <-> /g, ' ↔ ').replace(/ -> /g, ' → ');
  return splitItems(protectedArrows, /,/).every(([start, end]) => {
    const item = protectedArrows.slice(start, end).replace(/^ /, '');
    const names = item.split(/ [↔→] /);
    return (
      names.length > 1 &&
      names.every((name) => /^(?:`[^`]+`|[^`\s→↔←][^`→↔←]*)$/.test(name) && name.trim() === name)
    );
  });
}
