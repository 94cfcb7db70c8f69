import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { figureOf } from '../figures.js';
import { type ContestantMetrics, caseValues } from '../metrics.js';
import type { Reliability } from '../reliability.js';
import type { ScoredRun } from '../score-run.js';
import { titleOf } from './stage-title.js';
import type { TableFile } from './table.js';

const WIDTH = 760;
const ROW = 26;
const NAME_WIDTH = 190;
const FONT = 'Helvetica, Arial, sans-serif';
const INK = '#1b1f24';
const MARK = '#3b6ea5';

/**
 * The figures of a run as SVG files. Nothing in them depends on fonts of the machine, on its locale or on its clock.
 * `rows` are its metrics over all cases, the best contestant first.
 */
export function chartsOf(
  run: ScoredRun,
  rows: readonly ContestantMetrics[],
  reliability: readonly Reliability[],
): TableFile[] {
  const charts: [name: string, plot: Plot.PlotOptions | null][] = [
    ['accuracy', accuracyChart(rows)],
    ['stages', stagesChart(run, rows)],
    ['cases', casesChart(run, rows)],
    ['tokens', tokensChart(rows)],
    ['reliability', reliabilityChart(rows, reliability)],
  ];
  return charts.flatMap(([name, plot]) =>
    plot === null ? [] : [{ path: `${run.name}/${name}.svg`, text: drawn(plot) }],
  );
}

/** Diagnosed cases with their intervals, by contestant. */
function accuracyChart(rows: readonly ContestantMetrics[]): Plot.PlotOptions | null {
  const points = rows.flatMap(({ contestant, figures }) => {
    const estimate = figures.get('diagnosed');
    return estimate === undefined ? [] : [{ contestant, ...estimate }];
  });
  if (points.length === 0) return null;
  return {
    ariaLabel: 'Share of cases diagnosed by each contestant, with 95% intervals',
    ...frame(points.length),
    x: { domain: [0, 1], grid: true, label: 'cases diagnosed, with 95% interval' },
    y: { domain: points.map(({ contestant }) => contestant), label: null, tickFormat: shortened },
    marks: [
      Plot.ruleY(points, { y: 'contestant', x1: 'low', x2: 'high', stroke: MARK, strokeWidth: 2 }),
      Plot.dot(points, { x: 'value', y: 'contestant', r: 4.5, fill: MARK }),
      Plot.ruleX([0], { stroke: INK }),
    ],
  };
}

/** Right verdicts of each stage, by contestant. */
function stagesChart(run: ScoredRun, rows: readonly ContestantMetrics[]): Plot.PlotOptions {
  const bars = rows.flatMap(({ contestant, stages }) =>
    stages.map(({ stage, outcomes }) => ({
      contestant,
      stage: titleOf(stage),
      share: outcomes.planned === 0 ? 0 : outcomes.right / outcomes.planned,
    })),
  );
  return {
    ariaLabel: 'Share of right verdicts at each stage, by contestant',
    ...frame(rows.length),
    x: { domain: [0, 1], ticks: [0, 0.5, 1], tickFormat: '.1f', grid: true, label: 'right verdicts' },
    y: { domain: rows.map(({ contestant }) => contestant), label: null, tickFormat: shortened },
    fx: { domain: run.stages.map(titleOf), label: null, padding: 0.12 },
    marks: [
      Plot.barX(bars, { x: 'share', y: 'contestant', fx: 'stage', fill: MARK, insetTop: 3, insetBottom: 3 }),
      Plot.ruleX([0], { stroke: INK }),
    ],
  };
}

/** Leak F1 of every contestant on every case as it is; on the variants where there is nothing else. */
function casesChart(run: ScoredRun, rows: readonly ContestantMetrics[]): Plot.PlotOptions | null {
  const figure = figureOf('leak-f1');
  const asTheyAre = run.cases.filter((id) => run.keys.get(id)?.variantOf === undefined);
  const shown = asTheyAre.length > 0 ? asTheyAre : run.cases;
  const cells = rows.flatMap(({ contestant }) => {
    const sittings = run.sittings.filter(
      (sitting) => sitting.contestant === contestant && shown.includes(sitting.case),
    );
    return [...caseValues(figure, sittings)].map(([id, f1]) => ({
      contestant,
      case: id,
      f1,
      text: f1.toFixed(2),
    }));
  });
  if (cells.length === 0) return null;
  return {
    ariaLabel: 'Leak F1 of each contestant on each case',
    // A row a case: a run has more cases than contestants, and each keeps room for its figure.
    ...frame(0),
    width: 330 + 44 * rows.length,
    height: 140 + 17 * shown.length,
    marginLeft: 200,
    marginRight: 130,
    marginTop: 130,
    marginBottom: 10,
    padding: 0.04,
    x: {
      domain: rows.map(({ contestant }) => contestant),
      axis: 'top',
      tickFormat: shortened,
      tickRotate: -40,
      label: null,
    },
    y: { domain: shown, label: null },
    color: { type: 'linear', domain: [0, 1], range: ['#f3f1ec', MARK] },
    marks: [
      Plot.cell(cells, { x: 'contestant', y: 'case', fill: 'f1' }),
      Plot.text(cells, {
        x: 'contestant',
        y: 'case',
        text: 'text',
        fill: (cell: { f1: number }) => (cell.f1 > 0.6 ? 'white' : INK),
        fontSize: 9,
      }),
    ],
  };
}

