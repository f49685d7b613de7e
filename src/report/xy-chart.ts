// Charts of points over x: lines, with a band where there is one, or dots with error bars. Here is what they are and
// where everything lies; xy-chart-page.ts draws them into a page, xy-chart-svg.ts as a picture of its own,
// xy-chart-text.ts in characters.
import { type ScaleContinuousNumeric, scaleLinear, scaleLog } from 'd3-scale';
import { area, line } from 'd3-shape';

export interface XyPoint {
  readonly x: number;
  readonly y: number;
  /** The ends of a line's band, or of a dot's error bar. */
  readonly low?: number;
  readonly high?: number;
  /** Stands beside it where there is room (xy-labels.ts). */
  readonly label?: string;
}

export interface XySeries {
  readonly name: string;
  /** A place in the palette. */
  readonly color: number;
  /** A strong line by default; a faint one goes beside it, as training beside validation. `joined` are dots on a line. */
  readonly mark?: 'strong' | 'faint' | 'dots' | 'joined';
  /** Lines go from one to the next as they stand; values that are not finite are left out. */
  readonly points: readonly XyPoint[];
}

export interface Axis {
  /** What it measures, such as `updates`. */
  readonly label: string;
  /** On a log axis what is not above 0 is left out. */
  readonly scale?: 'linear' | 'log';
  readonly format?: (value: number) => string;
  /** Of x: from where to where the ground is shaded. */
  readonly shaded?: readonly [number, number];
  /** Of y: values that it has room for whatever is drawn. */
  readonly covers?: readonly [number, number];
}

export interface XyChart {
  readonly title: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly series: readonly XySeries[];
}

export interface Tick {
  /** From 0, left or bottom, to 1. */
  readonly at: number;
  readonly label: string;
}

/** Where a series lies; the paths are SVG's, empty where there is nothing of the kind. */
export interface Shape {
  readonly series: XySeries;
  readonly line: string;
  readonly band: string;
  readonly dots: string;
  readonly bars: string;
}

export interface Layout {
  readonly xTicks: readonly Tick[];
  readonly yTicks: readonly Tick[];
  readonly shapes: readonly Shape[];
  /** The path of the shaded ground, where there is one. */
  readonly shade?: string;
  /** Places of a point, from 0 to 1. */
  readonly place: (point: XyPoint) => { x: number; y: number };
}

/** Values beyond this are left out: their differences must be finite. */
const LARGEST = 1e150;

/** The points of a series that a chart can show. */
export function shownPoints({ x, y }: Pick<XyChart, 'x' | 'y'>, { points }: XySeries): XyPoint[] {
  return points.filter((point) => isShown(point.x, x) && isShown(point.y, y));
}

const isShown = (value: number, { scale }: Axis): boolean =>
  Math.abs(value) <= LARGEST && (scale !== 'log' || value > 0);

