import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import ajv04 from 'ajv-draft-04';
import formats from 'ajv-formats';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { baselines } from '../analysts/baselines.js';
import { rules } from '../analysts/rules.js';
import { materialOfLogs } from '../evidence/material-of-logs.js';
import { packageRoot } from '../package-root.js';
import { analystSaying, brokerMaterial } from './broker.fixture.js';
import { attemptAll } from './diagnoses.js';
import { diagnose } from './diagnosis.js';
import { diagnosisSarif } from './diagnosis-sarif.js';

const require = createRequire(import.meta.url);
const schema = require.resolve('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json');
// One pattern of the schema is none under the stricter rules of `u`.
const ajv = new ajv04.default({ allErrors: true, strict: false, unicodeRegExp: false });
formats.default(ajv);
const validate = ajv.compile(JSON.parse(readFileSync(schema, 'utf8')));

/** What the SARIF schema has against a log: nothing where it is valid. */
function faultsOf(log: object): unknown[] {
  return validate(log) ? [] : (validate.errors ?? []).slice(0, 5);
}

const CASES: readonly (readonly [id: string, ...logs: string[]])[] = [
  ['dispatch-37', 'router-a.log', 'router-b.log'],
  ['lighttpd-2894', 'lighttpd.log.gz'],
  ['redis-beb94c901', 'redis.log.gz'],
  ['mosquitto-00b24e0e-xml', 'mosquitto.xml'],
  ['mosquitto-fixed', 'mosquitto.log'],
];
const materialOfCase = (id: string, logs: readonly string[]) =>
  materialOfLogs({
    files: logs.map((log) => path.join(packageRoot, 'datasets', id, 'logs', log)),
    roles: [],
  });

describe('SARIF keeps its schema', () => {
  test.each(CASES)('for %s', async (id, ...logs) => {
    const diagnosis = await diagnose(await materialOfCase(id, logs), rules);
    expect(faultsOf(diagnosisSarif(diagnosis))).toEqual([]);
  });

  test('for several analysts, one of which gives no answer', async () => {
    const largest = baselines.filter(({ name }) => name === 'largest-10');
    const attempts = await attemptAll(await materialOfCase('lighttpd-2894', ['lighttpd.log.gz']), [
      rules,
      ...largest,
      analystSaying({}),
    ]);
    expect(faultsOf(diagnosisSarif(...attempts.map(({ diagnosis }) => diagnosis)))).toEqual([]);
  });

  test('whatever functions, files and analysts are called', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', minLength: 1 }), fc.string(), async (name, file) => {
        const line = (text: string) => text.replace(/[\r\n]/g, '');
        const material = await brokerMaterial((text) =>
          text.replace('session_new', () => line(name)).replace('broker.c:12', () => line(`${file}:12`)),
        );
        const analyst = {
          ...analystSaying({ relationship: 'NO:<>', leak: `YES:<1,${name}>`, 'root-cause': 'YES:<1>' }),
          name,
        };
        expect(faultsOf(diagnosisSarif(await diagnose(material, analyst)))).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });

  test('and what does not keep it is found', () => {
    expect(faultsOf({ version: '2.1.0', runs: [{ tool: {} }] })).not.toEqual([]);
    const uri = { physicalLocation: { artifactLocation: { uri: 'not a uri' } } };
    const results = [{ message: { text: 'x' }, locations: [uri] }];
    expect(faultsOf({ version: '2.1.0', runs: [{ tool: { driver: { name: 'x' } }, results }] })).not.toEqual(
      [],
    );
  });
});
