import type { Redactor } from '../context/redact.js';
import { type QuoteCheck, quoteChecker } from '../stages/quotes.js';
import type { RedactorFor } from './redaction.js';
import type { OpenCase, RunCase } from './run-case.js';

/** A case as it lies before those who are asked about it. */
export interface CaseOnDesk extends Pick<OpenCase, 'material' | 'truth'> {
  readonly quotesOf: (reply: string) => QuoteCheck;
  /** Knows its secrets; absent where nothing is redacted. */
  readonly redactor?: Redactor;
}

/** Opens cases; whoever asks for one of the last few gets the same. */
export function materialDesk(
  redactorFor: RedactorFor | null,
  keep = 4,
): (source: RunCase) => Promise<CaseOnDesk> {
  const open = new Map<string, Promise<CaseOnDesk>>();
  return (source) => {
    const one = open.get(source.id) ?? openCase(source, redactorFor);
    open.delete(source.id);
    open.set(source.id, one);
    const [oldest] = open.keys();
    if (open.size > keep && oldest !== undefined) open.delete(oldest);
    return one;
  };
}

async function openCase(source: RunCase, redactorFor: RedactorFor | null): Promise<CaseOnDesk> {
  const opened = await source.open();
  const { material, truth } = opened;
  const quotesOf = quoteChecker(material.logs.map(({ text }) => text));
  return { material, truth, quotesOf, ...(redactorFor && { redactor: redactorFor(opened) }) };
}
