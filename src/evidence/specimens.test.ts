import path from 'node:path';
import { expect, test } from 'vitest';
import { type ReadCaseLog, readCaseLogs } from '../cases/case-logs.js';
import { loadCase } from '../cases/load-case.js';
import { MECHANISMS, type Truth } from '../cases/truth.js';
import type { LeakKind } from '../log/document.js';
import { signatureOf } from '../log/signature.js';
import { packageRoot } from '../package-root.js';
import { label } from './label.js';

const FORMS = ['memcheck', 'xml', 'lsan'] as const;
const LOST: readonly LeakKind[] = ['definitely-lost', 'indirectly-lost'];

/** What the source loses one root block for, as the program's own lines tell it. */
const LOSING = [
  ['brigade', /worker (w\d+) is still connected/, 4],
  ['courier', /courierd error: client (\S+): subscription .* refused/, 18],
  ['larder', /msg="deleted" .*key=(\S+)/, 19],
  ['sluice', /source (\S+) announced again/, 30],
  ['spool', /document (\d+) \S+ accepted/, 40],
] as const;
const LEAKING = [...LOSING.map(([name]) => name), 'parlour'];
const SOUND = ['lantern', 'turnpike'];

interface Specimen {
  readonly truth: Truth;
  readonly logs: readonly ReadCaseLog[];
}

async function specimen(id: string): Promise<Specimen> {
  const found = await loadCase(path.join(packageRoot, 'datasets/specimens', id));
  return { truth: found.truth, logs: await readCaseLogs(found) };
}

const documentsOf = ({ logs }: Specimen) => logs.map(({ document }) => document);
const recordsOf = (source: Specimen) => documentsOf(source).flatMap(({ records }) => records);
const linesOf = ({ logs }: Specimen) =>
  logs.flatMap(({ document, text }) =>
    Array.from({ length: document.lines }, (_, index) => text.line(index + 1)),
  );

/** Blocks and direct bytes by kind and stack, in an order that no form decides. */
function losses(source: Specimen, kinds?: readonly LeakKind[]): string[] {
  const sums = new Map<string, { blocks: number; bytes: number }>();
  for (const { kind, frames, blocks, directBytes } of recordsOf(source)) {
    if (kinds !== undefined && !kinds.includes(kind)) continue;
    const key = `${kind}: ${signatureOf(frames)}`;
    const sum = sums.get(key) ?? { blocks: 0, bytes: 0 };
    sums.set(key, { blocks: sum.blocks + blocks, bytes: sum.bytes + directBytes });
  }
  return [...sums].map(([key, { blocks, bytes }]) => `${blocks} blocks, ${bytes} bytes ${key}`).sort();
}

test.each(LEAKING)(
  '%s: the difference with and without the leak is the truth, in every form',
  async (name) => {
    for (const form of FORMS) {
      const [before, after] = [await specimen(`${name}-${form}`), await specimen(`${name}-${form}-fixed`)];
      const { records, leftOut } = label([documentsOf(before)], [documentsOf(after)]);
      expect(records).toEqual(before.truth.leak.records);
      expect(records).not.toEqual([]);
      expect(leftOut).toEqual([]);
      const definite = recordsOf(before).filter(({ kind }) => kind === 'definitely-lost');
      const roots = definite.filter(({ id }) => records.includes(id)).map(({ id }) => id);
      expect(before.truth['root-cause'].causes.map((cause) => cause.records)).toEqual([roots]);
      const others = definite.map(({ id }) => id).filter((id) => !roots.includes(id));
      expect(before.truth.leak.otherLeaks).toEqual(others);
    }
  },
);

test.each(LEAKING.flatMap((name) => [name, `${name}:fixed`]).concat(SOUND))(
  '%s: the three forms tell the same, as far as their tools tell it',
  async (which) => {
    const [name, fixed] = which.split(':');
    const [text, xml, sanitizer] = await Promise.all(
      FORMS.map((form) => specimen(`${name}-${form}${fixed === undefined ? '' : '-fixed'}`)),
    );
    expect(losses(xml as Specimen)).toEqual(losses(text as Specimen));
    expect(losses(sanitizer as Specimen)).toEqual(losses(text as Specimen, LOST));
  },
);

test.each(LOSING)('%s loses a root for each of its events', async (name, event, count) => {
  for (const form of FORMS) {
    const source = await specimen(`${name}-${form}`);
    const events = linesOf(source).filter((line) => event.test(line));
    const roots = source.truth['root-cause'].causes.flatMap((cause) => cause.records);
    const lost = recordsOf(source)
      .filter(({ id }) => roots.includes(id))
      .reduce((sum, { blocks }) => sum + blocks, 0);
    expect([events.length, lost]).toEqual([count, count]);
  }
});

test('parlour loses every message that is left unread', async () => {
  for (const form of FORMS) {
    const source = await specimen(`parlour-${form}`);
    const unread = linesOf(source)
      .map((line) => Number(/, (\d+) messages dropped unread/.exec(line)?.[1] ?? 0))
      .reduce((sum, count) => sum + count, 0);
    expect(recordsOf(source).find(({ kind }) => kind === 'definitely-lost')?.blocks).toBe(unread);
  }
});

test('what is no leak is still reachable in the reports that show it', async () => {
  for (const name of SOUND) {
    for (const form of ['memcheck', 'xml'] as const) {
      const kinds = new Set(recordsOf(await specimen(`${name}-${form}`)).map(({ kind }) => kind));
      expect([...kinds]).toEqual(['still-reachable']);
    }
  }
});

test('there is a specimen of every mechanism that loses memory', async () => {
  const shown = await Promise.all(
    LEAKING.map(
      async (name) => (await specimen(`${name}-memcheck`)).truth['root-cause'].causes[0]?.mechanism,
    ),
  );
  expect(new Set(shown)).toEqual(
    new Set(MECHANISMS.filter((mechanism) => mechanism !== 'one-time allocation')),
  );
});
