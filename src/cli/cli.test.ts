import { execFileSync } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { packageRoot, packageVersion } from '../package-root.js';
import { chunkSchema } from '../report/chunk-schema.js';
import { inspectionSchema } from '../report/inspection-schema.js';
import { labellingSchema } from '../report/labelling-schema.js';
import { temporaryFolder } from '../temporary-folder.fixture.js';
import { runCli } from './run-cli.fixture.js';

const LOGS = path.join(packageRoot, 'datasets/dispatch-37/logs');
const ROUTER_A = path.join(LOGS, 'router-a.log');
const FIXED_A = path.join(packageRoot, 'datasets/dispatch-37-fixed/logs/router-a.log');

describe('a wrong call', () => {
  test.each([
    { words: ['inspect', '--wrong'], says: "unknown option '--wrong'" },
    { words: ['inspect'], says: "missing required argument 'log'" },
    { words: ['frobnicate'], says: "unknown command 'frobnicate'" },
    { words: ['chunk', ROUTER_A, '--budget', 'many'], says: 'expected a whole number of at least 1' },
    { words: ['chunk', ROUTER_A, '--strategy', 'guess'], says: 'Allowed choices are whole, lines, records' },
    { words: ['diagnose', ROUTER_A, '--model', 'nobody'], says: 'no analyst is called nobody' },
    { words: ['diagnose', ROUTER_A, '--model', 'foo:bar'], says: 'no provider is called foo' },
    { words: ['diagnose', ROUTER_A, '--fail-on', 'new'], says: '--fail-on new needs --baseline FILE' },
    { words: ['diagnose', ROUTER_A, '--baseline', 'b.json'], says: '--baseline is for --fail-on' },
    { words: ['bench', 'nowhere.yaml'], says: 'nowhere.yaml: no such experiment file' },
    { words: ['inspect', ROUTER_A, '--role', 'a', '--role', 'b'], says: '2 roles for 1 logs' },
  ])('$words exits with 2 and one line', async ({ words, says }) => {
    const { code, stdout, stderr } = await runCli(words);
    expect(stderr).toMatch(/^leaktrail: /);
    expect(stderr).toContain(says);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });

  test('a model without its key names the variable to set', async () => {
    await using folder = await temporaryFolder();
    const { code, stderr } = await runCli(['diagnose', ROUTER_A, '--model', 'openai:gpt-4.1'], {
      cwd: folder.path,
    });
    expect(stderr).toContain('OPENAI_API_KEY is not set');
    expect(code).toBe(2);
  });
});

describe('a log that is none', () => {
  test('missing, empty and binary files: one line with the file, exit 1', async () => {
    await using folder = await temporaryFolder();
    const empty = await folder.write('empty.log', '');
    const binary = await folder.write('binary.log', readFileSync(process.execPath).subarray(0, 4096));
    const missing = path.join(folder.path, 'missing.log');
    for (const [file, says] of [
      [empty, 'the log is empty'],
      [binary, 'not a text file'],
      [missing, 'no such file'],
      [folder.path, 'is a directory'],
    ] as const) {
      const { code, stderr, stdout } = await runCli(['inspect', file]);
      expect(stderr).toContain(`leaktrail: ${file}: ${says}`);
      expect(stderr.trim().split('\n')).toHaveLength(2);
      expect([code, stdout]).toEqual([1, '']);
    }
  });

  test('a log cut short is read as far as it goes, and that is said', async () => {
    await using folder = await temporaryFolder();
    const cut = await folder.write('cut.log', readFileSync(ROUTER_A).subarray(0, 200_000));
    const { code, stdout } = await runCli(['inspect', cut]);
    expect(code).toBe(0);
    expect(stdout).toContain('cut short');
  });
});

describe('inspect', () => {
  test.each(['dispatch-37', 'dispatch-37-fixed'])('--json of %s agrees with what grep counts', async (id) => {
    const file = path.join(packageRoot, 'datasets', id, 'logs/router-a.log');
    const { stdout, code } = await runCli(['inspect', file, '--json']);
    const { records, logs } = inspectionSchema.parse(JSON.parse(stdout));
    expect(code).toBe(0);
    for (const kind of ['definitely lost', 'indirectly lost', 'possibly lost', 'still reachable']) {
      const found = records.filter((record) => record.kind === kind.replace(' ', '-'));
      expect(found).toHaveLength(grepCount(`are ${kind} in loss record`, file));
    }
    expect(logs[0]?.lines).toBe(grepCount('', file));
  });
});

