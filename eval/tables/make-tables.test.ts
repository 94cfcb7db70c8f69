import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { packageRoot } from '../../src/package-root.js';
import type { StoredRun } from '../../src/runs/run-file.js';
import { answerKey, cause, storedRun } from '../run.fixture.js';
import { makeTables } from './make-tables.js';

const CASES = ['a', 'b', 'c', 'd', 'e', 'f'].map((letter, at) =>
  answerKey({
    case: `case-${letter}`,
    tags: at % 2 === 0 ? ['memcheck'] : ['large'],
    leak: { records: ['1', '2'], otherLeaks: ['3'] },
    rootCause: { causes: [cause({ records: ['1', '2'] })] },
  }),
);
const CONTROL = answerKey({
  case: 'fixed',
  tags: ['control'],
  leak: { verdict: 'NO', otherLeaks: ['3'] },
  rootCause: { verdict: 'NO' },
});

function madeRun(name = 'offline'): StoredRun {
  const stored = storedRun({
    name,
    keys: [...CASES, CONTROL],
    contestants: ['rules', 'always-yes', '=HYPERLINK("x")', 'transcript:report', 'paid|model_1'],
    reply: ({ contestant, key }) => {
      if (contestant === 'rules') return key.case === 'fixed' ? 'NO:<>' : 'YES:<1,2>';
      if (contestant === 'transcript:report') return key.case === 'case-a' ? 'YES:<1,99>' : null;
      return contestant === 'always-yes' ? 'YES:<>' : 'YES:<1,4>';
    },
  });
  const replies = stored.replies.map((line) =>
    line.contestant === 'paid|model_1'
      ? { ...line, usage: { inputTokens: 1234, outputTokens: 56 }, cost: 0.00123, latencyMs: 789 }
      : line,
  );
  return { ...stored, replies };
}

const files = new Map(makeTables([madeRun()]).map(({ path: name, text }) => [name, text]));

test('every table in four formats, the charts and an index', () => {
  const tables = [
    ...['main', 'by-case', 'outcomes', 'figures', 'by-tag', 'transcript-case-a', 'ranking'],
    ...[
      'pairs-leak-verdict',
      'pairs-leak-f1',
      'pairs-root-cause-f1',
      'pairs-diagnosed',
      'conduct',
      'spending',
    ],
  ];
  expect([...files.keys()].sort()).toEqual(
    [
      'offline/README.md',
      ...tables.flatMap((id) => ['md', 'csv', 'tex', 'json'].map((ending) => `offline/${id}.${ending}`)),
      ...['accuracy', 'stages', 'cases', 'tokens'].map((id) => `offline/${id}.svg`),
    ].sort(),
  );
});

test('the main table, as Markdown and CSV', () => {
  const line = (name: string, start: string) =>
    files
      .get(name)
      ?.split('\n')
      .find((one) => one.startsWith(start));
  expect(
    line('offline/main.md', '| rules')
      ?.split(/ *\| */)
      .slice(1, 10),
  ).toEqual([
    'rules',
    '6/7',
    '7/7',
    '7/7',
    '1.00 [1.00, 1.00]',
    '1.00 [1.00, 1.00]',
    '1.00 [0.65, 1.00]',
    '1.00 [1.00, 1.00]',
    '1.00 [0.65, 1.00]',
  ]);
  expect(line('offline/main.csv', 'contestant,')).toMatch(
    /^contestant,relationship-right,relationship-right-of,.*,leak-f1,leak-f1-low,leak-f1-high,leak-f1-cases,/,
  );
  expect(line('offline/main.csv', 'rules')).toMatch(/^rules,6,7,7,7,7,7,1,1,1,7,/);
});

