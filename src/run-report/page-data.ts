// The report's section of what was trained on: counts, vocabularies, and how long the text's rows are.
import { type ComponentChild, h } from 'preact';
import { renderSection, renderTable } from '../report/page-parts.ts';
import { showText } from '../report/show.ts';
import type { XyChart } from '../report/xy-chart.ts';
import { renderXyChart } from '../report/xy-chart-page.ts';
import type { DataStatistics } from '../run/data-statistics.ts';
import { formatCount } from '../util/format.ts';
import type { RunReport } from './run-report.ts';

/** Data of a run, with the names of all runs that have the same. */
export interface SharedData {
  readonly names: readonly string[];
  readonly data: DataStatistics | undefined;
  readonly lines: RunReport['lines'];
}

/** Runs with the same data once. */
export function shareData(runs: readonly RunReport[], names: readonly string[]): SharedData[] {
  const found = new Map<string, SharedData & { names: string[] }>();
  for (const [r, { data, lines }] of runs.entries()) {
    if (data === undefined && Object.keys(lines).length === 0) continue;
    const key = JSON.stringify([data, lines]);
    const shared = found.get(key) ?? { names: [], data, lines };
    shared.names.push(names[r]!);
    found.set(key, shared);
  }
  return [...found.values()];
}

export function renderData(runs: readonly RunReport[], names: readonly string[]): ComponentChild | undefined {
  const all = shareData(runs, names);
  if (all.length === 0) return undefined;
  return renderSection(
    'data',
    'Data',
    'Lengths are those of the rows trained on, in tokens without the special ones.',
    all.map((shared) => [all.length > 1 && h('h3', null, shared.names.join(', ')), ...renderOne(shared)]),
  );
}

function renderOne({ data, lines }: SharedData): ComponentChild[] {
  const facts = tellData(data, lines);
  return [
    h(
      'ul',
      { class: 'leads' },
      facts.map((fact) => h('li', null, fact)),
    ),
    data && h('div', { class: 'box scroll' }, renderTable(LENGTH_HEADS, lengthRows(data), 'lengths')),
    data && h('div', { class: 'charts' }, renderXyChart(lengthChart(data))),
  ];
}

/** Counts in words. */
export function tellData(data: DataStatistics | undefined, lines: RunReport['lines']): string[] {
  const read = Object.entries(lines).map(([name, count]) => `${showText(name)} ${formatCount(count)}`);
  const facts = read.length === 0 ? [] : [`lines read: ${read.join(', ')}`];
  if (data === undefined) return facts;
  const { unit, kept, dropped, classes } = data;
  const reasons = Object.entries(dropped).filter(([, count]) => count > 0);
  const list = (counts: readonly [string, number][]) =>
    counts.map(([name, count]) => `${showText(name)} ${formatCount(count)}`).join(', ');
  const most = Object.entries(classes ?? {}).sort(([, a], [, b]) => b - a);
  const more = most.length > MAX_CLASSES ? `, and ${formatCount(most.length - MAX_CLASSES)} more` : '';
  return [
    ...facts,
    `trained on: ${formatCount(kept)} ${showText(unit)}`,
    ...(reasons.length > 0 ? [`left out: ${list(reasons)}`] : []),
    ...(most.length > 0 ? [`classes: ${list(most.slice(0, MAX_CLASSES))}${more}`] : []),
  ];
}

const MAX_CLASSES = 20;

export const LENGTH_HEADS = [
  'Side',
  'Vocabulary',
  'Tokens',
  'Mean',
  'Least',
  '5%',
  '25%',
  'Median',
  '75%',
  '95%',
  '99%',
  'Most',
];

/** A row for each side. */
export const lengthRows = ({ sides }: DataStatistics): string[][] =>
  Object.entries(sides).map(([side, { vocabulary, lengths }]) => {
    const { tokens, mean, min, max, percentiles } = lengths;
    const of = [5, 25, 50, 75, 95, 99].map((percent) => String(percentiles[percent] ?? ''));
    return [
      showText(side),
      formatCount(vocabulary),
      formatCount(tokens),
      mean.toFixed(1),
      String(min),
      ...of,
      String(max),
    ];
  });

/** Shares of rows by length, a line for each side. */
export function lengthChart({ sides }: DataStatistics): XyChart {
  return {
    title: 'Lengths',
    x: { label: 'tokens; the last point has all that are longer' },
    y: { label: 'per cent of rows' },
    series: Object.entries(sides).map(([name, { lengths }], color) => {
      const { width, counts } = lengths.histogram;
      return {
        name,
        color,
        points: counts.map((count, k) => {
          const y = Number(((100 * count) / Math.max(1, lengths.rows)).toPrecision(4));
          return { x: width === 1 ? k : width * (k + 0.5), y, low: 0, high: y };
        }),
      };
    }),
  };
}
