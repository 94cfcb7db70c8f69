import { NAME } from '../context/redact.js';
import type { Answer } from './answer.js';
import type { ParseOptions } from './parse-answer.js';

/**
 * Names such as `<HOST-1>` stand in replies to redacted logs, also as the role in front of a record. Their brackets
 * would be taken for the answer's own, so they are read as words of the same length.
 */
export function namesAsWords(text: string): string {
  return text.replace(NAME, (name) => `X${name.slice(1, -1)}X`);
}

const WORD = new RegExp(NAME.source.replace('<', 'X').replace('>', 'X'), 'g');

function wordsAsNames(text: string): string {
  return text.replace(WORD, (word) => `<${word.slice(1, -1)}>`);
}

/** The hints of a parser that reads names as words. */
export function hintsOnWords({ isKnown }: ParseOptions): ParseOptions {
  return isKnown === undefined ? {} : { isKnown: (id) => isKnown(wordsAsNames(id)) };
}

/** An answer that was read with names as words, with the names again. */
export function answerWithNames(answer: Answer): Answer {
  const pairs = (list: Answer['calls']) =>
    list.map(([one, other]) => [wordsAsNames(one), wordsAsNames(other)] as const);
  return {
    ...answer,
    records: answer.records.map(wordsAsNames),
    processes: pairs(answer.processes),
    calls: pairs(answer.calls),
    functions: answer.functions.map(wordsAsNames),
  };
}
