/**
 * Drives the page of `diagnose --format html` in Chromium, from the file system: opened, read, searched, a citation
 * clicked, gone through with the keyboard alone, a hundred thousand lines scrolled, two analysts side by side, light,
 * dark and narrow, hostile text kept as text, no request and no error.
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
/** As a demangled name could be: no space, so that the report still reads as one. */
const HOSTILE_NAME = '<img/src=x/onerror=document.title=`owned`>';
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

function pageOf(text, name, more) {
  const log = path.join(folder, `${name}.log`);
  writeFileSync(log, text);
  const words = ['dist/src/cli/main.js', 'diagnose', log, '--format', 'html', ...more];
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

/** @param more further words for the command line */
async function check(name, text, steps, more = []) {
  const page = await browser.newPage({ viewport: { width: 1400, height: 850 } });
  const errors = [];
  const requests = [];
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('request', (request) => requests.push(request.url()));
  const file = pathToFileURL(pageOf(text, name, more)).href;
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

/** Contrast of two colours as CSS computes them (WCAG 2.2, relative luminance). */
function contrast(one, other) {
  const luminance = (colour) => {
    const [red, green, blue] = colour
      .match(/[\d.]+/g)
      .map((value) => Number(value) / 255)
      .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

/** Colours of a text and of what it stands on. */
const coloursOf = (page, selector) =>
  page.$eval(selector, (element) => {
    let ground = element;
    while (getComputedStyle(ground).backgroundColor === 'rgba(0, 0, 0, 0)') ground = ground.parentElement;
    return [getComputedStyle(element).color, getComputedStyle(ground).backgroundColor];
  });
const READ = [
  '.card dt',
  '.card dd',
  '.badge',
  '.soft',
  '.line b',
  '.line.here span',
  '[data-record]',
  '#status',
];

try {
  await check('the first screen says what leaks, why and where', router, async (page) => {
    const card = page.locator('.card');
    assert.match(
      await card.textContent(),
      /Memory is leaked YES.*Lost.*bytes.*Cause.*First evidence.*lines/s,
    );
    assert.ok((await card.boundingBox()).height < 850);
    assert.match(await card.locator('.stack li').first().textContent(), /^(?:malloc|calloc|realloc)/);
  });
  await check('the keyboard alone opens a record, another log line and a log', router, async (page) => {
    const onRecord = () => page.evaluate(() => document.activeElement.matches('[data-record]'));
    for (let steps = 0; steps < 10 && !(await onRecord()); steps++) await page.keyboard.press('Tab');
    const outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
    assert.equal(outline, 'solid');
    await page.keyboard.press('Enter');
    assert.match(await highlighted(page), /in loss record/);
    assert.match(
      await page.textContent('#status'),
      /^record \d+: .* bytes? in .* blocks?, .* lost · .*, line/,
    );
    assert.equal(await page.getAttribute(':focus', 'aria-current'), 'true');
    await page.focus('[role="tab"]');
    await page.keyboard.press('ArrowRight');
    assert.equal(await page.getAttribute(':focus', 'aria-selected'), 'true');
    await page.focus('#log');
    await page.keyboard.press('End');
    await page.waitForFunction(() => document.querySelector('.line:last-child b').textContent === '7500');
  });
  await check('every text can be read, light and dark', router, async (page) => {
    await page.click('[data-record]');
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme });
      for (const selector of READ) {
        const ratio = contrast(...(await coloursOf(page, selector)));
        assert.ok(ratio >= 4.5, `${selector} has a contrast of ${ratio.toFixed(2)} in ${colorScheme}`);
      }
    }
  });
  await check('a narrow window shows the diagnosis above the log', router, async (page) => {
    await page.setViewportSize({ width: 390, height: 800 });
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
    await page.click('[data-record]');
    assert.ok(await page.locator('.line.here').first().isVisible());
  });
  await check(
    'two analysts stand side by side',
    router,
    async (page) => {
      assert.deepEqual(await page.locator('thead').first().locator('th').allTextContents(), [
        'rules',
        'largest-10',
      ]);
      assert.equal(await page.locator('.card').count(), 2);
      await page.locator('.chips', { hasText: 'both' }).first().locator('[data-record]').first().click();
      assert.match(await highlighted(page), /in loss record/);
    },
    ['--model', 'rules', '--model', 'largest-10'],
  );
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
    assert.match(first, /^line [\d,]+ · match 1 of \d+$/);
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
  const named = router.replaceAll('qd_log_impl (', `${HOSTILE_NAME} (`);
  await check('<i>hostile text stays text', `${HOSTILE.join('\n')}\n${named}`, async (page) => {
    assert.equal(await page.title(), 'leaktrail: memory leak diagnosis');
    assert.equal(await page.locator('img, i, #log script, main script').count(), 0);
    assert.ok((await page.textContent('#rows')).includes(HOSTILE[0]));
    assert.ok((await page.textContent('.card')).includes(HOSTILE_NAME));
    assert.match(await page.textContent('[role="tab"]'), /^<i>hostile text/);
  });
  console.log(`${passed} checks of the page passed`);
} finally {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
}
