// A chart of points over x in characters: Braille patterns, two by four dots each. Where series meet, the later one has
// the colour; without colours they are told apart by nothing, so a chart of several is drawn one by one.
import { measureWidth } from './columns.ts';
import { showText } from './show.ts';
import { layOut, shownPoints, type Tick, type XyChart } from './xy-chart.ts';
import { placeLabels } from './xy-labels.ts';

export interface TextChartOptions {
  /** Characters of a line. */
  readonly width: number;
  /** Lines of the plot. */
  readonly height?: number;
  /** Gives a text the colour of a series. */
  readonly paint?: (text: string, color: number) => string;
}

const BLANK = 0x2800;
/** The bits of a pattern's dots by column and row. */
const BITS = [
  [0x01, 0x02, 0x04, 0x40],
  [0x08, 0x10, 0x20, 0x80],
] as const;

/** A label stands in the lines of its point or next to them, a space away. */
const BESIDE = {
  line: 1,
  gap: { x: 1.5, y: 0.5 },
  rings: 1,
  radius: 0.5,
  measure: (text: string) => measureWidth(showText(text)),
  snap: Math.round,
};

/** Lines: the title, the plot between its axes, the ends of x. */
export function formatXyText(
  chart: XyChart,
  { width, height = 6, paint = (text) => text }: TextChartOptions,
): string {
  const layout = layOut(chart, { width: 1, height: 1 }, { x: 4, y: 3 });
  const { yTicks, place } = layout;
  const margin = Math.max(...yTicks.map(({ label }) => measureWidth(label)), 1) + 1;
  const columns = Math.max(10, width - margin - 1);
  const raster = new Raster(columns, height);
  for (const series of chart.series) {
    const points = shownPoints(chart, series).map(place);
    const isLine = series.mark !== 'dots';
    for (const [i, point] of points.entries())
      raster.draw(isLine && i > 0 ? points[i - 1]! : point, point, series.color);
  }
  for (const { x, y, text, color } of placeLabels(chart, layout, { ...BESIDE, width: columns, height }))
    raster.write(showText(text), { column: x, row: y }, color);
  const labels = labelRows(yTicks, height);
  const rows = raster.rows(paint).map((row, r) => `${(labels.get(r) ?? '').padStart(margin - 1)} │${row}`);
  const unit = chart.y.label === '' ? '' : `, ${chart.y.label}`;
  const axis = `${' '.repeat(margin)}└${'─'.repeat(columns)}`;
  return [`${showText(chart.title)}${unit}`, ...rows, axis, xLabels(chart, columns, margin)]
    .map((line) => `${line.trimEnd()}\n`)
    .join('');
}

/** The labels of ticks by the row that is nearest; the first row is the top. */
function labelRows(ticks: readonly Tick[], height: number): Map<number, string> {
  const rows = new Map<number, string>();
  for (const { at, label } of ticks) rows.set(Math.round((1 - at) * (height - 1)), label);
  return rows;
}

/** Ticks below the axis, each where its value is as far as there is room, and what they measure. */
function xLabels(chart: XyChart, columns: number, margin: number): string {
  const { xTicks } = layOut(
    chart,
    { width: 1, height: 1 },
    { x: Math.max(2, Math.floor(columns / 12)), y: 3 },
  );
  const unit = ` ${chart.x.label}`;
  const room = columns - measureWidth(unit);
  let line = '';
  for (const { at, label } of xTicks) {
    const start = Math.max(0, Math.round(at * (columns - 1)) - Math.floor(label.length / 2));
    if (start + label.length > room || (line !== '' && start <= line.length)) continue;
    line = line.padEnd(start) + label;
  }
  return `${' '.repeat(margin + 1)}${line.padEnd(room)}${unit}`;
}

class Raster {
  readonly #columns: number;
  readonly #height: number;
  readonly #patterns: Uint8Array;
  readonly #colors: Int32Array;
  /** What stands in a cell instead of its dots. */
  readonly #letters = new Map<number, string>();

  constructor(columns: number, height: number) {
    this.#columns = columns;
    this.#height = height;
    this.#patterns = new Uint8Array(columns * height);
    this.#colors = new Int32Array(columns * height).fill(-1);
  }

  /** A line between two points, whose places are from 0 to 1. */
  draw(from: { x: number; y: number }, to: { x: number; y: number }, color: number): void {
    const [x0, y0] = this.#toDots(from);
    const [x1, y1] = this.#toDots(to);
    const steps = Math.max(Math.abs(x1 - x0), Math.abs(y1 - y0), 1);
    for (let k = 0; k <= steps; k++) {
      const x = Math.round(x0 + ((x1 - x0) * k) / steps);
      const y = Math.round(y0 + ((y1 - y0) * k) / steps);
      const cell = (y >> 2) * this.#columns + (x >> 1);
      this.#patterns[cell]! |= BITS[x % 2]![y % 4]!;
      this.#colors[cell] = color;
    }
  }

  /** Puts a text over the dots; a wide character takes two cells. */
  write(text: string, { column, row }: { column: number; row: number }, color: number): void {
    let cell = row * this.#columns + column;
    for (const letter of text) {
      const width = measureWidth(letter);
      const first = width === 0 ? cell - 1 : cell;
      this.#letters.set(first, (width === 0 ? (this.#letters.get(first) ?? '') : '') + letter);
      if (width === 2) this.#letters.set(cell + 1, '');
      this.#colors.fill(color, cell, cell + width);
      cell += width;
    }
  }

  /** The lines, from the top. */
  rows(paint: (text: string, color: number) => string): string[] {
    return Array.from({ length: this.#height }, (_, row) => {
      let line = '';
      for (let from = row * this.#columns, end = from + this.#columns; from < end; ) {
        const color = this.#colors[from]!;
        let to = from;
        let run = '';
        while (to < end && this.#colors[to] === color) {
          const pattern = this.#patterns[to]!;
          run += this.#letters.get(to++) ?? (pattern === 0 ? ' ' : String.fromCharCode(BLANK + pattern));
        }
        line += color < 0 ? run : paint(run, color);
        from = to;
      }
      return line;
    });
  }

  #toDots({ x, y }: { x: number; y: number }): [number, number] {
    const clamp = (share: number) => Math.min(1, Math.max(0, share));
    const across = Math.round(clamp(x) * (2 * this.#columns - 1));
    return [across, Math.round((1 - clamp(y)) * (4 * this.#height - 1))];
  }
}
