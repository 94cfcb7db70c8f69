import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { loadCase } from '../cases/load-case.js';
import { LeaktrailError } from '../error.js';
import type { Material } from '../evidence/material.js';
import { materialOf } from '../evidence/material-of.js';
import { signatureOf } from '../log/signature.js';
import { packageRoot } from '../package-root.js';
import { type Chunk, type ChunkOptions, chunkMaterial, STRATEGIES } from './chunk.js';
import { idsOfRanges } from './id-ranges.js';
import { makeRedactor } from './redact.js';
import { everyCase, materialOfTexts, memcheckLog } from './test-material.js';
import { loadCounter } from './tokens.js';

/** The chunks, or null where the budget is refused as too small. */
async function chunksOrRefusal(material: Material, options: ChunkOptions): Promise<Chunk[] | null> {
  try {
    return await chunkMaterial(material, options);
  } catch (error) {
    if (error instanceof LeaktrailError && /budget/.test(`${error.message} ${error.hint}`)) return null;
    throw error;
  }
}

const idsOf = (material: Material) =>
  material.logs.flatMap(({ document }) => document.records.map(({ id }) => id)).sort();

/** Logs of which one budget is tried and not several. */
const isLarge = ({ logs }: Material) => logs.reduce((sum, { document }) => sum + document.bytes, 0) > 2e6;

/** Of many chunks, about this many are counted again as a whole. */
const RECOUNTED = 8;

/** What holds for every strategy and budget. */
async function checkChunks(
  material: Material,
  chunks: readonly Chunk[],
  options: ChunkOptions,
): Promise<void> {
  const counter = await loadCounter('o200k_base');
  const known = new Set(idsOf(material));
  const oneForAll = options.strategy !== 'records' && options.strategy !== 'lines';
  const most = oneForAll
    ? chunks.reduce((sum, { tokens }) => sum + tokens, 0)
    : Math.max(0, ...chunks.map(({ tokens }) => tokens));
  expect(most).toBeLessThanOrEqual(options.budget as number);
  const wrong: string[] = [];
  const every = Math.ceil(chunks.length / RECOUNTED);
  for (const [index, chunk] of chunks.entries()) {
    const { records, stacks, source, lines: range } = chunk;
    const mustHold = (holds: boolean, what: string) => holds || wrong.push(`chunk ${index}: ${what}`);
    const lines = chunk.text.split('\n');
    mustHold(lines.pop() === '', 'ends with a newline');
    mustHold(chunk.index === index, 'is numbered');
    if (index % every === 0) mustHold(chunk.tokens === counter.count(chunk.text), 'is counted');
    mustHold(new Set(records.filter((id) => known.has(id))).size === records.length, 'names records once');
    mustHold(
      stacks.every((id) => records.includes(id)),
      'shows stacks of its records',
    );
    mustHold(source.length === lines.length, 'has a source for each line');
    const text = material.logs.find(({ document }) => document.role === chunk.log)?.text;
    for (const [at, number] of source.entries()) {
      if (number === null) continue;
      mustHold(number >= range[0] && number <= range[1], `line ${number} lies in its range`);
      if (options.clean !== false || options.strategy === 'digest') continue;
      mustHold(text?.line(number).includes(lines[at] as string) === true, `line ${number} is from the log`);
    }
  }
  expect(wrong).toEqual([]);
  if (options.clean === false && (options.strategy === 'whole' || options.strategy === 'records')) {
    expect(notTold(material, chunks)).toEqual([]);
  }
}

/** Lines of the logs that stand in no chunk in one piece, and are not what their pieces in several chunks make. */
function notTold(material: Material, chunks: readonly Chunk[]): string[] {
  return material.logs.flatMap(({ document, text }) => {
    const parts = Array.from({ length: document.lines + 1 }, (): string[] => []);
    for (const chunk of chunks.filter(({ log }) => log === document.role)) {
      const lines = chunk.text.split('\n');
      for (const [at, number] of chunk.source.entries()) {
        if (number !== null) parts[number]?.push(lines[at] as string);
      }
    }
    return text
      .range(1, document.lines)
      .filter((line, at) => !parts[at + 1]?.includes(line) && parts[at + 1]?.join('') !== line);
  });
}

