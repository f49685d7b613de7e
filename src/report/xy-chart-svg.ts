// A chart of points over x as a picture of its own: an SVG file with its style inside, light or dark as the reader's
// screen is.
import { type ComponentChild, h } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { COLOR_RULES, colorClass, cssVariables } from './palette.ts';
import { showText } from './show.ts';
import { layOut, type XyChart, type XySeries } from './xy-chart.ts';
import { renderShape } from './xy-chart-page.ts';
import { PATH_STYLE } from './xy-chart-style.ts';

const STYLE = `
:root{color-scheme:light dark;${cssVariables('light')}}
@media (prefers-color-scheme:dark){:root{${cssVariables('dark')}}}
${COLOR_RULES}
${PATH_STYLE}
text{font:12px system-ui,sans-serif;fill:var(--soft)}
.title{font-weight:600;font-size:14px}
.title,.name{fill:var(--ink)}
.grid{stroke:var(--grid)}
.ground{fill:var(--card)}
.sample{fill:var(--c)}
`.trim();

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
  const picture = h(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      viewBox: `0 0 ${width} ${whole}`,
      width,
      height: whole,
      class: 'xy',
    },
    [
      h('style', { dangerouslySetInnerHTML: { __html: STYLE } }),
      h('rect', { class: 'ground', width, height: whole }),
      h('text', { class: 'title', x: MARGIN.left, y: 22 }, [
        showText(chart.title),
        chart.y.label !== '' && `, ${showText(chart.y.label)}`,
      ]),
      h('g', { transform: `translate(${MARGIN.left} ${MARGIN.top})` }, [...axis, ...shapes.map(renderShape)]),
      ...keys.map((series, k) => renderKey(series, height + LINE * k)),
    ],
  );
  return `${renderToString(picture)}\n`;
}

function renderKey({ name, color }: XySeries, y: number): ComponentChild {
  return h('g', { class: colorClass(color) }, [
    h('rect', { class: 'sample', x: MARGIN.left, y, width: 12, height: 4 }),
    h('text', { class: 'name', x: MARGIN.left + 20, y: y + 7 }, showText(name)),
  ]);
}