test('a recorded answer stands beside all others, id by id', () => {
  const rows = JSON.parse(files.get('offline/transcript-case-a.json') ?? '').rows;
  expect(
    rows.find(
      (row: { contestant: string; stage: string }) =>
        row.contestant === 'transcript:report' && row.stage === 'Leak',
    ),
  ).toMatchObject({
    verdict: 'YES',
    outcome: 'right',
    records: '1, 99',
    right: 1,
    wrong: 1,
    missed: 1,
    'unknown-ids': 1,
    f1: 0.5,
  });
  expect(rows).toHaveLength(15);
});

describe('what a contestant is called cannot harm a reader', () => {
  test('a spreadsheet sees no formula', () => {
    expect(files.get('offline/main.csv')).toContain('"\'=HYPERLINK(""x"")"');
    expect(files.get('offline/main.csv')).not.toMatch(/^"?=/m);
  });

  test('a Markdown cell does not end early', () => {
    expect(files.get('offline/main.md')).toContain('| paid\\|model\\_1 ');
  });

  test('LaTeX sees no command', () => {
    expect(files.get('offline/main.tex')).toContain('paid\\textbar{}model\\_1 & ');
  });

  test('a chart shows it as text', () => {
    const chart = makeTables([
      storedRun({ keys: CASES, contestants: ['<script>x</script>'], reply: () => 'YES:<1>' }),
    ]).find(({ path: name }) => name.endsWith('accuracy.svg'));
    expect(chart?.text).toContain('&lt;script&gt;');
    expect(chart?.text).not.toContain('<script');
  });
});

test('the order of runs and of what is in them changes no byte', () => {
  const { run, keys, replies } = madeRun();
  const turned: StoredRun = {
    run: { ...run, contestants: run.contestants.toReversed(), cases: run.cases.toReversed() },
    keys: keys.toReversed(),
    replies: replies.toReversed(),
  };
  expect(makeTables([madeRun('second'), turned])).toEqual(makeTables([madeRun(), madeRun('second')]));
});

test('charts hold no coordinate with more than two decimals', () => {
  for (const [name, text] of files) {
    if (name.endsWith('.svg')) expect(text).not.toMatch(/\d\.\d{3}/);
  }
});

describe('another locale and time zone', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'leaktrail-tables-'));
    writeFileSync(
      path.join(folder, 'tsconfig.json'),
      JSON.stringify({
        extends: path.join(packageRoot, 'tsconfig.json'),
        files: [path.join(packageRoot, 'eval/tables/make-tables.ts')],
        include: [],
        compilerOptions: {
          rootDir: packageRoot,
          outDir: folder,
          noCheck: true,
          declaration: false,
          types: [],
        },
      }),
    );
    execFileSync(process.execPath, [path.join(packageRoot, 'node_modules/typescript/bin/tsc'), '-p', folder]);
    copyFileSync(path.join(packageRoot, 'package.json'), path.join(folder, 'package.json'));
    symlinkSync(path.join(packageRoot, 'node_modules'), path.join(folder, 'node_modules'));
    writeFileSync(path.join(folder, 'run.json'), JSON.stringify(madeRun()));
    writeFileSync(
      path.join(folder, 'print.js'),
      `import { readFileSync } from 'node:fs';
       import { makeTables } from './eval/tables/make-tables.js';
       const run = JSON.parse(readFileSync(new URL('run.json', import.meta.url), 'utf8'));
       const number = new Intl.NumberFormat().format(1234.5);
       process.stdout.write(JSON.stringify({ number, offset: new Date(0).getTimezoneOffset(), files: makeTables([run]) }));`,
    );
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test('change no byte', () => {
    const printed = execFileSync(process.execPath, [path.join(folder, 'print.js')], {
      env: { ...process.env, LC_ALL: 'de_DE.UTF-8', LANG: 'de_DE.UTF-8', TZ: 'Asia/Kolkata' },
      encoding: 'utf8',
      maxBuffer: 2 ** 26,
    });
    const { number, offset, files: theirs } = JSON.parse(printed);
    expect({ number, offset }).toEqual({ number: '1.234,5', offset: -330 });
    expect(theirs).toEqual(makeTables([madeRun()]));
  });
});
