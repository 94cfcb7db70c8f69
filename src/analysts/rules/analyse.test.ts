import { describe, expect, test } from 'vitest';
import { readLog } from '../../log/read-log.js';
import { logText } from '../../log/text.js';
import { analyse } from './analyse.js';
import type { Analysis, EvidenceKind } from './analysis.js';
import { materialOfLines, report, type SmallRecord, times } from './small-log.fixture.js';

const LOOP = ['handle', 'poll', 'main'];

async function analysed(records: readonly SmallRecord[], events: readonly string[] = []): Promise<Analysis> {
  return analyse(await materialOfLines([...events, ...report(records)]));
}

/** Ids of the records that the causes lost, by cause. */
function cited({ causes }: Analysis): string[][] {
  return causes.map(({ roots, children }) =>
    [...roots, ...children].flatMap(({ records }) => records.map(({ id }) => id)).sort(),
  );
}

describe('the verdict', () => {
  test('UNSURE where no log holds a report, or it was cut short', async () => {
    const silent = analyse(await materialOfLines(times(3, 'boiling')));
    expect(silent.leak).toEqual({ verdict: 'UNSURE', reason: 'no log holds a leak report' });
    const torn = analyse(await materialOfLines(report([]).slice(0, 3)));
    expect(torn.leak).toEqual({ verdict: 'UNSURE', reason: 'the leak report is missing or cut short' });
  });

  test('YES of more records than a call can have arguments', async () => {
    const records = Array.from({ length: 150_000 }, () => ({ blocks: 12, stack: ['cup_new', ...LOOP] }));
    const found = await analysed(records);
    expect(found.leak.verdict).toBe('YES');
    expect(cited(found)[0]).toHaveLength(records.length);
  });

  test('UNSURE where only groups were kept of a log, for there is nothing to cite', async () => {
    const bytes = Buffer.from(report([{ blocks: 40, stack: ['cup_new', ...LOOP] }]).join('\n'));
    const document = await readLog(bytes, { keep: 'groups' });
    const material = {
      id: 'kettle',
      system: null,
      logs: [{ document, text: logText(bytes) }],
      transcripts: new Map(),
    };
    expect(analyse(material).leak.verdict).toBe('UNSURE');
  });

  test('NO where runtimes and libraries keep memory for themselves, or it is still in use', async () => {
    const analysis = await analysed([
      { blocks: 40, stack: ['PyObject_Malloc obmalloc.c', 'PyDict_New dictobject.c', 'configure', 'main'] },
      { blocks: 9, stack: ['new_keys dictobject.c', 'PyDict_New dictobject.c', 'configure', 'main'] },
      { blocks: 1, stack: ['_dl_new_object dl-object.c', 'getpwnam getXXbyYY.c', 'drop_rights', 'main'] },
      { blocks: 1, stack: ['TurnOn /usr/lib/libkettle.so.1', 'main'] },
      { kind: 'still reachable', blocks: 300, stack: ['table_new', ...LOOP] },
      { kind: 'possibly lost', blocks: 2, stack: ['worker_new', ...LOOP] },
    ]);
    expect(analysis.leak.verdict).toBe('NO');
    expect(analysis.causes).toEqual([]);
    expect(analysis.rejected.flatMap(({ groups }) => groups)).toHaveLength(6);
  });

  test('YES where the program loses memory of its own, through a library or not', async () => {
    const analysis = await analysed([
      { blocks: 40, stack: ['strdup /usr/lib/libc.so.6', 'remember', ...LOOP] },
      { blocks: 30, stack: ['SSL_new /usr/lib/libssl.so.3', 'accept_one', ...LOOP] },
    ]);
    expect(analysis.leak.verdict).toBe('YES');
    expect(cited(analysis)).toEqual([['1'], ['2']]);
  });
});

test('a library that is set up again and again is no set-up: threads that nobody joined', async () => {
  const thread: SmallRecord = {
    kind: 'possibly lost',
    blocks: 57,
    stack: ['allocate_dtv dl-tls.c', 'pthread_create pthread_create.c', 'hire', ...LOOP],
  };
  const hired = times(57, 'hired worker #');
  expect((await analysed([thread], hired)).leak.verdict).toBe('YES');
  expect((await analysed([{ ...thread, blocks: 4 }], times(4, 'hired worker #'))).leak.verdict).toBe('NO');
});

