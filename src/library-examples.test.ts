import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from './package-root.js';
import { temporaryFolder } from './temporary-folder.fixture.js';

const examples = [
  ...readFileSync(path.join(packageRoot, 'docs/library.md'), 'utf8').matchAll(/```ts\n([\s\S]*?)```/g),
];

test('docs/library.md has examples', () => expect(examples).toHaveLength(3));

/** As a user would run them: with the built package installed in a folder that holds a log. */
test.each(examples.map(([, code = ''], index) => ({ code, index })))(
  'example $index runs as it stands',
  async ({ code }) => {
    await using folder = await temporaryFolder();
    mkdirSync(path.join(folder.path, 'node_modules'));
    symlinkSync(packageRoot, path.join(folder.path, 'node_modules/leaktrail'));
    copyFileSync(
      path.join(packageRoot, 'datasets/dispatch-37-report/logs/router-a.log'),
      path.join(folder.path, 'server.log'),
    );
    const file = await folder.write('example.mjs', code);
    const output = execFileSync(process.execPath, [file], { cwd: folder.path, encoding: 'utf8' });
    expect(output).toContain('351');
  },
);
