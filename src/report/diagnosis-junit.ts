import { create } from 'xmlbuilder2';
import type { Diagnosis, StageAnswer } from './diagnosis.js';
import { type LeakGroup, leakGroups } from './leak-groups.js';
import { counted, grouped, printable, shorten } from './printable.js';

const LONGEST_NAME = 300;

type Element = ReturnType<typeof create>;

/**
 * Diagnoses of the same logs as JUnit XML (docs/schemas/junit.xsd): one suite
 * for each log and analyst, one failed test for each group of cited records. A log without any has one test: it passes,
 * is skipped where the analyst could not tell, or is in error where there is no answer.
 */
export function diagnosisJunit(...diagnoses: readonly Diagnosis[]): string {
  const suites = diagnoses.flatMap((diagnosis) => suitesOf(diagnosis, diagnoses.length > 1));
  const total = (of: (suite: Suite) => number) => suites.reduce((sum, suite) => sum + of(suite), 0);
  const root = create({ version: '1.0', encoding: 'UTF-8' }).ele('testsuites', {
    name: 'leaktrail',
    tests: total(testsOf),
    failures: total(({ groups }) => groups.length),
    errors: total(({ state }) => (state === 'error' ? 1 : 0)),
  });
  for (const suite of suites) writeSuite(root, suite);
  return `${root.end({ prettyPrint: true })}\n`;
}

/** What one analyst says of one log. */
interface Suite {
  readonly name: string;
  readonly groups: readonly LeakGroup[];
  /** Of the one test that a suite without groups has. */
  readonly state: 'passed' | 'skipped' | 'error';
  /** Why it is skipped or in error. */
  readonly reason: string;
}

function suitesOf(diagnosis: Diagnosis, named: boolean): Suite[] {
  const { analyst, logs, stages } = diagnosis;
  const all = leakGroups(diagnosis);
  const own = (role: string) => all.filter(({ evidence: [first] }) => first.record.log === role);
  const outcome = all.length > 0 ? PASSED : withoutGroups(stages.leak);
  return logs.map(({ role }) => ({
    name: named ? `${analyst}: ${role}` : role,
    groups: own(role),
    ...outcome,
  }));
}

const PASSED = { state: 'passed', reason: '' } as const;

/** What a diagnosis comes to that shows no leak in any log. */
function withoutGroups({ verdict, error }: StageAnswer): Pick<Suite, 'state' | 'reason'> {
  if (error !== null) return { state: 'error', reason: error };
  if (verdict === 'NO') return PASSED;
  if (verdict === 'YES')
    return { state: 'error', reason: 'a leak, but no record of the logs is cited for it' };
  return { state: 'skipped', reason: 'the analyst could not tell' };
}

function testsOf({ groups }: Suite): number {
  return Math.max(1, groups.length);
}

function writeSuite(root: Element, suite: Suite): void {
  const { groups, state, reason } = suite;
  const name = xmlText(suite.name);
  const element = root.ele('testsuite', {
    name,
    tests: testsOf(suite),
    failures: groups.length,
    errors: state === 'error' ? 1 : 0,
    skipped: state === 'skipped' ? 1 : 0,
  });
  for (const group of groups) failedTest(element, name, group);
  if (groups.length > 0) return;
  const test = element.ele('testcase', { classname: name, name: 'no memory leak' });
  if (state === 'skipped') test.ele('skipped', { message: xmlText(reason) });
  if (state === 'error') test.ele('error', { type: 'no answer', message: xmlText(reason) });
}

function failedTest(
  suite: Element,
  classname: string,
  { signature, evidence, bytes, blocks, records }: LeakGroup,
): void {
  const [{ record }] = evidence;
  const test = suite.ele('testcase', {
    classname,
    name: xmlText(shorten(`${record.kind}: ${signature}`, LONGEST_NAME)),
  });
  const message = `${grouped(bytes)} bytes in ${counted(blocks, 'block')} ${record.kind.replace('-', ' ')} (record ${records.join(', ')})`;
  const details = evidence.map((one) => `${one.file}:${one.record.lines[0]}\n${one.text.join('\n')}`);
  test.ele('failure', { type: record.kind, message: xmlText(message) }).txt(details.map(lines).join('\n\n'));
}

function lines(text: string): string {
  return text.split('\n').map(xmlText).join('\n');
}

/** Text with only characters that XML 1.0 (section 2.2) allows. */
function xmlText(text: string): string {
  return printable(wellFormed(text)).replace(/[\ufffe\uffff]/g, '\ufffd');
}

/** Half a surrogate pair is no character. */
function wellFormed(text: string): string {
  return text.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd');
}
