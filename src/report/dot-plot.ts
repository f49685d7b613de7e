// Values with the range that they lie in, one below the other: a dot and a bar for each name.
import { scaleLinear } from 'd3-scale';
import { type ComponentChild, h } from 'preact';
import { measureWidth } from './columns.ts';
import { colorClass } from './palette.ts';
import { showText } from './show.ts';
import { formatSvgFile, renderPicture, type Size } from './svg-file.ts';
import { formatTick } from './xy-chart.ts';

export interface DotPlot {
  readonly title: string;
  readonly rows: readonly DotRow[];
}

export interface DotRow {
  readonly name: string;
  /** A place in the palette. */
  readonly color: number;
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

const ROW = 24;
const TOP = 40;
const BOTTOM = 28;
const WIDTH = 640;
/** A character's usual width, and how much of the picture names may take. */
const CHARACTER = 7;
const LONGEST_NAME = 280;

export const renderDotPlot = (plot: DotPlot): ComponentChild => renderPicture(sizeOf(plot), draw(plot));

/** The text of an SVG file. */
export const formatDotPlot = (plot: DotPlot): string =>
  formatSvgFile(sizeOf(plot), showText(plot.title), draw(plot));

const sizeOf = ({ rows }: DotPlot): Size => ({ width: WIDTH, height: TOP + ROW * rows.length + BOTTOM });

function draw({ title, rows }: DotPlot): ComponentChild[] {
  const longest = Math.max(0, ...rows.map(({ name }) => measureWidth(name)));
  const left = 24 + Math.min(LONGEST_NAME, CHARACTER * longest);
  const ends = rows.flatMap(({ low, high, value }) => [low, high, value]).filter(Number.isFinite);
  const [least, most] = ends.length === 0 ? [0, 1] : [Math.min(...ends), Math.max(...ends)];
  const room = (most - least) / 20 || Math.abs(most) / 10 || 1;
  const x = scaleLinear()
    .domain([least - room, most + room])
    .range([left, WIDTH - 20]);
  const bottom = TOP + ROW * rows.length;
  const round = (value: number) => Number(x(value).toFixed(1));
  const ticks = x
    .ticks(5)
    .flatMap((value) => [
      h('line', { class: 'grid', x1: round(value), x2: round(value), y1: TOP, y2: bottom }),
      h('text', { x: round(value), y: bottom + 18, 'text-anchor': 'middle' }, formatTick(value)),
    ]);
  const marks = rows.map(({ name, color, value, low, high }, r) => {
    const y = TOP + ROW * (r + 0.5);
    const isShown = [value, low, high].every(Number.isFinite);
    const most = Math.floor(LONGEST_NAME / CHARACTER);
    const shown = name.length > most ? `${name.slice(0, most - 1)}…` : name;
    return h('g', { class: colorClass(color) }, [
      h('title', null, showText(name)),
      h('text', { class: 'name', x: left - 12, y: y + 4, 'text-anchor': 'end' }, showText(shown)),
      isShown && h('path', { class: 'bars', d: `M${round(low)},${y}H${round(high)}` }),
      isShown && h('path', { class: 'dots', d: `M${round(value)},${y}h0` }),
    ]);
  });
  return [h('text', { class: 'title', x: 12, y: 22 }, showText(title)), ...ticks, ...marks];
}