/** `grep -c`, which exits with 1 when it counts none. */
function grepCount(text: string, file: string): number {
  try {
    return Number(execFileSync('grep', ['-c', '-F', '--', text, file], { encoding: 'utf8' }));
  } catch (error) {
    return Number((error as { stdout: string }).stdout);
  }
}

test('diagnose tells what is lost, why, and on which lines', async () => {
  const { stdout, code } = await runCli(['diagnose', ROUTER_A, path.join(LOGS, 'router-b.log')]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/Is memory leaked\? {2}YES {2}\d+ records/);
  expect(stdout).toMatch(
    /\d+ ==2738== [\d,]+ .*bytes in [\d,]+ blocks are (?:definitely|possibly) lost in loss record/,
  );
  expect(stdout).toContain('all in the logs.');
});

test('in CI only leaks that the baseline does not hold fail, and they are named', async () => {
  await using folder = await temporaryFolder();
  const [leaky, mended] = ['redis-beb94c901', 'redis-beb94c901-fixed'].map((id) =>
    path.join(packageRoot, 'datasets', id, 'logs/redis.log.gz'),
  ) as [string, string];
  const checked = async (log: string, known: string) => {
    const { stdout } = await runCli(['diagnose', known, '--json']);
    const baseline = await folder.write('baseline.json', stdout);
    return runCli(['diagnose', log, '--format', 'junit', '--fail-on', 'new', '--baseline', baseline]);
  };
  expect(await checked(leaky, leaky)).toMatchObject({ code: 0, stderr: '' });
  const { code, stderr } = await checked(leaky, mended);
  expect(stderr).toMatch(
    /^leaktrail: 1 leak found that the baseline does not hold \(--fail-on new\)\n {2}1,360 bytes definitely lost, record 1: /,
  );
  expect(code).toBe(1);
});

test('label tells what a fix removed', async () => {
  const { stdout, code } = await runCli(['label', '--before', ROUTER_A, '--after', FIXED_A, '--json']);
  expect(code).toBe(0);
  const { records, groups } = labellingSchema.strict().parse(JSON.parse(stdout));
  expect(records).toContain('1949');
  expect(groups.some((group) => group.change === 'gone')).toBe(true);
});

test('label --write leaves the relationship, and a file as cases are written', async () => {
  await using folder = await temporaryFolder();
  const [before, after] = ['mosquitto-00b24e0e', 'mosquitto-00b24e0e-fixed'].map((id) =>
    path.join(packageRoot, 'datasets', id),
  ) as [string, string];
  const made = path.join(folder.path, 'mosquitto-00b24e0e');
  cpSync(before, made, { recursive: true });
  const log = path.join(made, 'logs/mosquitto.log');
  const fixed = path.join(after, 'logs/mosquitto.log');
  expect((await runCli(['label', '--before', log, '--after', fixed, '--write', made])).code).toBe(0);

  const written = readFileSync(path.join(made, 'truth.json'), 'utf8');
  expect(written).toContain('"records": ["7", "8", "11", "12", "13", "14"],\n');
  expect(JSON.parse(written).relationship.processes).toEqual([['dashboard', 'mosquitto']]);
});

test('chunk prints one JSON line a chunk', async () => {
  const { stdout } = await runCli([
    'chunk',
    ROUTER_A,
    '--strategy',
    'records',
    '--budget',
    '20000',
    '--json',
  ]);
  const chunks = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(chunks.length).toBeGreaterThan(3);
  for (const chunk of chunks) {
    chunkSchema.strict().parse(chunk);
    expect(chunk.tokens).toBeLessThanOrEqual(20_000);
  }
});

test('score grades answers from a file, and names the line that is wrong', async () => {
  await using folder = await temporaryFolder();
  const answer = { case: 'dispatch-37-report', stage: 'leak', text: 'YES: {351, 20, 22, 253}' };
  const good = await folder.write('good.jsonl', `${JSON.stringify(answer)}\n`);
  const { stdout } = await runCli(['score', good, '--json']);
  expect(JSON.parse(stdout)).toMatchObject({
    case: 'dispatch-37-report',
    stage: 'leak',
    verdict: 'YES',
    records: ['351', '20', '22', '253'],
    grade: { outcome: 'right', records: { right: 3, wrong: 0, neutral: 1, missed: 0, f1: 1 } },
  });
  const bad = await folder.write('bad.jsonl', `${JSON.stringify(answer)}\n{"case": 7}\n`);
  const { code, stderr } = await runCli(['score', bad]);
  expect(stderr).toMatch(/bad\.jsonl:2: /);
  expect(code).toBe(1);
});

