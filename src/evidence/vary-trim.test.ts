import path from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { findCases } from '../cases/find-cases.js';
import type { Case } from '../cases/load-case.js';
import type { LogDocument } from '../log/document.js';
import { readLog } from '../log/read-log.js';
import { reconcile } from '../log/reconcile.js';
import { packageRoot } from '../package-root.js';
import { materialOf } from './material-of.js';
import { seededRandom } from './random.js';
import { culpritsOf, documentsOf } from './vary.fixture.js';
import { type Variant, variationSchema, varyCase } from './vary.js';
import { type DraftLog, draftLines, textOf } from './vary-draft.js';
import { trim } from './vary-trim.js';

/** Of larger cases a few are trimmed once: it takes long. */
const FEW_LINES = 2500;

let cases: Case[];
beforeAll(async () => {
  cases = await findCases(path.join(packageRoot, 'datasets'));
});

const caseOf = (id: string) => cases.find((one) => one.id === id) as Case;
const trimmed = (source: Case, trim: number, seed = 1, more = {}) =>
  varyCase(source, null, variationSchema.parse({ trim, seed, ...more }));

const least = new Map<Case, number>();

/** How short a case can be: what a refusal says, until nothing is refused. */
async function shortest(source: Case): Promise<number> {
  for (let lines = least.get(source) ?? 1; ; ) {
    try {
      await trimmed(source, lines);
      least.set(source, lines);
      return lines;
    } catch (error) {
      lines = Number(/needs (\d+)$/.exec((error as Error).message)?.[1]);
    }
  }
}

/** Contexts of errors that a summary counts beyond the losses which are errors. */
function contextsBesideLosses({ processes, records }: LogDocument) {
  return processes.map(({ pid, errorSummary }) => {
    const losses = records.filter((record) => record.pid === pid && /definitely|possibly/.test(record.kind));
    return errorSummary && errorSummary.contexts - losses.length;
  });
}

async function expectSound(source: Case, variant: Variant, lines: number): Promise<void> {
  const { logs } = await materialOf(source);
  const [before, after] = [logs.map(({ document }) => document), documentsOf(variant)];
  for (const [index, document] of after.entries()) {
    expect(document.lines).toBeLessThanOrEqual(Math.max(lines, 1));
    expect(document.processes.length).toBe(before[index]?.processes.length);
    expect(document.truncated).toBe(before[index]?.truncated);
    expect(document.problems.length).toBeLessThanOrEqual(before[index]?.problems.length ?? 0);
    expect(contextsBesideLosses(document)).toEqual(contextsBesideLosses(before[index] as LogDocument));
  }
  expect(after.flatMap(reconcile).filter(({ result }) => result === 'differs')).toEqual([]);
  const { leak, 'root-cause': rootCause } = source.truth;
  const own = variant.truth;
  expect(culpritsOf(after, own.leak.records)).toEqual(culpritsOf(before, leak.records));
  expect(own.leak.verdict).toBe(leak.verdict);
  for (const [index, { records }] of rootCause.causes.entries()) {
    const now = own['root-cause'].causes[index]?.records ?? [];
    expect(culpritsOf(after, now)).toEqual(culpritsOf(before, records));
  }
  const others = new Set(culpritsOf(before, leak.otherLeaks));
  expect(culpritsOf(after, own.leak.otherLeaks).filter((one) => !others.has(one))).toEqual([]);
}

test('every small case is a sound one at several lengths, the same from the same seed', async () => {
  for (const source of cases) {
    const longest = Math.max(...source.about.logs.map(({ lines }) => lines));
    if (longest > FEW_LINES) continue;
    const fewest = await shortest(source);
    for (const [turn, share] of [0, 0.3, 0.7].entries()) {
      const lines = Math.round(fewest + share * (longest - fewest));
      const variant = await trimmed(source, lines, turn);
      await expectSound(source, variant, lines);
      expect((await trimmed(source, lines, turn)).texts).toEqual(variant.texts);
    }
  }
});

test.each(['dispatch-37', 'dispatch-177', 'dispatch-582', 'lighttpd-2894'])(
  '%s as short as it can be is sound',
  async (id) => {
    const source = caseOf(id);
    const lines = await shortest(source);
    await expectSound(source, await trimmed(source, lines, 5), lines);
  },
);

test('another seed takes out others', async () => {
  const [one, other] = await Promise.all([1, 2].map((seed) => trimmed(caseOf('dispatch-41'), 900, seed)));
  expect(one?.texts[0]).not.toBe(other?.texts[0]);
});

test('a log that is short enough stays as it is', async () => {
  const source = caseOf('dispatch-41');
  const { logs } = await materialOf(source);
  const { texts } = await trimmed(source, 1000);
  expect(texts[0]).not.toBe(logs[0]?.text.whole());
  expect(texts[1]).toBe(logs[1]?.text.whole());
});

