import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { STAGES } from '../cases/truth.js';
import { LeaktrailError } from '../error.js';
import type { Material } from '../evidence/material.js';
import type { Frame } from '../log/document.js';
import { packageRoot } from '../package-root.js';
import { STAGE_TITLES, verdictText } from './answer-view.js';
import { relationsOf } from './diagnoses.js';
import { sideBySide, usageRows } from './diagnoses-view.js';
import type { Diagnosis } from './diagnosis.js';
import { headlineOf } from './headline.js';
import { mergeGroups } from './inspection.js';
import { grouped, printable } from './printable.js';
import { timelineOf } from './timeline.js';

const TIMELINE_STEPS = 60;
/** Bytes of the logs that a page holds: a browser opens no page of a gigabyte. */
const LARGEST = 1 << 27;

/**
 * Diagnoses of the same logs as one HTML file that works from the file system: the answers, side by side where there
 * are several, the groups and the whole log, with every cited record a click away. Text of logs and analysts is data
 * that the page shows as text; the page's policy allows its own script alone and no request to anywhere.
 * Throws a `LeaktrailError` of code `usage` for logs that are too large to be held by a page.
 */
export function diagnosisHtml(diagnoses: readonly Diagnosis[], material: Material): string {
  checkSize(material);
  const [style, script] = ['viewer.css', 'viewer.js'].map((name) =>
    readFileSync(path.join(packageRoot, 'viewer', name), 'utf8'),
  ) as [string, string];
  const policy = `default-src 'none'; script-src '${hashSource(script)}'; style-src 'unsafe-inline'`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>leaktrail: memory leak diagnosis</title>
<style>${style}</style>
</head>
<body>
<header>
<h1>Memory leak diagnosis</h1>
<input id="search" type="search" placeholder="Search the log" aria-label="Search the log" aria-keyshortcuts="/">
<span id="keys" class="soft"><kbd>/</kbd> search <kbd>n</kbd> <kbd>N</kbd> next, previous match <kbd>j</kbd> <kbd>k</kbd> next, previous cited record</span>
<button id="theme" type="button">Light or dark</button>
</header>
<main aria-label="diagnosis"></main>
<aside aria-label="logs">
<div class="bar-of-log"><div class="tabs" role="tablist" aria-label="logs"></div><span id="status" role="status"></span></div>
<div id="log" role="tabpanel" tabindex="0"><div id="spacer"></div><div id="rows"></div></div>
</aside>
<script type="application/json" id="data">${inScript(JSON.stringify(pageData(diagnoses, material)))}</script>
<script>${script}</script>
</body>
</html>
`;
}

function checkSize({ logs }: Material): void {
  const bytes = logs.reduce((sum, { text }) => sum + text.byteCount, 0);
  if (bytes <= LARGEST) return;
  throw new LeaktrailError('usage', `a page cannot hold logs of ${grouped(bytes)} bytes`, {
    hint: `at most ${grouped(LARGEST)} bytes; --format md shows the cited lines alone`,
  });
}

/** A script's hash as a Content-Security-Policy source (CSP Level 3, section 6.7.2.3). */
function hashSource(script: string): string {
  return `sha256-${createHash('sha256').update(script).digest('base64')}`;
}

/** JSON in which no character can end the script element that it stands in. */
function inScript(json: string): string {
  return json.replaceAll('<', '\\u003c').replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');
}

function pageData(diagnoses: readonly Diagnosis[], { logs }: Material): object {
  const documents = logs.map(({ document }) => document);
  const cited = [...new Set(diagnoses.flatMap(({ citations }) => citations.map(({ id }) => id)))];
  const isCited = new Set(cited);
  const records = documents.flatMap((document, log) =>
    document.records.map(({ id, kind, bytes, blocks, lines }) => [
      id,
      { log, kind, bytes, blocks, lines, cited: isCited.has(id) },
    ]),
  );
  return {
    headlines: diagnoses.map(headline),
    stages: stagesOf(diagnoses),
    usage: usageRows(diagnoses),
    cited,
    records: Object.fromEntries(records),
    groups: mergeGroups(documents).map(({ signature, frames, kinds, bytes, blocks, records: ids }) => ({
      title: printable(signature),
      frames: frames.map(frameText),
      kinds: Object.keys(kinds),
      bytes,
      blocks,
      records: ids,
    })),
    timelines: documents.flatMap((document) => {
      const timeline = timelineOf(document, TIMELINE_STEPS);
      return timeline === null ? [] : [{ role: document.role, ...timeline }];
    }),
    logs: logs.map(({ document, text }) => ({
      role: document.role,
      lines: text.range(1, text.lineCount).map(printable),
    })),
  };
}

function headline(diagnosis: Diagnosis): object {
  const { analyst, stages } = diagnosis;
  const found = headlineOf(diagnosis);
  return {
    analyst: printable(analyst),
    verdict: stages.leak.verdict,
    verdictText: verdictText(stages.leak),
    lost: found?.lost ?? null,
    cause: found?.cause ?? '',
    record: found?.evidence?.record.id ?? null,
    frames: found?.evidence?.record.frames.map(frameText) ?? [],
  };
}

/** The answers by stage; what sets them side by side is there for several alone. */
function stagesOf(diagnoses: readonly Diagnosis[]): object[] {
  const views = diagnoses.length > 1 ? sideBySide(diagnoses) : [];
  return STAGES.map((stage, index) => ({
    title: STAGE_TITLES[stage],
    rows: views[index]?.rows ?? [],
    shares: views[index]?.shares ?? [],
    answers: diagnoses.map(({ analyst, stages }) => {
      const answer = stages[stage];
      return {
        analyst: printable(analyst),
        verdict: answer.verdict,
        verdictText: verdictText(answer),
        text: printableLines(answer.error ?? answer.words),
        relations: relationsOf(answer).map(printable),
        records: answer.records,
      };
    }),
  }));
}

function frameText({ function: name, file, line, object }: Frame): string {
  const place = file === null ? object : `${file}${line === null ? '' : `:${line}`}`;
  return printable(`${name ?? '???'}${place === null ? '' : ` (${place})`}`);
}

function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n');
}
