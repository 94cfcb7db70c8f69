import path from 'node:path';
import { expect, test } from 'vitest';
import { loadCase } from '../cases/load-case.js';
import { packageRoot } from '../package-root.js';
import { materialOfLogs } from './material-of-logs.js';
import { newCase } from './new-case.js';

const TOLD = {
  id: 'mine',
  title: 'A string is lost',
  link: 'https://example.org/1',
  system: 'a server',
  trigger: 'a request',
  consequence: 'memory grows',
  rootCause: 'not freed',
  licence: 'Apache-2.0',
};

/** case.yaml says of a log what `cases add` finds in it: role, tool, lines, bytes and hash. */
test.each(['lighttpd-2894', 'mosquitto-00b24e0e-xml', 'redis-beb94c901'])(
  'the log of %s is described as its case.yaml does',
  async (id) => {
    const { folder, about } = await loadCase(path.join(packageRoot, 'datasets', id));
    const files = about.logs.map(({ file }) => path.join(folder, file));
    const logs = await materialOfLogs({ files, roles: about.logs.map(({ role }) => role) });
    expect(newCase(TOLD, logs, null, new Date(0)).about.logs).toEqual(about.logs);
  },
);
