import type { Case } from '../cases/load-case.js';
import type { Material } from '../evidence/material.js';
import { materialOf } from '../evidence/material-of.js';
import { type QuoteCheck, quoteChecker } from '../stages/quotes.js';

/** A case as it lies before those who are asked about it. */
export interface OpenCase {
  readonly material: Material;
  readonly quotesOf: (reply: string) => QuoteCheck;
}

/** Opens cases; whoever asks for one of the last few gets the same. */
export function materialDesk(keep = 4): (source: Case) => Promise<OpenCase> {
  const open = new Map<string, Promise<OpenCase>>();
  return (source) => {
    const one = open.get(source.id) ?? openCase(source);
    open.delete(source.id);
    open.set(source.id, one);
    const [oldest] = open.keys();
    if (open.size > keep && oldest !== undefined) open.delete(oldest);
    return one;
  };
}

async function openCase(source: Case): Promise<OpenCase> {
  const material = await materialOf(source);
  return { material, quotesOf: quoteChecker(material.logs.map(({ text }) => text)) };
}