describe('what is cited', () => {
  test('indirect losses with the block that holds them', async () => {
    const analysis = await analysed([
      { kind: 'indirectly lost', blocks: 60, stack: ['name_new', 'session_fill', ...LOOP] },
      { blocks: 30, held: 960, stack: ['session_new', 'session_fill', ...LOOP] },
      { blocks: 1, held: 16, stack: ['PyObject_Malloc obmalloc.c', 'PyDict_New dictobject.c', 'main'] },
      { kind: 'indirectly lost', blocks: 1, stack: ['PyObject_Malloc obmalloc.c', 'PyList_New l.c', 'main'] },
    ]);
    expect(cited(analysis)).toEqual([['1', '2']]);
  });

  test('a possible loss with many certain ones of its kind, and none with few', async () => {
    const possible: SmallRecord = { kind: 'possibly lost', blocks: 3, stack: ['cup_new', 'refill', 'main'] };
    const many = await analysed([possible, { blocks: 20, stack: ['cup_new', ...LOOP] }]);
    expect(cited(many)).toEqual([['1', '2']]);
    const few = await analysed([possible, { blocks: 1, stack: ['cup_new', ...LOOP] }]);
    expect(cited(few)).toEqual([['2']]);
  });

  test('a possible loss that occurs as often as an event', async () => {
    const records: SmallRecord[] = [{ kind: 'possibly lost', blocks: 57, stack: ['cup_new', ...LOOP] }];
    expect(cited(await analysed(records, times(57, 'guest # left')))).toEqual([['1']]);
    expect(cited(await analysed(records, times(31, 'guest # left')))).toEqual([]);
  });

  const onceEach = (count: number): SmallRecord[] =>
    Array.from({ length: count }, (_, n) => ({ blocks: 1, stack: [`part${n}_new`, 'start', 'main'] }));

  test('what is lost once is a leak, and stands behind one that goes on and on', async () => {
    const goesOn: SmallRecord = { blocks: 50, stack: ['cup_new', ...LOOP] };
    expect(cited(await analysed(onceEach(2)))).toHaveLength(2);
    expect(cited(await analysed([...onceEach(2), goesOn]))).toEqual([['3'], ['1'], ['2']]);
  });
});

describe('the mechanism', () => {
  const mechanism = async (...args: Parameters<typeof analysed>) =>
    (await analysed(...args)).causes[0]?.mechanism;
  const cup: SmallRecord = { blocks: 57, stack: ['cup_new', 'serve', ...LOOP] };

  test('an error path, where trouble is logged as often as blocks are lost', async () => {
    expect(await mechanism([cup], times(57, 'order # rejected'))).toBe('missing free on an error path');
    expect(await mechanism([cup], times(57, 'order # taken, timeout=3'))).toBe('overwritten pointer');
  });

  test('an error path, where a peer logs the trouble', async () => {
    const material = await materialOfLines({ kettle: report([cup]), guest: times(57, 'order # rejected') });
    expect(analyse(material).causes[0]?.mechanism).toBe('missing free on an error path');
  });

  test('teardown, where a block is lost once', async () => {
    expect(await mechanism([{ ...cup, blocks: 1 }])).toBe('missing free on teardown');
  });

  test('a nested object, where strings of all lengths are lost', async () => {
    const strings = [
      { ...cup, size: 11 },
      { ...cup, size: 14, stack: ['cup_new', 'greet', ...LOOP] },
    ];
    expect(await mechanism(strings)).toBe('nested object not freed');
  });

  test('an early way out, where strings of all lengths are lost from one place', async () => {
    const strings = [{ ...cup, blocks: 56, size: 11.5 }];
    expect(await mechanism(strings)).toBe('missing free on an error path');
  });

  test('an overwritten pointer, where whole lists are lost by their heads', async () => {
    const list = [
      { ...cup, kind: 'indirectly lost' as const },
      { ...cup, held: 57 * 16 },
    ];
    expect(await mechanism(list)).toBe('overwritten pointer');
  });

  test('a container entry, where an object is lost with what was made for it', async () => {
    const entry = [
      { ...cup, held: 57 * 8, stack: ['entry_new', 'table_put', 'serve', ...LOOP] },
      {
        blocks: 57,
        size: 8,
        kind: 'indirectly lost' as const,
        stack: ['key_new', 'entry_new', 'table_put', ...LOOP],
      },
    ];
    expect(await mechanism(entry)).toBe('container entry not freed');
  });

  test('an overwritten pointer, where it had been filled elsewhere', async () => {
    const queue = [
      { ...cup, held: 57 * 8, stack: ['queue_new', 'begin', ...LOOP] },
      { blocks: 57, size: 8, kind: 'indirectly lost' as const, stack: ['item_new', 'receive', ...LOOP] },
    ];
    expect(await mechanism(queue)).toBe('overwritten pointer');
  });

  test('an end of life, where the object is lost wherever it is made', async () => {
    const places = [cup, { ...cup, stack: ['cup_new', 'refill', ...LOOP] }];
    expect(await mechanism(places)).toBe('missing free on teardown');
    const freed = [
      'Invalid read of size 8',
      '   at 0x401100: drink (main.c:9)',
      '   by 0x401200: main (main.c:12)',
      " Address 0x5204040 is 0 bytes inside a block of size 16 free'd",
      '   at 0x484217B: free (in /usr/libexec/valgrind/vgpreload_memcheck-amd64-linux.so)',
      '   by 0x401300: clear (main.c:7)',
      '',
    ].map((line) => `==7== ${line}`);
    expect(await mechanism(places, freed)).toBe('reference count');
  });
});

