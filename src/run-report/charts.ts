// The curves of runs as charts: one a figure, all runs in it, over updates, epochs or time.
import type { Axis, XyChart, XySeries } from '../report/xy-chart.ts';
import type { Curve, CurvePoint } from './curves.ts';
import { nameRuns, titleOf } from './names.ts';
import type { RunReport } from './run-report.ts';

export const xAxes = ['updates', 'epochs', 'time'] as const;
export type XAxis = (typeof xAxes)[number];

/** A chart, and keys that are enough to read it. */
export interface FigureChart {
  readonly chart: XyChart;
  readonly keys: readonly Pick<XySeries, 'name' | 'color' | 'mark'>[];
}

const FIRST = ['loss', 'perplexity'];
const LAST = /^(learningRate|gradientNorm|.*PerSecond|skipped)$/;
/** The least ratio of a figure's values at which its axis is a logarithmic one. */
const WIDE = 50;
const MAY_BE_WIDE = ['perplexity', 'gradientNorm'];

/** The charts of all figures that the runs tell. */
export function buildCharts(runs: readonly RunReport[], over: XAxis): FigureChart[] {
  const names = nameRuns(runs);
  const x = xAxisOf(runs, over);
  return orderFigures(runs).map((figure) => {
    const told = runs.map(({ curves }) => curves.filter((curve) => curve.figure === figure));
    const sets = new Set(told.flat().map(({ set }) => set));
    const series = told.flatMap((curves, r) =>
      curves.map((curve): XySeries => {
        const set = sets.size > 1 || runs.length === 1 ? curve.set : '';
        const name = runs.length === 1 ? set : [names[r], set].filter(Boolean).join(' ');
        const isFaint = sets.size > 1 && curve.set === 'train';
        const points = curve.points.map((point) => ({ x: x.of(point), y: point.value }));
        return { name, color: r, mark: isFaint ? 'faint' : 'strong', points };
      }),
    );
    const y: Axis = { label: sets.size > 1 && runs.length > 1 ? 'thin: training; thick: validation' : '' };
    const keys =
      runs.length === 1
        ? series
        : names.flatMap((name, color) =>
            told[color]!.length > 0 ? [{ name, color, mark: 'strong' as const }] : [],
          );
    const scale = isWide(figure, told.flat()) ? 'log' : 'linear';
    return { chart: { title: titleOf(figure), x: x.axis, y: { ...y, scale }, series }, keys };
  });
}

/** Loss and perplexity first, then the task's figures, at the end the rates. */
function orderFigures(runs: readonly RunReport[]): string[] {
  const curves = runs.flatMap(({ curves }) => curves);
  const all = new Set(curves.map(({ figure }) => figure));
  const isTold = (figure: string) => {
    if (figure === 'nll') return !all.has('perplexity') && !runs.every(isLossNll);
    // Powers of the perplexity of tokens.
    if (figure === 'wordPerplexity' || figure === 'bytePerplexity') return false;
    return (
      figure !== 'skipped' || curves.some((c) => c.figure === figure && c.points.some((p) => p.value > 0))
    );
  };
  const place = (figure: string) =>
    FIRST.includes(figure) ? FIRST.indexOf(figure) : LAST.test(figure) ? 4 : 3;
  return [...all].filter(isTold).sort((a, b) => place(a) - place(b));
}

/** Without label smoothing the loss is nll itself; perplexity is its exponential. */
const isLossNll = ({ curves }: RunReport): boolean =>
  curves.every(({ figure, set, points }) => {
    if (figure !== 'nll') return true;
    const loss = curves.find((curve) => curve.figure === 'loss' && curve.set === set);
    return points.every(({ value }, i) => value === loss?.points[i]?.value);
  });

function isWide(figure: string, curves: readonly Curve[]): boolean {
  if (!MAY_BE_WIDE.includes(figure)) return false;
  const values = curves.flatMap(({ points }) => points.map(({ value }) => value));
  const least = values.reduce((a, b) => Math.min(a, b), Infinity);
  return least > 0 && values.reduce((a, b) => Math.max(a, b), 0) / least >= WIDE;
}

function xAxisOf(runs: readonly RunReport[], over: XAxis): { axis: Axis; of: (point: CurvePoint) => number } {
  if (over === 'updates') return { axis: { label: over }, of: ({ step }) => step };
  if (over === 'epochs') return { axis: { label: over }, of: ({ epoch }) => Number(epoch.toPrecision(6)) };
  const longest = Math.max(0, ...runs.map(({ seconds }) => seconds));
  const [label, unit] = longest > 7200 ? ['hours', 3600] : longest > 180 ? ['minutes', 60] : ['seconds', 1];
  return { axis: { label }, of: ({ seconds }) => Number((seconds / unit).toPrecision(5)) };
}