/** Scales, ticks and paths, these in a box of so many units. */
export function layOut(
  chart: XyChart,
  box: { width: number; height: number },
  ticks = { x: 6, y: 5 },
): Layout {
  const { x, y, series } = chart;
  const shown = series.map((one) => shownPoints(chart, one));
  const ends = shown.flatMap((points) =>
    points.flatMap((point) => [point.y, point.low ?? point.y, point.high ?? point.y]),
  );
  const xScale = scaleOf(x, range(shown.flatMap((points) => points.map((point) => point.x))));
  const yScale = scaleOf(y, range([...ends.filter((end) => isShown(end, y)), ...(y.covers ?? [])]));
  if (y.scale !== 'log') yScale.nice(ticks.y);
  if (shown.some((points) => points.some(({ label }) => label !== undefined)))
    for (const scale of [xScale, yScale]) scale.domain([scale.invert(-ROOM), scale.invert(1 + ROOM)]);
  const left = (point: XyPoint) => box.width * xScale(point.x);
  const top = (value: number) => box.height * (1 - Math.min(1, Math.max(0, yScale(value))));
  const draw = line<XyPoint>(left, ({ y }) => top(y)).digits(1);
  const fill = area<XyPoint>(
    left,
    (point) => top(point.low ?? point.y),
    (point) => top(point.high ?? point.y),
  ).digits(1);
  const round = (value: number) => Number(value.toFixed(1));
  const at = (point: XyPoint, value: number) => `${round(left(point))},${round(top(value))}`;
  const shade = shadePath(x, box, (value) => round(box.width * Math.min(1, Math.max(0, xScale(value)))));
  return {
    ...(shade !== undefined && { shade }),
    xTicks: placeTicks(x, xScale, ticks.x),
    yTicks: placeTicks(y, yScale, ticks.y),
    shapes: series.map((one, s) => {
      const points = shown[s]!;
      // One point is no line.
      const isLine = one.mark !== 'dots' && points.length !== 1;
      const isDots = one.mark === 'joined' || !isLine;
      const ranged = points.filter(({ low, high }) => low !== undefined && high !== undefined);
      return {
        series: one,
        line: isLine ? (draw(points) ?? '') : '',
        band: isDots || ranged.length === 0 ? '' : (fill(points) ?? ''),
        dots: isDots ? points.map((p) => `M${at(p, p.y)}h0`).join('') : '',
        bars: isDots ? ranged.map((p) => `M${at(p, p.low!)}L${at(p, p.high!)}`).join('') : '',
      };
    }),
    place: (point) => ({ x: xScale(point.x), y: yScale(point.y) }),
  };
}

function shadePath(
  { shaded }: Axis,
  { height }: { height: number },
  left: (value: number) => number,
): string | undefined {
  if (shaded === undefined) return undefined;
  const [from, to] = shaded.map(left);
  return `M${from},0H${to}V${height}H${from}z`;
}

/** The part of a scale on either side that points with labels leave free. */
const ROOM = 0.05;

/** The least and the largest, a little apart. */
function range(values: readonly number[]): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (low > high) return [0, 1];
  if (high - low > Math.abs(high) * 1e-9) return [low, high];
  const room = Math.abs(high) / 10 || 1;
  return [low - room, high + room];
}

function scaleOf({ scale }: Axis, domain: [number, number]): ScaleContinuousNumeric<number, number> {
  if (scale !== 'log') return scaleLinear().domain(domain);
  return scaleLog().domain(domain[0] > 0 ? domain : [0.1, 1]);
}

function placeTicks(axis: Axis, scale: ScaleContinuousNumeric<number, number>, count: number): Tick[] {
  const { format = formatTick } = axis;
  const values = axis.scale === 'log' ? logTicks(scale, count) : scale.ticks(count);
  return values.map((value) => ({ at: Number(scale(value).toFixed(4)), label: format(value) }));
}

/** Powers of ten, or 1, 2 and 5 times such where there are few; thinned to the count. */
function logTicks(scale: ScaleContinuousNumeric<number, number>, count: number): number[] {
  const all = scale.ticks();
  const leading = (value: number) => Math.round(value / 10 ** Math.floor(Math.log10(value) + 1e-9));
  const of = (...digits: number[]) => all.filter((value) => digits.includes(leading(value)));
  const chosen = [of(1), of(1, 2, 5)].find((values) => values.length >= 3) ?? all;
  const step = Math.ceil(chosen.length / (count + 1));
  return chosen.filter((_, i) => i % step === 0);
}

/** A figure on an axis: short, and exact for round ones. */
export function formatTick(value: number): string {
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e9 || size < 1e-4)) return value.toExponential().replace('e+', 'e');
  if (size >= 1e6) return `${Number((value / 1e6).toPrecision(6))}M`;
  if (size >= 1e4) return `${Number((value / 1e3).toPrecision(6))}k`;
  return String(Number(value.toPrecision(6)));
}