test('--version and --help tell what they should', async () => {
  expect((await runCli(['--version'])).stdout.trim()).toBe(packageVersion());
  const { stdout, code } = await runCli(['diagnose', '--help']);
  expect(stdout).toContain('--model <name>');
  expect(code).toBe(0);
});

test('output into a closed pipe is no error', () => {
  const main = path.join(packageRoot, 'dist/src/cli/main.js');
  const shell = `"${process.execPath}" "${main}" inspect "${ROUTER_A}" --records 2>&1 | head -n 1; echo "$\{PIPESTATUS[0]}"`;
  expect(execFileSync('bash', ['-c', shell], { encoding: 'utf8' }).trim().split('\n')).toHaveLength(2);
});

test('vary makes a case that is sound, with the truth that follows', async () => {
  await using folder = await temporaryFolder();
  const made = await runCli(['vary', 'lighttpd-2894', '--cull', '--renumber', '--out', folder.path]);
  expect(made.stdout).toContain('1 log, leak NO');
  const checked = await runCli(['cases', 'check', '--datasets', folder.path]);
  expect(checked.stdout).toBe('1 case checked: all sound\n');
  const again = await runCli(['vary', 'lighttpd-2894', '--cull', '--renumber', '--out', folder.path]);
  expect(again.stderr).toContain('there is something already');
});

test('cases check names file and line of what is wrong', async () => {
  await using folder = await temporaryFolder();
  cpSync(
    path.join(packageRoot, 'datasets/dispatch-37-report'),
    path.join(folder.path, 'dispatch-37-report'),
    {
      recursive: true,
    },
  );
  const check = () => runCli(['cases', 'check', '--datasets', folder.path]);
  expect((await check()).code).toBe(0);

  const truth = path.join(folder.path, 'dispatch-37-report/truth.json');
  writeFileSync(truth, readFileSync(truth, 'utf8').replace('"20", "22", "351"', '"20", "22", "351", "9999"'));
  const stranger = await check();
  expect(stranger.stdout).toMatch(/truth\.json:\d+: record 9999 is in no log of the case/);
  expect(stranger.code).toBe(1);

  const about = path.join(folder.path, 'dispatch-37-report/case.yaml');
  writeFileSync(about, readFileSync(about, 'utf8').replace('system:', 'sistem:'));
  const field = await check();
  expect(field.stdout).toMatch(/case\.yaml:\d+: .*sistem/);
  expect(field.code).toBe(1);
});

test('cases add makes a sound case of logs from before and after a fix', async () => {
  await using folder = await temporaryFolder();
  const log = path.join(packageRoot, 'datasets/mosquitto-00b24e0e/logs/mosquitto.log');
  const after = path.join(packageRoot, 'datasets/mosquitto-00b24e0e-fixed/logs/mosquitto.log');
  const words = ['cases', 'add', 'mine', '--log', log, '--after', after, '--datasets', folder.path];
  const asked = await runCli(words);
  expect(asked.stderr).toContain(
    'give --title, --link, --system, --trigger, --consequence, --root-cause, --licence',
  );
  expect(asked.code).toBe(2);

  const told = [
    '--title',
    'Will properties are lost',
    '--link',
    'https://example.org/1',
    '--system',
    'a broker',
  ];
  const more = [
    '--trigger',
    'a refused client',
    '--consequence',
    'memory grows',
    '--root-cause',
    'not freed',
  ];
  const made = await runCli([...words, ...told, ...more, '--licence', 'EPL-2.0']);
  expect(made.stdout).toContain('leak YES, 6 records');
  expect(readdirSync(path.join(folder.path, 'mine/logs'))).toEqual(['mosquitto.log.gz']);
  const checked = await runCli(['cases', 'check', '--datasets', folder.path]);
  expect(checked.stdout).toBe('1 case checked: all sound\n');
});
