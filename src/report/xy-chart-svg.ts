// A chart of points over x as a picture of its own.
import { type ComponentChild, h } from 'preact';
import { colorClass } from './palette.ts';
import { showText } from './show.ts';
import { formatSvgFile } from './svg-file.ts';
import { layOut, type XyChart, type XySeries } from './xy-chart.ts';
import { renderShape } from './xy-chart-page.ts';

const MARGIN = { left: 56, right: 16, top: 40, bottom: 44 };
/** Between the lines of the keys. */
const LINE = 18;

export interface SvgOptions {
  readonly width?: number;
  /** Of the plot and its axes; keys are below. */
  readonly height?: number;
}

/** The file's text. */
export function formatXySvg(chart: XyChart, { width = 640, height = 360 }: SvgOptions = {}): string {
  const keys = chart.series.length > 1 ? chart.series : [];
  const box = { width: width - MARGIN.left - MARGIN.right, height: height - MARGIN.top - MARGIN.bottom };
  const { xTicks, yTicks, shapes } = layOut(chart, box);
  const whole = height + LINE * keys.length;
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
  return formatSvgFile({ width, height: whole }, [
    h('text', { class: 'title', x: MARGIN.left, y: 22 }, [
      showText(chart.title),
      chart.y.label !== '' && `, ${showText(chart.y.label)}`,
    ]),
    h('g', { transform: `translate(${MARGIN.left} ${MARGIN.top})` }, [...axis, ...shapes.map(renderShape)]),
    ...keys.map((series, k) => renderKey(series, height + LINE * k)),
  ]);
}

function renderKey({ name, color }: XySeries, y: number): ComponentChild {
  return h('g', { class: colorClass(color) }, [
    h('rect', { class: 'sample', x: MARGIN.left, y, width: 12, height: 4 }),
    h('text', { class: 'name', x: MARGIN.left + 20, y: y + 7 }, showText(name)),
  ]);
}
