// The report's section of labels: figures by class, what was taken for what, whether probabilities mean what they say,
// and scores beside those that were to be found.
import { type ComponentChild, h } from 'preact';
import { renderSection, renderTable, renderTabs } from '../report/page-parts.ts';
import { showText } from '../report/show.ts';
import type { XyChart } from '../report/xy-chart.ts';
import { renderSeriesKey, renderXyChart } from '../report/xy-chart-page.ts';
import type { ClassResult, LabelResults } from '../run/label-results.ts';
import { formatCount } from '../util/format.ts';
import type { Outputs } from './output.ts';
import type { RunReport } from './run-report.ts';

/** Classes that have a row, and that have a row and a column of the matrix: the most frequent ones. */
const MAX_ROWS = 60;
const MAX_CELLS = 24;
/** How dark a cell is, in per cent, that has all of its row: what is written in it must be read. */
const SHADE = 55;

export function renderLabels(
  runs: readonly RunReport[],
  names: readonly string[],
): ComponentChild | undefined {
  const tabs = runs.flatMap(({ labels, outputs }, color) => {
    const panel = [...renderResults(labels ?? {}), ...renderScores(outputs)];
    return panel.length === 0 ? [] : [{ label: renderSeriesKey({ name: names[color]!, color }), panel }];
  });
  if (tabs.length === 0) return undefined;
  return renderSection(
    'labels',
    'Labels',
    'What was to be found in the validation set, and what was found.',
    renderTabs('labels-run', 'Run', tabs),
  );
}

function renderResults({ classes = [], entities, confusion, calibration }: LabelResults): ComponentChild[] {
  return [
    ...(entities === undefined ? [] : [h('h3', null, 'Entities'), renderClasses('Type', entities)]),
    ...(classes.length === 0 ? [] : [h('h3', null, 'Classes'), renderClasses('Class', classes)]),
    ...(confusion === undefined ? [] : renderConfusion(classes, confusion)),
    ...(calibration === undefined
      ? []
      : [h('div', { class: 'charts' }, renderXyChart(calibrationChart(calibration)))]),
  ];
}

export const CLASS_HEADS = ['Precision', 'Recall', 'F1', 'Expected', 'Found', 'Right'];

/** The most frequent classes, and how many others there are. */
export function classRows(all: readonly ClassResult[]): { rows: string[][]; others: number } {
  const shown = mostFrequent(all, MAX_ROWS);
  const rows = shown.map(({ name, precision, recall, f1, expected, found, right }) => [
    showText(name),
    ...[precision, recall, f1].map((x) => x.toFixed(4)),
    ...[expected, found, right].map(formatCount),
  ]);
  return { rows, others: all.length - shown.length };
}

/** Of at most `count` classes, in their own order. */
function mostFrequent(all: readonly ClassResult[], count: number): ClassResult[] {
  const chosen = new Set(
    all.toSorted((a, b) => b.expected - a.expected || b.found - a.found).slice(0, count),
  );
  return all.filter((one) => chosen.has(one));
}

function renderClasses(head: string, all: readonly ClassResult[]): ComponentChild {
  const { rows, others } = classRows(all);
  return h('div', { class: 'box scroll' }, [
    renderTable([head, ...CLASS_HEADS], rows, 'classes'),
    others > 0 && h('p', { class: 'soft' }, `and ${formatCount(others)} others, which are rarer`),
  ]);
}

