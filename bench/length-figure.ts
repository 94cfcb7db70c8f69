import * as Plot from '@observablehq/plot';
import { drawn } from '../eval/tables/charts.js';
import { STRATEGIES } from '../src/context/chunk.js';
import type { Measured } from './length.js';

const WIDTH = 720;
const HEIGHT = 220;

/** Score of the rules, their time and the tokens of each strategy against the length of the logs, one below the other. */
export function lengthFigure(rows: readonly Measured[]): string {
  const scores = rows.flatMap(({ lines, scores: [leak = 0, cause = 0] }) => [
    { lines, value: leak, what: 'leak F1' },
    { lines, value: cause, what: 'root-cause F1' },
  ]);
  const seconds = rows.flatMap(({ lines, reading, answering }) => [
    { lines, value: reading, what: 'reading' },
    { lines, value: answering, what: 'rules' },
  ]);
  const tokens = rows.flatMap(({ lines, tokens: of }) =>
    STRATEGIES.map((what) => ({ lines, value: of[what], what })),
  );
  const panels = [
    panel(scores, { domain: [0, 1], label: 'score of the rules' }),
    panel(seconds, { zero: true, label: 'seconds' }),
    panel(tokens, { type: 'log', label: 'tokens', tickFormat: '~s' }),
  ];
  const placed = panels.map((svg, index) => svg.replace('<svg ', `<svg y="${index * HEIGHT}" `));
  const size = `width="${WIDTH}" height="${panels.length * HEIGHT}"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size} role="img" aria-label="Score, time and tokens by lines">\n${placed.join('')}</svg>\n`;
}

interface Point {
  readonly lines: number;
  readonly value: number;
  readonly what: string;
}

function panel(points: readonly Point[], y: Plot.ScaleOptions): string {
  // Names in the margin, the highest line first: beside their lines they would stand on top of each other.
  const lengths = [...new Set(points.map(({ lines }) => lines))];
  const longest = Math.max(...lengths);
  const names = points
    .filter(({ lines }) => lines === longest)
    .sort((one, other) => other.value - one.value)
    .map(({ what }) => what);
  return drawn({
    width: WIDTH,
    height: HEIGHT,
    marginLeft: 60,
    marginRight: 110,
    style: { fontFamily: 'Helvetica, Arial, sans-serif', fontSize: '12px', background: 'white' },
    x: { type: 'log', label: 'lines', ticks: lengths, tickFormat: (lines) => lines.toLocaleString('en') },
    y: { grid: true, ...y },
    color: { scheme: 'Observable10' },
    marks: [
      Plot.line(points, { x: 'lines', y: 'value', stroke: 'what', strokeWidth: 2 }),
      Plot.dot(points, { x: 'lines', y: 'value', fill: 'what', r: 3.5 }),
      ...names.map((name, index) =>
        Plot.text([name], {
          text: (what) => what,
          fill: (what) => what,
          frameAnchor: 'top-right',
          textAnchor: 'start',
          dx: 12,
          dy: 16 * index,
        }),
      ),
    ],
  });
}
