import { cp, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ONE_CASE } from './one-case.fixture.js';

/** What must be found in nothing that is sent or written when the case is asked about with `redact: true`. */
export const LOG_SECRETS = [
  'broker-9.acme.com',
  'client-1.acme.com',
  'relay.acme.com',
  'alice',
  'hunter2',
  '10.1.2.3',
  'build42',
  '00:1b:44:11:3a:b7',
  'eyJhbGciOiJI.eyJzdWIiOiIx.c2lnbmF0dXJl',
];

const LINES = `Sun Nov 22 09:01:01 2026 NET (INFO) hostname=build42 listens on 10.1.2.3
Sun Nov 22 09:01:02 2026 NET (INFO) link amqp://bob:hunter2@relay.acme.com/q of 00:1b:44:11:3a:b7 lost
Sun Nov 22 09:01:03 2026 NET (INFO) Authorization: Bearer eyJhbGciOiJI.eyJzdWIiOiIx.c2lnbmF0dXJl
Sun Nov 22 09:01:04 2026 NET (INFO) /home/alice/router.conf read for alice@mail.acme.com
Sun Nov 22 09:01:05 2026 NET (INFO) parser of /home/hash/grammar: token: 2761
`;

/**
 * Puts a case into a folder that is full of secrets: two hosts wrote the same report, so that its record ids hold their
 * names. One user is called like a part of many functions, and one token like the process: these are no secrets to keep.
 *
 * @returns the case's folder
 */
export async function secretiveCase(folder: string): Promise<string> {
  const copy = path.join(folder, 'dispatch-37-report');
  await cp(ONE_CASE, copy, { recursive: true });
  const log = path.join(copy, 'logs/router-a.log');
  const text = `${await readFile(log, 'utf8')}${LINES}`;
  await writeFile(log, text);
  await writeFile(path.join(copy, 'logs/router-b.log'), text);

  const about = path.join(copy, 'case.yaml');
  const yaml = await readFile(about, 'utf8');
  const [own = ''] = /^ {2}- file: logs\/router-a\.log\n(?: {4}.*\n)+/m.exec(yaml) ?? [];
  const first = own.replace('QDR.01', 'broker-9.acme.com');
  const second = own.replace('QDR.01', 'client-1.acme.com').replace('router-a', 'router-b');
  await writeFile(
    about,
    yaml
      .replace(own, first + second)
      .replace(/^title: .*/m, 'title: What broker-9.acme.com lost')
      .replace(/^system: .*/m, 'system: the router of relay.acme.com'),
  );
  const truth = path.join(copy, 'truth.json');
  await writeFile(
    truth,
    (await readFile(truth, 'utf8'))
      .replace(/"(20|22|351|253)"/g, '"broker-9.acme.com:$1"')
      .replace('"QDR.01", "QDR.02"', '"broker-9.acme.com", "client-1.acme.com"')
      .replace('"statement": "', '"statement": "As alice found: '),
  );
  return copy;
}