describe('the functions to look at', () => {
  const functions = async (...args: Parameters<typeof analysed>) =>
    (await analysed(...args)).causes[0]?.functions;

  test('who called the helpers of other files', async () => {
    const stack = ['grab mem.c', 'text_make text.c', 'text_empty text.c', 'reply info.c', ...LOOP];
    expect(await functions([{ blocks: 40, stack }])).toEqual(['text_make', 'reply', 'grab']);
  });

  test('what makes the object and where the places meet that lose it', async () => {
    const places = ['tea', 'soup'].map((what, n) => ({
      blocks: 40 - n,
      stack: ['cup_new', what, 'serve', ...LOOP],
    }));
    expect(await functions(places)).toEqual(['cup_new', 'serve', 'tea']);
  });

  test('no function that only hands memory on', async () => {
    const others = ['plate', 'spoon', 'pot'].map((what) => ({
      blocks: 1,
      stack: ['grab', `${what}_new`, 'main'],
    }));
    const [first] = (await functions([{ blocks: 40, stack: ['grab', 'cup_new', ...LOOP] }, ...others])) ?? [];
    expect(first).toBe('cup_new');
  });
});

test('a pool that keeps objects of many kinds in batches is one cause', async () => {
  const pooled = Array.from(
    { length: 9 },
    (_, n): SmallRecord => ({
      blocks: n < 4 ? 64 : 60 + n,
      kind: n % 2 === 0 ? 'definitely lost' : 'possibly lost',
      stack: ['pool_get', `make${n}`, 'serve', ...LOOP],
    }),
  );
  const analysis = await analysed(pooled);
  expect(cited(analysis)).toHaveLength(1);
  expect(cited(analysis)[0]).toHaveLength(9);
  expect(analysis.causes[0]?.mechanism).toBe('container entry not freed');
});

test('evidence that is switched off is not used', async () => {
  const material = await materialOfLines(
    report([{ blocks: 40, stack: ['PyObject_Malloc obmalloc.c', 'PyDict_New dictobject.c', 'main'] }]),
  );
  const without = (kind: EvidenceKind) => analyse(material, { without: new Set([kind]) }).leak.verdict;
  expect(analyse(material).leak.verdict).toBe('NO');
  expect(without('ownership')).toBe('YES');
  expect(without('events')).toBe('NO');
});

test('blocks of a process that all hold one another are a cycle, and lost', async () => {
  const cycle: SmallRecord[] = ['owner_new', 'owned_new'].map((name) => ({
    kind: 'indirectly lost',
    blocks: 30,
    stack: [name, 'serve', ...LOOP],
  }));
  expect(
    cited(await analysed(cycle))
      .flat()
      .sort(),
  ).toEqual(['1', '2']);
});

test('objects that count their holders are lost by a count', async () => {
  const stack = ['std::make_shared<Cup>', 'open_cup', ...LOOP];
  expect((await analysed([{ blocks: 30, stack }])).causes[0]?.mechanism).toBe('reference count');
});

test('a stack that was cut before it came to the program is the program’s all the same', async () => {
  const analysis = await analysed([{ blocks: 30, stack: ['std::make_shared<Cup>'] }]);
  expect(cited(analysis)).toEqual([['1']]);
});

test('stacks that part where threads begin are one place', async () => {
  const threads: SmallRecord[] = ['main', 'worker'].map((start, n) => ({
    blocks: 30 - n,
    stack: ['decode', 'serve', start],
  }));
  const [cause] = (await analysed(threads)).causes;
  expect(cause?.functions).toEqual(['decode', 'serve']);
  expect(cause?.mechanism).toBe('overwritten pointer');
});

test('what somebody quoted out of a report is believed more readily than what a report just prints', async () => {
  const lines = report([{ kind: 'possibly lost', blocks: 1, stack: ['key_copy', 'put', 'main'] }]);
  const from = lines.findIndex((line) => line.includes('loss record'));
  const quoted = lines.slice(
    from,
    lines.findIndex((line) => line.includes('LEAK SUMMARY')),
  );
  expect(analyse(await materialOfLines(lines)).leak.verdict).toBe('NO');
  expect(analyse(await materialOfLines(quoted)).leak.verdict).toBe('YES');
});
