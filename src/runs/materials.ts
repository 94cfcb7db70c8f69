import { type QuoteCheck, quoteChecker } from '../stages/quotes.js';
import type { OpenCase, RunCase } from './run-case.js';

/** A case as it lies before those who are asked about it. */
export interface CaseOnDesk extends Pick<OpenCase, 'material' | 'truth'> {
  readonly quotesOf: (reply: string) => QuoteCheck;
}

/** Opens cases; whoever asks for one of the last few gets the same. */
export function materialDesk(keep = 4): (source: RunCase) => Promise<CaseOnDesk> {
  const open = new Map<string, Promise<CaseOnDesk>>();
  return (source) => {
    const one = open.get(source.id) ?? openCase(source);
    open.delete(source.id);
    open.set(source.id, one);
    const [oldest] = open.keys();
    if (open.size > keep && oldest !== undefined) open.delete(oldest);
    return one;
  };
}

async function openCase(source: RunCase): Promise<CaseOnDesk> {
  const { material, truth } = await source.open();
  return { material, truth, quotesOf: quoteChecker(material.logs.map(({ text }) => text)) };
}
