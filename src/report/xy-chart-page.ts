// A chart of points over x in a page. The lines are SVG that is stretched over the room there is; ticks and keys are
// text beside it, so that letters keep their size on every screen. xy-chart-script.ts adds the values under a pointer.
import { type ComponentChild, h } from 'preact';
import { colorClass } from './palette.ts';
import { showText } from './show.ts';
import { type Layout, layOut, type Shape, shownPoints, type XyChart, type XySeries } from './xy-chart.ts';

/** Units of the stretched box. */
const BOX = { width: 1000, height: 1000 };

export interface ChartOptions {
  /** Keys that are enough to read it; by default those of all series. */
  readonly keys?: readonly Pick<XySeries, 'name' | 'color' | 'mark'>[];
}

/** The chart under its title, with keys where there are several series. */
export function renderXyChart(chart: XyChart, { keys = chart.series }: ChartOptions = {}): ComponentChild {
  const { title, x, y } = chart;
  const layout = layOut(chart, BOX);
  const { xTicks, yTicks } = layout;
  const shown = showText(title);
  const percent = (at: number) => `${Number((100 * at).toFixed(2))}%`;
  return h('figure', { class: 'chart xy' }, [
    h('figcaption', null, [shown, y.label !== '' && h('small', null, ` ${showText(y.label)}`)]),
    keys.length > 1 && h('div', { class: 'legend' }, keys.map(renderSeriesKey)),
    h(
      'div',
      { class: 'plot', role: 'img', 'aria-label': `${shown} over ${x.label}` },
      h('div', { class: 'area' }, [
        h(
          'div',
          { class: 'ticks', 'aria-hidden': 'true' },
          yTicks.map(({ at, label }) => h('span', { style: `bottom:${percent(at)}` }, h('b', null, label))),
        ),
        h('div', { class: 'canvas' }, [
          h(
            'svg',
            { viewBox: `0 0 ${BOX.width} ${BOX.height}`, preserveAspectRatio: 'none', 'aria-hidden': 'true' },
            [renderShade(layout), ...layout.shapes.map(renderShape)],
          ),
        ]),
        h(
          'div',
          { class: 'xticks', 'aria-hidden': 'true' },
          xTicks.map(({ at, label }) => h('span', { style: `left:${percent(at)}` }, label)),
        ),
        h('small', { class: 'xlabel', 'aria-hidden': 'true' }, x.label),
      ]),
    ),
    h('script', {
      type: 'application/json',
      dangerouslySetInnerHTML: { __html: formatData(chart) },
    }),
  ]);
}

/** The name of a series behind its colour. */
export const renderSeriesKey = ({ name, color, mark }: Pick<XySeries, 'name' | 'color' | 'mark'>) =>
  h('span', { class: `key ${colorClass(color)} ${mark ?? 'strong'}` }, h('bdi', null, showText(name)));

/** The colour of what is only ground. */
const GROUND = 7;

/** The shaded part of the ground. */
export const renderShade = ({ shade }: Pick<Layout, 'shade'>): ComponentChild =>
  shade !== undefined && h('g', { class: colorClass(GROUND) }, h('path', { class: 'band', d: shade }));

/** The paths of a series. */
export function renderShape({ series, line, band, dots, bars }: Shape): ComponentChild {
  const { color, mark = 'strong' } = series;
  const path = (kind: string, d: string) => d !== '' && h('path', { class: kind, d });
  return h('g', { class: `${colorClass(color)} ${mark}` }, [
    path('band', band),
    path('stroke', line),
    path('bars', bars),
    path('dots', dots),
  ]);
}

/** What the script needs: the places of points from 0 to 1 with their values as text. */
function formatData(chart: XyChart): string {
  const { place } = layOut(chart, BOX);
  const { format: formatX = String } = chart.x;
  const { format: formatY = (value: number) => String(Number(value.toPrecision(5))) } = chart.y;
  const series = chart.series.map((one) => {
    const points = shownPoints(chart, one);
    return {
      name: showText(one.name),
      color: colorClass(one.color),
      at: points.map((point) => Number(place(point).x.toFixed(4))),
      x: points.map(({ x }) => formatX(x)),
      y: points.map(({ y }) => formatY(y)),
    };
  });
  return JSON.stringify({ label: chart.x.label, series }).replaceAll('<', '\\u003c');
}