/** Leak F1 against the tokens spent, of the contestants that spend any. */
function tokensChart(rows: readonly ContestantMetrics[]): Plot.PlotOptions | null {
  const points = rows.flatMap(({ contestant, figures, spending }) => {
    const f1 = figures.get('leak-f1');
    const tokens = (spending.inputTokens ?? 0) + (spending.outputTokens ?? 0);
    return f1 === undefined || tokens === 0 ? [] : [{ contestant, f1: f1.value, tokens }];
  });
  if (points.length === 0) return null;
  return {
    ariaLabel: 'Leak F1 against tokens spent, by contestant',
    ...frame(12),
    marginLeft: 48,
    marginRight: 120,
    x: { type: 'log', grid: true, label: 'tokens of all requests', tickFormat: '~s' },
    y: { domain: [0, 1], grid: true, label: 'leak F1' },
    marks: [
      Plot.dot(points, { x: 'tokens', y: 'f1', r: 4.5, fill: MARK }),
      Plot.text(points, {
        x: 'tokens',
        y: 'f1',
        text: (point: { contestant: string }) => shortened(point.contestant),
        dx: 8,
        textAnchor: 'start',
        fill: INK,
      }),
    ],
  };
}

/** More panels than these do not fit side by side. */
const MOST_PANELS = 4;
const PANEL = 190;

/** How much of what was called likely is real, for the best contestants that give probabilities. */
function reliabilityChart(
  rows: readonly ContestantMetrics[],
  measured: readonly Reliability[],
): Plot.PlotOptions | null {
  const names = rows
    .map(({ contestant }) => contestant)
    .filter((contestant) => measured.some((one) => one.contestant === contestant))
    .slice(0, MOST_PANELS);
  if (names.length === 0) return null;
  const points = measured
    .filter(({ contestant }) => names.includes(contestant))
    .flatMap(({ contestant, bins }) => bins.map((bin) => ({ contestant, ...bin })));
  const share = { domain: [0, 1], ticks: [0, 0.5, 1], tickFormat: '.1f', grid: true };
  return {
    ariaLabel: 'How much of what was called a leak with a probability is one, by probability',
    ...frame(0),
    width: 90 + names.length * PANEL,
    height: PANEL + 90,
    marginLeft: 50,
    marginRight: 20,
    marginBottom: 44,
    x: { ...share, label: 'probability that was said' },
    y: { ...share, label: 'real leaks' },
    fx: { domain: names, label: null, padding: 0.12, tickFormat: shortened },
    r: { type: 'sqrt', range: [2, 12] },
    marks: [
      Plot.line(
        [
          [0, 0],
          [1, 1],
        ],
        { stroke: INK, strokeOpacity: 0.4, strokeDasharray: '3 3' },
      ),
      Plot.dot(points, { x: 'said', y: 'real', fx: 'contestant', r: 'groups', fill: MARK, fillOpacity: 0.8 }),
    ],
  };
}

function frame(rows: number, marginBottom = 40): Plot.PlotOptions {
  const marginTop = 28;
  return {
    width: WIDTH,
    height: marginTop + rows * ROW + marginBottom,
    marginTop,
    marginBottom,
    marginLeft: NAME_WIDTH,
    style: { fontFamily: FONT, fontSize: '12px', color: INK, background: 'white' },
  };
}

/** Names that would leave the margin, cut: their width is never measured. */
function shortened(name: string): string {
  return name.length <= 26 ? name : `${name.slice(0, 25)}…`;
}

/** Draws in a document of its own. Coordinates get two decimals, so that no platform's last bit shows. */
export function drawn(plot: Plot.PlotOptions): string {
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const svg = Plot.plot({ ...plot, document });
  svg.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  svg.setAttribute('role', 'img');
  const markup: string = svg.outerHTML;
  return `${markup.replace(/-?\d+\.\d{3,}(?:e-?\d+)?/g, (figure) => String(Number(Number(figure).toFixed(2))))}\n`;
}
