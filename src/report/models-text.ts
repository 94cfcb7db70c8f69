import type { ModelLimits } from '../context/models.js';
import type { ModelPrice } from '../context/prices.js';
import { plainTable } from './plain-table.js';
import { grouped } from './printable.js';

/** What can be asked, and what it takes and costs. */
export interface ModelFacts {
  readonly providers: readonly {
    readonly name: string;
    readonly package: string;
    readonly installed: boolean;
    readonly keyVariables: readonly string[];
    readonly keyIsSet: boolean;
    readonly baseUrlVariable: string;
  }[];
  readonly models: readonly ModelLimits[];
  readonly prices: readonly ModelPrice[];
}

/** Providers, limits and prices as tables for the terminal. */
export function modelsText({ providers, models, prices }: ModelFacts): string {
  return [
    plainTable(
      ['provider', 'installed', 'key', 'own server'],
      providers.map((one) => [
        one.name,
        one.installed ? 'yes' : `no: npm install ${one.package}`,
        one.keyVariables.length === 0
          ? 'none needed'
          : `${one.keyVariables.join(' or ')} ${one.keyIsSet ? 'is set' : 'is not set'}`,
        one.baseUrlVariable,
      ]),
    ),
    plainTable(
      ['model', 'context', 'kept for the answer', 'tokens'],
      models.map(({ model, context, output, encoding, margin }) => [
        model,
        grouped(context),
        grouped(output),
        encoding ?? `estimated${margin === undefined ? '' : `, times ${margin}`}`,
      ]),
    ),
    plainTable(
      ['US dollars for a million tokens', 'input', 'cached', 'output', 'as of'],
      prices.map(({ models: names, input, cached, output, asOf }) => [
        names.join(' '),
        String(input),
        String(cached ?? input),
        String(output),
        asOf,
      ]),
    ),
    'The first row that fits a name counts. A model without a price costs "unknown".\n',
  ].join('\n');
}
