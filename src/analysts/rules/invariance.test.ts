import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { loadCase } from '../../cases/load-case.js';
import type { Material } from '../../evidence/material.js';
import { materialOf } from '../../evidence/material-of.js';
import type { LossRecord } from '../../log/document.js';
import { readLog } from '../../log/read-log.js';
import { assignRecordIds } from '../../log/record-id.js';
import { logText } from '../../log/text.js';
import { packageRoot } from '../../package-root.js';
import { analyse } from './analyse.js';
import { learnOwners } from './frame-owner.js';

/** Text of a log in parts: what stands before and between its loss records, and the records. */
const RECORD =
  /^==\d+== [\d,]+ (?:\([\d,]+ direct, [\d,]+ indirect\) )?bytes in .* loss record .*\n(?:==\d+== {2}.*\n)+/gm;
const NUMBER = /(loss record )([\d,]+)( of)/;

type Change = (log: string, order: readonly number[]) => string;

/** Puts the records of a log in another order, each where another one stood. */
const reorder: Change = (log, order) => {
  const records = log.match(RECORD) ?? [];
  let at = 0;
  return log.replace(RECORD, () => records[order[at++] as number] as string);
};

/** Gives the records each other's numbers. */
const renumber: Change = (log, order) => {
  const numbers = [...log.matchAll(new RegExp(NUMBER, 'g'))].map(([, , number]) => number as string);
  let at = 0;
  return log.replaceAll(new RegExp(NUMBER, 'g'), (_all, before, _number, after) => {
    return `${before}${numbers[order[at++] as number]}${after}`;
  });
};

async function withLog(material: Material, change: (log: string) => string): Promise<Material> {
  const logs = await Promise.all(
    material.logs.map(async ({ document, text }, index) => {
      const bytes = Buffer.from(index === 0 ? change(text.whole()) : text.whole());
      return { document: await readLog(bytes, { role: document.role }), text: logText(bytes) };
    }),
  );
  assignRecordIds(logs.map(({ document }) => document));
  return { ...material, logs };
}

/** What a record is, however it is called: addresses and sizes stay when names, numbers and order change. */
function identity({ log, pid, kind, bytes, blocks, frames }: LossRecord): string {
  return JSON.stringify([log, pid, kind, bytes, blocks, frames.map(({ address, line }) => [address, line])]);
}

function conclusions(material: Material, named: (name: string) => string = (name) => name) {
  const { leak, causes, rejected } = analyse(material);
  return {
    verdict: leak.verdict,
    causes: causes.map(({ roots, children, telling, mechanism, functions, probability }) => ({
      lost: [...roots, ...children].flatMap(({ records }) => records.map(identity)).sort(),
      telling: telling.flatMap(({ records }) => records.map(identity)).sort(),
      mechanism,
      functions: functions.map(named),
      probability,
    })),
    rejected: rejected.flatMap(({ groups }) => groups.flatMap(({ records }) => records.map(identity))).sort(),
  };
}

const CASES = ['dispatch-41', 'dispatch-177', 'lighttpd-2894', 'mosquitto-00b24e0e'];

describe.each(CASES)('%s', async (name) => {
  const source = await loadCase(path.join(packageRoot, 'datasets', name));
  const material = await materialOf(source);
  const count = (material.logs[0]?.text.whole().match(RECORD) ?? []).length;
  const orders = fc.shuffledSubarray([...Array(count).keys()], { minLength: count });

  test.each([
    ['reorder', reorder],
    ['renumber', renumber],
  ])('%s changes no conclusion', async (_name, change) => {
    const expected = conclusions(material);
    expect(count).toBeGreaterThan(1);
    await fc.assert(
      fc.asyncProperty(orders, async (order) => {
        expect(conclusions(await withLog(material, (log) => change(log, order)))).toEqual(expected);
      }),
      { numRuns: 4 },
    );
  });

  test('other names for the program’s functions and files change no conclusion', async () => {
    const records = material.logs.flatMap(({ document }) => document.records);
    const ownerOf = learnOwners(records);
    const names = new Map<string, string>();
    for (const frame of records.flatMap(({ frames }) => frames)) {
      if (ownerOf(frame) !== 'program' || frame.function === 'main') continue;
      for (const old of [frame.function, frame.file]) {
        if (old !== null && !names.has(old)) {
          names.set(old, old === frame.file ? `source${names.size}.c` : `work${names.size}`);
        }
      }
    }
    const interpreted = new Set(
      records.flatMap(({ frames }) =>
        frames.filter((frame) => ownerOf(frame) !== 'program').map(({ file }) => file),
      ),
    );
    for (const file of interpreted) if (file !== null) names.delete(file);
    const renamed = await withLog(material, (log) =>
      log.replace(/^==.*$/gm, (line) => line.replace(/[\w.]+/g, (word) => names.get(word) ?? word)),
    );
    expect(names.size).toBeGreaterThan(5);
    expect(conclusions(renamed)).toEqual(conclusions(material, (old) => names.get(old) ?? old));
  });
});

test.each(['dispatch-41', 'lighttpd-2894', 'mosquitto-00b24e0e'])(
  '%s without the records of its bug is no leak',
  async (name) => {
    const source = await loadCase(path.join(packageRoot, 'datasets', name));
    const material = await materialOf(source);
    const culprits = new Set(source.truth.leak.records);
    const logs = material.logs.map(({ document, text }) => ({
      document: { ...document, records: document.records.filter(({ id }) => !culprits.has(id)) },
      text,
    }));
    expect(analyse({ ...material, logs }).leak.verdict).toBe('NO');
  },
);
