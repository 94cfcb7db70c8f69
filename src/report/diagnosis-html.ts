import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { STAGES } from '../cases/truth.js';
import type { Material } from '../evidence/material.js';
import type { Frame } from '../log/document.js';
import { packageRoot } from '../package-root.js';
import type { Diagnosis } from './diagnosis.js';
import { STAGE_TITLES } from './diagnosis-terminal.js';
import { mergeGroups } from './inspection.js';
import { printable } from './printable.js';
import { timelineOf } from './timeline.js';

const TIMELINE_STEPS = 60;

/**
 * A diagnosis as one HTML file that works from the file system: the answers, the groups and the whole log, with every
 * cited record a click away. Text of logs and analysts is data that the page shows as text; the page's policy allows
 * its own script alone and no request to anywhere.
 */
export function diagnosisHtml(diagnosis: Diagnosis, material: Material): string {
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
<input id="search" type="search" placeholder="search the log: /" aria-label="search the log">
<span id="status" class="soft" role="status"></span>
<span class="grow"></span>
<span class="soft">/ search · n N next, previous · j k records</span>
<button id="theme" type="button">light / dark</button>
</header>
<main></main>
<aside aria-label="log">
<div class="tabs" role="tablist"></div>
<div id="log" tabindex="0"><div id="spacer"></div><div id="rows"></div></div>
</aside>
<script type="application/json" id="data">${inScript(JSON.stringify(pageData(diagnosis, material)))}</script>
<script>${script}</script>
</body>
</html>
`;
}

/** A script's hash as a Content-Security-Policy source (CSP Level 3, section 6.7.2.3). */
function hashSource(script: string): string {
  return `sha256-${createHash('sha256').update(script).digest('base64')}`;
}

/** JSON in which no character can end the script element that it stands in. */
function inScript(json: string): string {
  return json.replaceAll('<', '\\u003c').replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');
}

function pageData(diagnosis: Diagnosis, { logs }: Material): object {
  const documents = logs.map(({ document }) => document);
  const cited = diagnosis.citations.map(({ id }) => id);
  const isCited = new Set(cited);
  const records = documents.flatMap((document, log) =>
    document.records.map(({ id, kind, bytes, blocks, lines }) => [
      id,
      { log, kind, bytes, blocks, lines, cited: isCited.has(id) },
    ]),
  );
  return {
    stages: STAGES.map((stage) => {
      const { verdict, text, records: ids, error } = diagnosis.stages[stage];
      return { title: STAGE_TITLES[stage], verdict, text: printableLines(error ?? text), records: ids };
    }),
    cited,
    records: Object.fromEntries(records),
    groups: mergeGroups(documents).map(({ frames, kinds, bytes, blocks, records: ids }) => ({
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

function frameText({ function: name, file, line, object }: Frame): string {
  const place = file === null ? object : `${file}${line === null ? '' : `:${line}`}`;
  return printable(`${name ?? '???'}${place === null ? '' : ` (${place})`}`);
}

function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n');
}
