// The report's section of made-up problems: exact match against length, and answers that are wrong.
import { type ComponentChild, h } from 'preact';
import { renderSection, renderTable } from '../report/page-parts.ts';
import { showText } from '../report/show.ts';
import type { XyChart, XySeries } from '../report/xy-chart.ts';
import { renderXyChart } from '../report/xy-chart-page.ts';
import { formatFigure } from '../run/figures.ts';
import type { LengthFailure, LengthResult, LengthResults } from '../run/length-results.ts';
import { plural } from '../util/format.ts';
import type { RunReport } from './run-report.ts';

/** Failures that are shown of each run, those of the least lengths. */
const MOST_FAILURES = 8;

export function renderLengths(
  runs: readonly RunReport[],
  names: readonly string[],
): ComponentChild | undefined {
  const known = runs.flatMap(({ lengths }, r) =>
    lengths === undefined ? [] : [{ lengths, name: names[r]!, color: r }],
  );
  if (known.length === 0) return undefined;
  return renderSection(
    'lengths',
    'Lengths',
    'Of the test set’s problems of each length, the share whose answer is wholly right.',
    isCurve(known) && h('div', { class: 'charts' }, renderXyChart(lengthChart(known))),
    known.map(({ lengths, name }) => [
      h('p', { class: 'note' }, `${runs.length > 1 ? `${name}: ` : ''}${tellLengths(lengths).join('; ')}.`),
      renderUnseen(lengths),
      renderFailures(lengths),
    ]),
  );
}

/** Whether there is more than one length to draw. */
export const isCurve = (runs: readonly Pick<Known, 'lengths'>[]): boolean =>
  runs.some(({ lengths }) => lengths.lengths.length > 1);

function renderUnseen(results: LengthResults): ComponentChild {
  const rows = unseenRows(results);
  return rows.length > 0 && h('div', { class: 'box scroll' }, renderTable(UNSEEN_HEADS, rows));
}

export const UNSEEN_HEADS = ['', 'Problems as in training', 'Problems it never has'];

/** Exact match of all who answer, where there are problems of both kinds. */
export function unseenRows({ lengths, unseen, program }: LengthResults): string[][] {
  if (unseen === undefined) return [];
  const rowOf = (name: string, of: (result: LengthResult) => number | undefined): string[][] => {
    const means = [lengths, unseen].map((results) => {
      const shares = results.flatMap((result) => of(result) ?? []);
      return shares.reduce((sum, x) => sum + x, 0) / shares.length;
    });
    return means.some(Number.isNaN) ? [] : [[name, ...means.map((x) => formatFigure('exactMatch', x))]];
  };
  return [
    ...rowOf('Transformer', (one) => one.exactMatch),
    ...rowOf('min-degree interpolator', (one) => one.interpolator),
    ...rowOf(`program ${program?.name}`, (one) => one.program),
  ];
}

function renderFailures({ failures }: LengthResults): ComponentChild {
  if (failures.length === 0) return false;
  return h(
    'div',
    { class: 'box scroll' },
    renderTable(FAILURE_HEADS, failureRows(failures.slice(0, MOST_FAILURES))),
  );
}

export const FAILURE_HEADS = ['Length', 'Problem', 'Expected', 'Answered', 'First wrong'];

export const failureRows = (failures: readonly LengthFailure[]): string[][] =>
  failures.map(({ length, prompt, expected, answered, firstWrong }) => [
    String(length),
    ...[prompt, expected, answered].map(showText),
    String(firstWrong),
  ]);

interface Known {
  lengths: LengthResults;
  name: string;
  color: number;
}

/** Exact match of each run; of one run also what it would be with the length told, and the program's own. */
export function lengthChart(runs: readonly Known[]): XyChart {
  const lineOf = (
    { lengths }: LengthResults,
    of: (result: LengthResult) => number | undefined,
    series: Omit<XySeries, 'points'>,
  ): XySeries => ({
    ...series,
    points: lengths.flatMap((result) => {
      const y = of(result);
      return y === undefined ? [] : [{ x: result.length, y }];
    }),
  });
  const isOne = runs.length === 1;
  const own = runs.map(({ lengths, name, color }) =>
    lineOf(lengths, (one) => one.exactMatch, { name: isOne ? 'Transformer' : name, color }),
  );
  const [{ lengths: results }] = runs as [Known];
  const beside = !isOne
    ? []
    : [
        lineOf(results, (one) => one.program, { name: `program ${results.program?.name}`, color: 2 }),
        lineOf(results, (one) => one.oracleLength, { name: 'length told', color: 1, mark: 'faint' }),
      ];
  return {
    title: 'Exact match',
    x: { label: 'length', shaded: results.trained },
    y: { label: '', covers: [0, 1] },
    series: [...beside, ...own].filter(({ points }) => points.length > 0),
  };
}

/** What a person should know beside the curve. */
export function tellLengths({ trained: [least, most], lengths, program, profile }: LengthResults): string[] {
  const shared = lengths.filter(({ isDisjoint }) => !isDisjoint).map(({ length }) => length);
  return [
    least === most ? `trained on length ${least}` : `trained on lengths from ${least} to ${most}`,
    ...(shared.length === 0 ? [] : [`training has problems of ${shared.join(', ')} too: there are few`]),
    ...(program === undefined
      ? []
      : [
          `the program ${program.name} has ${plural(program.length, 'core operation')} and needs ${plural(program.depth, 'attention layer')}`,
        ]),
    ...(profile === undefined
      ? []
      : [
          `the min-degree interpolator of what training has is of degree ${profile.findLastIndex((weight) => weight > 0)}`,
        ]),
  ];
}
