import type { Case } from '../cases/load-case.js';
import { COUNTED_IN, strategyRows } from '../context/strategy-rows.js';
import { materialOf } from '../evidence/material-of.js';
import type { StrategyLine } from './strategy-file.js';

/** Puts every strategy to the cases, in their order. */
export async function measureStrategies(cases: readonly Case[]): Promise<StrategyLine[]> {
  const lines: StrategyLine[] = [];
  for (const source of cases) {
    const { id, about, truth } = source;
    const rows = await strategyRows({
      id,
      material: await materialOf(source),
      leak: truth.leak.records,
      causes: truth['root-cause'].causes.flatMap(({ records }) => records),
    });
    const logs = about.logs.map(({ sha256 }) => sha256);
    for (const row of rows) lines.push({ ...row, logs, encoding: COUNTED_IN });
  }
  return lines;
}
