import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { packageRoot } from '../package-root.js';
import type { LogDocument, LossRecord } from './document.js';
import { readLog } from './read-log.js';

const fixtures = path.join(packageRoot, 'src/log/fixtures/three-forms');
const REPORTS = ['memcheck-parent.xml', 'leak-sanitizer.log'] as const;

/** What a record says, without where it stands. */
const figures = ({ number, pid, kind, bytes, blocks, frames }: LossRecord) => ({
  number,
  pid,
  kind,
  bytes,
  blocks,
  frames,
});

describe.each(REPORTS)('%s', (file) => {
  const bytes = readFileSync(path.join(fixtures, file));
  const lines = bytes.toString().trimEnd().split('\n');
  const whole = readLog(bytes);

  test('cut anywhere: what is complete is read as before, and the cut is told', async () => {
    const { records } = await whole;
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: bytes.length - 2 }), async (length) => {
        const cut: LogDocument = await readLog(bytes.subarray(0, length));
        const complete = records.filter((record) => record.lines[1] < cut.lines);
        expect(cut.records.slice(0, complete.length).map(figures)).toEqual(complete.map(figures));
        expect(cut.records.length).toBeLessThanOrEqual(complete.length + 1);
        const inReport = cut.processes.length > 0 && cut.records.length < records.length;
        if (inReport && file.endsWith('.xml')) expect(cut.truncated).toBe(true);
      }),
    );
  });

  test("the application's lines in between change no record", async () => {
    const { records, problems } = await whole;
    const line = fc.constantFrom(
      '2026-11-22 09:34:08 [info] request 7',
      'server: going on',
      'a < b & c > d',
      '==> done',
      'SUMMARY of the day',
    );
    const places = fc.array(fc.tuple(fc.integer({ min: 0, max: lines.length }), line), { maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(places, async (inserted) => {
        const mixed = [...lines];
        for (const [place, text] of inserted) mixed.splice(place, 0, text);
        const document = await readLog(Buffer.from(`${mixed.join('\n')}\n`));
        expect(document.records.map(figures)).toEqual(records.map(figures));
        expect(document.problems).toEqual(problems);
        const own = (await whole).events.length;
        expect(document.events).toHaveLength(own + inserted.length);
      }),
    );
  });

  test('with lines lost and repeated, nothing breaks', async () => {
    const damage = fc.array(
      fc.tuple(fc.integer({ min: 0, max: lines.length - 1 }), fc.constantFrom('lose', 'repeat', 'halve')),
      { maxLength: 8 },
    );
    await fc.assert(
      fc.asyncProperty(damage, async (damages) => {
        const torn = lines.flatMap((text, index) => {
          const kind = damages.find(([place]) => place === index)?.[1];
          if (kind === 'lose') return [];
          if (kind === 'halve') return [text.slice(0, text.length / 2)];
          return kind === 'repeat' ? [text, text] : [text];
        });
        const { records } = await readLog(Buffer.from(`${torn.join('\n')}\n`));
        for (const { bytes, blocks } of records) {
          expect(Number.isSafeInteger(bytes) && Number.isSafeInteger(blocks)).toBe(true);
        }
      }),
    );
  });
});
