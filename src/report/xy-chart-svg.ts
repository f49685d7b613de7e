// A chart of points over x as a picture of its own.
import { type ComponentChild, h } from 'preact';
import { measureWidth } from './columns.ts';
import { type Drawing, formatDrawing } from './drawing.ts';
import { cut, wrap } from './fit-text.ts';
import { colorClass } from './palette.ts';
import { showText } from './show.ts';
import type { Size } from './svg-file.ts';
import { formatTick, type Layout, layOut, shownPoints, type XyChart, type XySeries } from './xy-chart.ts';
import { renderShade, renderShape } from './xy-chart-page.ts';
import { type PlacedLabel, placeLabels } from './xy-labels.ts';

const MARGIN = { left: 56, right: 16, top: 40, bottom: 44 };
/** Above the plot where the title stands elsewhere. */
const UNTITLED = 12;
/** Between the lines of the keys. */
const LINE = 18;
const TITLE_CHARACTER = 9;
/** Pixels for each tick of x. */
const TICK = 90;
/** A character's usual width, and how many of a label are shown. */
const CHARACTER = 7.4;
const LONGEST_LABEL = 28;

export interface SvgOptions {
  readonly width?: number;
  /** Of the plot and its axes; keys are below. */
  readonly height?: number;
}

/** The file's text. */
export const formatXySvg = (chart: XyChart, options?: SvgOptions): string =>
  formatDrawing(drawXy(chart, options));

/** With title and keys. */
export function drawXy(chart: XyChart, { width = 640, height = 360 }: SvgOptions = {}): Drawing {
  const keys = chart.series.length > 1 ? chart.series : [];
  const unit = chart.y.label === '' ? '' : `, ${chart.y.label}`;
  const title = showText(`${chart.title}${unit}`);
  const [first, ...others] = wrap(title, Math.floor((width - MARGIN.left) / TITLE_CHARACTER));
  const end = height + LINE * others.length;
  return {
    size: { width, height: end + LINE * keys.length },
    title,
    content: [
      h('text', { class: 'title', x: MARGIN.left, y: 22 }, first),
      ...others.map((line, i) => h('text', { class: 'title', x: MARGIN.left, y: 22 + LINE * (i + 1) }, line)),
      drawPlot(chart, { width, height: end }, MARGIN.top + LINE * others.length),
      ...keys.map((series, k) => renderKey(series, end + LINE * k)),
    ],
  };
}

/** The plot between its axes, without title and keys, which a page has beside it. */
export const drawUntitled = (chart: XyChart, size: Size): ComponentChild => drawPlot(chart, size, UNTITLED);

/** The plot and its axes, so far below the upper end. */
function drawPlot(chart: XyChart, { width, height }: Size, top: number): ComponentChild {
  const box = { width: width - MARGIN.left - MARGIN.right, height: height - top - MARGIN.bottom };
  const layout = layOut(chart, box, { x: Math.round(box.width / TICK), y: 5 });
  const { xTicks, yTicks, shapes } = layout;
  const axis: ComponentChild[] = [
    ...yTicks.flatMap(({ at, label }) => {
      const y = box.height * (1 - at);
      return [
        h('line', { class: 'grid', x1: 0, x2: box.width, y1: y, y2: y }),
        h('text', { x: -8, y: y + 4, 'text-anchor': 'end' }, label),
      ];
    }),
    ...xTicks.map(({ at, label }) =>
      h('text', { x: box.width * at, y: box.height + 18, 'text-anchor': 'middle' }, label),
    ),
    h('text', { x: box.width, y: box.height + 36, 'text-anchor': 'end' }, chart.x.label),
  ];
  return h('g', { transform: `translate(${MARGIN.left} ${top})` }, [
    renderShade(layout),
    ...axis,
    ...shapes.map(renderShape),
    ...renderLabels(chart, layout, box),
  ]);
}

/** Labels, and over each point that has one what a pointer held on it tells. */
function renderLabels(chart: XyChart, layout: Layout, box: Size): ComponentChild[] {
  const shorten = (text: string) => cut(showText(text), LONGEST_LABEL);
  const labels = placeLabels(chart, layout, {
    ...box,
    line: 14,
    gap: { x: 8, y: 6 },
    rings: 8,
    radius: 4,
    measure: (text) => CHARACTER * measureWidth(shorten(text)),
  });
  const { format: formatX = formatTick } = chart.x;
  const { format: formatY = formatTick } = chart.y;
  const hints = chart.series.flatMap((series) =>
    shownPoints(chart, series).flatMap((point) => {
      if (point.label === undefined) return [];
      const { x, y } = layout.place(point);
      const told = `${showText(point.label)}: ${formatY(point.y)} at ${formatX(point.x)}`;
      return h(
        'circle',
        { class: 'hint', cx: round(x * box.width), cy: round((1 - y) * box.height), r: 8 },
        h('title', null, told),
      );
    }),
  );
  return [...labels.map((label) => renderLabel(label, shorten(label.text))), ...hints];
}

function renderLabel(label: PlacedLabel, text: string): ComponentChild {
  const { x, y, width, height, anchor, color, leader } = label;
  const at = { start: x, middle: x + width / 2, end: x + width }[anchor];
  return h('g', { class: colorClass(color) }, [
    leader &&
      h('line', {
        class: 'leader',
        x1: round(leader.x1),
        y1: round(leader.y1),
        x2: round(leader.x2),
        y2: round(leader.y2),
      }),
    h(
      'text',
      { class: 'name label', x: round(at), y: round(y + 0.78 * height), 'text-anchor': anchor },
      text,
    ),
  ]);
}

const round = (value: number): number => Number(value.toFixed(1));

/** A line as thick as the series has it, and its name. */
function renderKey({ name, color, mark }: XySeries, y: number): ComponentChild {
  const isFaint = mark === 'faint';
  const height = isFaint ? 2 : 4;
  const look = isFaint ? 'sample faint' : 'sample';
  return h('g', { class: colorClass(color) }, [
    h('rect', { class: look, x: MARGIN.left, y: y + 2 - height / 2, width: 12, height }),
    h('text', { class: 'name', x: MARGIN.left + 20, y: y + 7 }, showText(name)),
  ]);
}