/** The stacks that a digest shows, read back from its tree: ids by signature. */
function stacksInTree(text: string): Map<string, string[]> {
  const stacks = new Map<string, string[]>();
  const path: string[] = [];
  let inTree = false;
  for (const line of text.split('\n')) {
    if (line.startsWith('#')) {
      inTree = /by stack|by kind \(D/.test(line);
      continue;
    }
    const [, indent, calls, ids] = /^( *)(.*?)(?:: ((?:[DIPR] [^;]+)+); \d+\/\d+)?$/.exec(line) ?? [];
    if (!inTree || indent === undefined || calls === undefined) continue;
    path.splice(indent.length, path.length, calls.replace(/ \([^()]*\)(?= < |$)/g, ''));
    if (ids === undefined) continue;
    const signature = path.slice(0, indent.length + 1).join(' < ');
    const listed = idsOfRanges(ids.replace(/\b[DIPR] /g, ''));
    stacks.set(signature, [...(stacks.get(signature) ?? []), ...listed]);
  }
  return stacks;
}

describe('on every case', () => {
  test('digest: no id or process is lost, and the stacks that it says it shows can be read in it', async () => {
    for (const material of await everyCase()) {
      for (const budget of isLarge(material) ? [5000] : [600, 5000, 40_000]) {
        const options = { strategy: 'digest', budget } as const;
        const chunks = await chunksOrRefusal(material, options);
        if (chunks === null) continue;
        await checkChunks(material, chunks, options);
        expect(chunks.flatMap(({ records }) => records).sort()).toEqual(idsOf(material));
        for (const [index, { document }] of material.logs.entries()) {
          const { text, stacks } = chunks[index] as Chunk;
          for (const { pid } of document.processes) expect(text).toContain(`# process ${pid}`);
          const read = stacksInTree(text);
          for (const id of stacks) {
            const record = document.records.find((one) => one.id === id);
            expect(read.get(signatureOf(record?.frames ?? []))).toContain(id);
          }
        }
      }
    }
  });

  test.each(['whole', 'lines', 'retrieve'] as const)(
    '%s keeps to the budget and maps back to the log',
    async (strategy) => {
      for (const material of await everyCase()) {
        const budget = strategy === 'whole' ? 10_000_000 : 4000;
        const options = { strategy, budget, clean: false } as const;
        await checkChunks(material, await chunkMaterial(material, options), options);
      }
    },
  );

  test('every strategy makes the same chunks again', async () => {
    for (const id of ['dispatch-41', 'dispatch-37-report', 'mosquitto-00b24e0e-xml', 'courier-lsan']) {
      const source = await loadCase(
        `${packageRoot}/datasets/${id === 'courier-lsan' ? 'specimens/' : ''}${id}`,
      );
      for (const strategy of STRATEGIES) {
        const options = { strategy, budget: strategy === 'whole' ? 1_000_000 : 4000 } as const;
        const once = await chunkMaterial(await materialOf(source), options);
        expect(await chunkMaterial(await materialOf(source), options)).toEqual(once);
      }
    }
  });

  test('records: every line is in a chunk, and no record is divided', async () => {
    for (const material of await everyCase()) {
      for (const clean of isLarge(material) ? [false] : [false, true]) {
        const budget = clean ? 8000 : 4000;
        const options = { strategy: 'records', budget, clean } as const;
        const chunks = await chunkMaterial(material, options);
        await checkChunks(material, chunks, options);
        expect(chunks.flatMap(({ records }) => records).sort()).toEqual(idsOf(material));
        expect(chunks.flatMap(({ stacks }) => stacks)).toHaveLength(idsOf(material).length);
        if (clean) continue;
        for (const { document } of material.logs) {
          const shown = chunks
            .filter(({ log }) => log === document.role)
            .map(({ source }) => new Set(source));
          const lines = new Set(shown.flatMap((numbers) => [...numbers]));
          expect(missing(document.lines, lines)).toEqual([]);
          const divided = document.records.filter(
            ({ lines: [first, last] }) =>
              !shown.some((numbers) => numbers.has(first) && missing(last, numbers, first).length === 0),
          );
          expect(divided).toEqual([]);
        }
      }
    }
  });
});

/** Numbers from `first` to `last` that are not among the shown. */
function missing(last: number, shown: ReadonlySet<number | null>, first = 1): number[] {
  return Array.from({ length: last - first + 1 }, (_, at) => first + at).filter((line) => !shown.has(line));
}

describe('on generated logs', () => {
  const budgets = fc.integer({ min: 60, max: 3000 });

  test.each(STRATEGIES)('%s keeps to the budget and maps back to the log', async (strategy) => {
    await fc.assert(
      fc.asyncProperty(memcheckLog, memcheckLog, budgets, fc.boolean(), async (a, b, budget, clean) => {
        const material = await materialOfTexts({ A: a, B: b });
        const options = { strategy, budget, clean };
        const chunks = await chunksOrRefusal(material, options);
        if (chunks === null) return;
        await checkChunks(material, chunks, options);
        expect(await chunkMaterial(material, options)).toEqual(chunks);
      }),
      { numRuns: 40 },
    );
  });

  test('records: only a record that alone exceeds the budget is divided, between its frames, and that is said', async () => {
    const counter = await loadCounter('o200k_base');
    await fc.assert(
      fc.asyncProperty(memcheckLog, budgets, async (log, budget) => {
        const material = await materialOfTexts({ A: log });
        const chunks = await chunksOrRefusal(material, { strategy: 'records', budget, clean: false });
        if (chunks === null) return;
        const [{ document, text }] = material.logs as [Material['logs'][number]];
        const shown = new Set(chunks.flatMap(({ source }) => source));
        expect(missing(document.lines, shown)).toEqual([]);
        expect([...new Set(chunks.flatMap(({ records }) => records))].sort()).toEqual(idsOf(material));

        const headers = chunks.map((chunk) => chunk.text.slice(0, chunk.text.indexOf('\n# lines ')));
        expect(new Set(headers).size).toBeLessThanOrEqual(1);
        for (const { id, lines } of document.records) {
          const parts = chunks.filter(({ records }) => records.includes(id));
          if (parts.some(({ stacks }) => stacks.includes(id))) continue;
          const alone = `${headers[0]}\n# lines ${lines.join('-')}\n${text.range(...lines).join('\n')}\n`;
          // The place of a chunk is counted with room for any number.
          expect(counter.count(alone) + 8).toBeGreaterThan(budget);
          for (const part of parts.slice(1))
            expect(part.text).toContain(`# loss record ${id} goes on here:\n`);
          const told = parts.flatMap((part) => part.text.split('\n'));
          const long = (line: string) => counter.count(line) > budget / 4;
          expect(text.range(...lines).filter((line) => !told.includes(line) && !long(line))).toEqual([]);
        }
      }),
      { numRuns: 80 },
    );
  });

  test('digest: every id and process is in it, and each line of ids maps back to one of its records', async () => {
    await fc.assert(
      fc.asyncProperty(memcheckLog, budgets, async (log, budget) => {
        const material = await materialOfTexts({ A: log });
        const chunks = await chunksOrRefusal(material, { strategy: 'digest', budget });
        if (chunks === null) return;
        const read = [...(chunks[0]?.text ?? '').matchAll(/\b[DIPR] ([\d -]+?)(?=;| [DIPR] )/g)];
        expect(read.flatMap(([, ids]) => idsOfRanges(ids as string)).sort()).toEqual(idsOf(material));
        expect(chunks[0]?.text).toContain('# process 77');
        for (const [at, line] of chunks[0]?.text.split('\n').entries() ?? []) {
          const ids = [...line.matchAll(/\b[DIPR] ([\d -]+?)(?=;| [DIPR] )/g)].flatMap(([, list]) =>
            idsOfRanges(list as string),
          );
          if (ids.length === 0) continue;
          const records = material.logs[0]?.document.records.filter(({ id }) => ids.includes(id)) ?? [];
          expect(records.map(({ lines }) => lines[0])).toContain(chunks[0]?.source[at]);
        }
      }),
      { numRuns: 80 },
    );
  });
});

test('a digest refuses a budget that its ids do not fit, and names one that does', async () => {
  const [material] = (await everyCase()).filter(({ id }) => id === 'dispatch-37');
  const refusal = await chunkMaterial(material as Material, { strategy: 'digest', budget: 500 }).catch(
    (e) => e,
  );
  expect(refusal).toBeInstanceOf(LeaktrailError);
  const least = Number(/\d+/.exec(refusal.hint)?.[0]);
  expect(await chunkMaterial(material as Material, { strategy: 'digest', budget: least })).toHaveLength(2);
  await expect(
    chunkMaterial(material as Material, { strategy: 'digest', budget: least - 1 }),
  ).rejects.toThrow();
});

test('a digest without a budget takes at most a twentieth of the whole, and shows every stack of the bug', async () => {
  const [material] = (await everyCase()).filter(({ id }) => id === 'dispatch-37') as [Material];
  const whole = await chunkMaterial(material, { strategy: 'whole', budget: 1_000_000 });
  const digest = await chunkMaterial(material, { strategy: 'digest' });
  const tokens = (chunks: readonly Chunk[]) => chunks.reduce((sum, chunk) => sum + chunk.tokens, 0);
  expect(tokens(digest)).toBeLessThanOrEqual(tokens(whole) / 20);
  const { truth } = await loadCase(`${packageRoot}/datasets/dispatch-37`);
  const shown = new Set(digest.flatMap(({ stacks }) => stacks));
  const causes = truth['root-cause'].causes.flatMap(({ records }) => records);
  expect(causes).toHaveLength(144);
  expect(causes.filter((id) => !shown.has(id))).toEqual([]);
});

test('no strategy lets a part of a secret through', async () => {
  const hosts = ['broker-1.acme.com', 'broker-22.acme.com', 'broker-1.acme.com', 'broker-37.acme.com'];
  const events = hosts.map(
    (host, s) => `Sun Nov 22 09:01:0${s} 2026 NET (INFO) link to ${host} lost ${'.'.repeat(s)}`,
  );
  const material = await materialOfTexts({
    A: `==7== Memcheck, a memory error detector\n==7== Command: ./a /home/alice/x.conf\n${events.join('\n')}\n`,
  });
  for (const strategy of STRATEGIES) {
    const { redact, restore } = makeRedactor();
    const chunks = await chunkMaterial(material, { strategy, budget: 2000, redact });
    const text = chunks.map((chunk) => chunk.text).join('');
    expect(text).not.toMatch(/acme|alice|broker/);
    expect(restore(text)).toContain('broker-1.acme.com');
  }
});