/** Cells are shaded by their share of the row. */
function renderConfusion(
  classes: readonly ClassResult[],
  confusion: NonNullable<LabelResults['confusion']>,
): ComponentChild[] {
  const shown = mostFrequent(classes, MAX_CELLS);
  const counts = new Map(confusion.map(([row, column, count]) => [`${row} ${column}`, count]));
  const numbers = shown.map((one) => classes.indexOf(one));
  const cell = (row: number, column: number) => {
    const count = counts.get(`${row} ${column}`) ?? 0;
    const share = count / Math.max(1, classes[row]!.expected);
    const kind = row === column ? 'hit' : 'miss';
    const style = `--share:${Math.round(SHADE * share)}%`;
    return h('td', { class: count === 0 ? undefined : kind, style }, count === 0 ? '' : formatCount(count));
  };
  const head = (k: number) => h('th', null, h('bdi', null, showText(classes[k]!.name)));
  return [
    h('h3', null, 'Confusion'),
    h('p', { class: 'note' }, [
      'Rows are what was to be found, columns what was found; the darker, the larger a cell\u2019s share of its row.',
      shown.length < classes.length && ` The ${MAX_CELLS} most frequent classes.`,
    ]),
    h('div', { class: 'box scroll' }, [
      h('table', { class: 'confusion' }, [
        h('thead', null, h('tr', null, [h('th', null, ''), ...numbers.map(head)])),
        h(
          'tbody',
          null,
          numbers.map((row) => h('tr', null, [head(row), ...numbers.map((column) => cell(row, column))])),
        ),
      ]),
    ]),
  ];
}

/** What is most often taken for something else, as lines such as `ADJ for NOUN: 12`. */
export function tellConfusions({ classes = [], confusion = [] }: LabelResults, count: number): string[] {
  const wrong = confusion.filter(([row, column]) => row !== column && classes[row] && classes[column]);
  return wrong
    .toSorted(([, , a], [, , b]) => b - a)
    .slice(0, count)
    .map(([row, column, n]) => {
      const [expected, found] = [classes[row]!, classes[column]!].map(({ name }) => showText(name));
      return `${expected} taken for ${found}: ${formatCount(n)}`;
    });
}

/** Shares that were right over what the probabilities say; the diagonal is what both should be. */
export function calibrationChart(bins: NonNullable<LabelResults['calibration']>): XyChart {
  const told = bins.filter(({ count }) => count > 0);
  const total = told.reduce((sum, { count }) => sum + count, 0);
  const error = told.reduce(
    (sum, bin) => sum + (bin.count / total) * Math.abs(bin.accuracy - bin.confidence),
    0,
  );
  return {
    title: `Calibration, expected error ${error.toFixed(4)}`,
    x: { label: 'probability' },
    y: { label: 'share that is right' },
    series: [
      diagonal(0, 1, 'as it should be'),
      {
        name: 'probabilities by tenths',
        color: 0,
        mark: 'joined',
        points: told.map(({ confidence, accuracy }) => ({
          x: Number(confidence.toFixed(4)),
          y: Number(accuracy.toFixed(4)),
        })),
      },
    ],
  };
}

function renderScores(outputs: Outputs | undefined): ComponentChild[] {
  const { scores = [] } = outputs ?? {};
  if (scores.length === 0) return [];
  return [h('div', { class: 'charts' }, renderXyChart(scoreChart(scores)))];
}

/** Scores that were found over those that were to be. */
export function scoreChart(scores: NonNullable<Outputs['scores']>): XyChart {
  const expected = scores.map((one) => one.expected);
  const [low, high] = [Math.min(...expected), Math.max(...expected)];
  return {
    title: 'Scores',
    x: { label: 'expected' },
    y: { label: 'found' },
    series: [
      diagonal(low, high, 'as it should be'),
      {
        name: scores.length === 1 ? 'a text' : 'texts',
        color: 0,
        mark: 'dots',
        points: scores
          .toSorted((a, b) => a.expected - b.expected)
          .map(({ expected: x, found: y }) => ({ x, y })),
      },
    ],
  };
}

const diagonal = (from: number, to: number, name: string) => ({
  name,
  color: 7,
  mark: 'faint' as const,
  points: [
    { x: from, y: from },
    { x: to, y: to },
  ],
});

/** Beside the style of a run's page. */
export const LABEL_STYLE = `
.classes thead th,.confusion th{overflow-wrap:normal;white-space:nowrap}
.confusion th,.confusion td{padding:.25rem .5rem;min-width:2.2rem;text-align:right;font-size:.85rem}
.confusion thead th{vertical-align:bottom}
.confusion tbody th{text-align:left;font-weight:500}
.confusion td{border-left:1px solid var(--grid)}
.confusion .hit{background:color-mix(in srgb,var(--link) var(--share),transparent)}
.confusion .miss{background:color-mix(in srgb,var(--mark-line) var(--share),transparent)}
`.trim();
