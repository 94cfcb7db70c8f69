/**
 * Drives the page of `diagnose --format html` in Chromium, from the file system: opened, searched, a citation clicked,
 * a hundred thousand lines scrolled, hostile text kept as text, no request and no error.
 * Chromium is taken from CHROMIUM or /usr/bin/chromium (Debian's package chromium).
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

const LINES = 100_000;
const HOSTILE = [
  '</script><script>document.title = "owned"</script>',
  '<img src=x onerror="document.title = \'owned\'">',
  '\x1b[31mred\x1b[0m \u202ebackwards\u202c \u2028 & <b>bold</b>',
];
const root = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(path.join(tmpdir(), 'leaktrail-'));
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
});
let passed = 0;

function pageOf(text, name) {
  const log = path.join(folder, `${name}.log`);
  writeFileSync(log, text);
  const words = ['dist/src/cli/main.js', 'diagnose', log, '--format', 'html'];
  const { stdout, status } = spawnSync(process.execPath, words, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  assert.equal(status, 0);
  const page = path.join(folder, `${name}.html`);
  writeFileSync(page, stdout);
  return page;
}

async function check(name, text, steps) {
  const page = await browser.newPage({ viewport: { width: 1400, height: 850 } });
  const errors = [];
  const requests = [];
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('request', (request) => requests.push(request.url()));
  const file = pathToFileURL(pageOf(text, name)).href;
  await page.goto(file);
  await steps(page);
  assert.deepEqual(errors, []);
  assert.deepEqual(requests, [file]);
  await page.close();
  passed++;
  console.log(`passed: ${name}`);
}

const highlighted = (page) => page.textContent('.line.here');
const router = readFileSync(path.join(root, 'datasets/dispatch-37/logs/router-a.log'), 'utf8');

try {
  await check('a citation leads to its line', router, async (page) => {
    await page.click('[data-record="1949"]');
    assert.match(await highlighted(page), /in loss record 1,949 of 2,275/);
    await page.keyboard.press('j');
    assert.match(await highlighted(page), /in loss record/);
    assert.ok((await page.$$('.line')).length < 300);
  });
  await check('a search leads to its line', router, async (page) => {
    await page.keyboard.press('/');
    await page.keyboard.type('neighbor LOST');
    await page.keyboard.press('Enter');
    assert.match(await highlighted(page), /Neighbor lost: QDR\.02/);
    const first = await page.textContent('#status');
    await page.keyboard.press('Escape');
    await page.keyboard.press('n');
    assert.notEqual(await page.textContent('#status'), first);
  });
  await check('light and dark', router, async (page) => {
    const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    await page.emulateMedia({ colorScheme: 'light' });
    const light = await paper();
    await page.emulateMedia({ colorScheme: 'dark' });
    assert.notEqual(await paper(), light);
    await page.click('#theme');
    assert.equal(await paper(), light);
  });
  const filler = 'Sun Nov 22 09:01:31 2026 SERVER (INFO) a line like any other\n'.repeat(LINES);
  await check('a hundred thousand lines scroll', filler + router, async (page) => {
    await page.$eval('#log', (log) => log.scrollTo(0, log.scrollHeight));
    await page.waitForFunction(() => document.querySelector('.line:last-child b').textContent === '107500');
    assert.ok((await page.$$('.line')).length < 300);
  });
  await check('hostile text stays text', `${HOSTILE.join('\n')}\n${router}`, async (page) => {
    assert.equal(await page.title(), 'leaktrail: memory leak diagnosis');
    assert.equal((await page.$$('#log img, #log script')).length, 0);
    assert.ok((await page.textContent('#rows')).includes(HOSTILE[0]));
  });
  console.log(`${passed} checks of the page passed`);
} finally {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
}
