import { create } from 'xmlbuilder2';
import type { Diagnosis } from './diagnosis.js';
import { type LeakGroup, leakGroups } from './leak-groups.js';
import { counted, grouped, printable, shorten } from './printable.js';

const LONGEST_NAME = 300;

/**
 * A diagnosis as JUnit XML, in the form that Jenkins documents (junit-10.xsd of its xUnit plugin): one suite a log, one
 * failed test a group of cited records. A log without any has one test that passes, or is skipped where the analyst
 * could not tell.
 */
export function diagnosisJunit(diagnosis: Diagnosis): string {
  const groups = leakGroups(diagnosis);
  const root = create({ version: '1.0', encoding: 'UTF-8' }).ele('testsuites', { name: 'leaktrail' });
  for (const { role } of diagnosis.logs) {
    const own = groups.filter(({ evidence: [first] }) => first.record.log === role);
    const skipped = own.length === 0 && diagnosis.stages.leak.verdict !== 'NO' && groups.length === 0 ? 1 : 0;
    const suite = root.ele('testsuite', {
      name: xmlText(role),
      tests: Math.max(1, own.length),
      failures: own.length,
      errors: 0,
      skipped,
    });
    for (const group of own) failedTest(suite, role, group);
    if (own.length > 0) continue;
    const test = suite.ele('testcase', { classname: xmlText(role), name: 'no memory leak' });
    if (skipped > 0) test.ele('skipped', { message: 'the analyst could not tell' });
  }
  return `${root.end({ prettyPrint: true })}\n`;
}

function failedTest(suite: ReturnType<typeof create>, role: string, group: LeakGroup): void {
  const { signature, evidence, bytes, blocks, records } = group;
  const [{ record }] = evidence;
  const test = suite.ele('testcase', {
    classname: xmlText(role),
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