test('a refusal says how short a log can be', async () => {
  await expect(trimmed(caseOf('mosquitto-00b24e0e'), 100)).rejects.toMatchObject({
    message: expect.stringMatching(
      /^mosquitto-00b24e0e cannot be trimmed to 100 lines: mosquitto needs \d+$/,
    ),
    exitCode: 2,
  });
});

test('trimmed and padded to one length, a log has it', async () => {
  const source = caseOf('mosquitto-00b24e0e');
  const { lines } = documentsOf(await trimmed(source, 1000, 1, { pad: 1000 }))[0] as LogDocument;
  expect(lines).toBe(1000);
});

test('the culled twin of a trimmed case differs by the culprits alone', async () => {
  const source = caseOf('mosquitto-00b24e0e');
  const [leaking, culled] = [await trimmed(source, 1000), await trimmed(source, 1000, 1, { cull: 'bug' })];
  const messages = (variant: Variant) =>
    documentsOf(variant).flatMap(({ events }) => events.map(({ message }) => message));
  expect(messages(culled)).toEqual(messages(leaking));
  const counts = [leaking, culled].map((variant) => documentsOf(variant)[0]?.records.length ?? 0);
  expect((counts[0] ?? 0) - (counts[1] ?? 0)).toBe(source.truth.leak.records.length);
});

describe('what stays', () => {
  test('events that happen as often as blocks are lost', async () => {
    const source = caseOf('mosquitto-00b24e0e');
    const [document] = documentsOf(await trimmed(source, await shortest(source)));
    const rejected = document?.events.filter(({ message }) => message.includes('due to protocol error'));
    expect(rejected).toHaveLength(300);
  });

  test('an event that names who talks to whom', async () => {
    const source = caseOf('dispatch-41');
    const [document] = documentsOf(await trimmed(source, await shortest(source)));
    expect(document?.events.some(({ message }) => message.includes('QDR.B'))).toBe(true);
  });

  test('records of a report that shows what they hold, and a sanitizer’s', async () => {
    for (const id of ['lighttpd-2894', 'courier-lsan']) {
      const source = caseOf(id);
      const { logs } = await materialOf(source);
      const tied = (documents: readonly LogDocument[]) =>
        documents.flatMap(({ records }) => records.filter(({ kind }) => kind !== 'still-reachable')).length;
      const variant = await trimmed(source, await shortest(source));
      expect(tied(documentsOf(variant))).toBe(tied(logs.map(({ document }) => document)));
    }
  });

  test('calls of the truth that a stack still shows', async () => {
    const source = caseOf('dispatch-37-fixed');
    const { truth, material } = await trimmed(source, await shortest(source));
    expect(truth.relationship.calls.length).toBeLessThan(source.truth.relationship.calls.length);
    const shown = documentsOf({ material }).flatMap(({ records }) =>
      records.flatMap(({ frames }) =>
        frames.map((frame, at) => `${frames[at + 1]?.function} ${frame.function}`),
      ),
    );
    expect(
      truth.relationship.calls.filter(([caller, callee]) => !shown.includes(`${caller} ${callee}`)),
    ).toEqual([]);
  });
});

/** A log of lines that stand in it so often, in turns and each with a number. */
async function plainLog(counts: Readonly<Record<string, number>>): Promise<DraftLog> {
  const texts: string[] = [];
  for (let turn = 0; turn < Math.max(...Object.values(counts)); turn++) {
    for (const [words, count] of Object.entries(counts)) {
      if (turn < count) texts.push(`2026-11-22 09:00:00 ${words} ${turn}`);
    }
  }
  const lines = texts.map((text) => ({ text, record: null }));
  const document = await readLog(new TextEncoder().encode(textOf({ lines })), { role: 'broker' });
  return { role: 'broker', file: 'broker.log', tool: 'none', document, lines: draftLines(document, texts) };
}

test('what begins ends as often, however short the log', async () => {
  const log = await plainLog({ 'session opened': 40, 'session closed': 40, 'tick of clock': 90, ready: 3 });
  const { truth } = caseOf('redis-beb94c901');
  const count = ({ lines }: DraftLog, words: string) =>
    lines.filter(({ text }) => text.includes(words)).length;
  fc.assert(
    fc.property(fc.integer({ min: 3, max: 173 }), fc.nat(), (lines, seed) => {
      const [short] = trim({ logs: [log], truth }, lines, 'small', seededRandom(seed)).logs as [DraftLog];
      expect(short.lines.length).toBeLessThanOrEqual(lines);
      expect(count(short, 'opened')).toBe(count(short, 'closed'));
      expect(count(short, 'ready')).toBe(3);
      // A pair that is taken out may be one line too much.
      expect(short.lines.length).toBeGreaterThanOrEqual(lines - 1);
    }),
    { numRuns: 200 },
  );
});
