// A chart whose points have labels, in a page: a picture for wide screens and one for narrow ones, since letters keep
// their size and labels stand elsewhere where there is less room.
import { type ComponentChild, h } from 'preact';
import { showText } from './show.ts';
import { renderPicture } from './svg-file.ts';
import type { XyChart } from './xy-chart.ts';
import { renderSeriesKey } from './xy-chart-page.ts';
import { drawUntitled } from './xy-chart-svg.ts';

const SIZES = { wide: { width: 760, height: 440 }, narrow: { width: 340, height: 400 } };

/** Under its title, with keys where there are several series. */
export function renderLabelledChart(chart: XyChart): ComponentChild {
  const title = showText(chart.title);
  return h('figure', { class: 'chart labelled' }, [
    h('figcaption', null, title),
    chart.series.length > 1 && h('div', { class: 'legend' }, chart.series.map(renderSeriesKey)),
    ...Object.entries(SIZES).map(([kind, size]) =>
      h(
        'div',
        { class: kind, role: 'img', 'aria-label': `${title} over ${chart.x.label}` },
        renderPicture(size, [drawUntitled(chart, size)]),
      ),
    ),
  ]);
}

/** Beside the style of charts over x. */
export const LABELLED_STYLE = `
.charts .labelled{grid-column:1/-1}
.labelled svg{display:block;width:100%;height:auto}
.wide{max-width:56rem}
.narrow{display:none;max-width:28rem}
@media (max-width:46rem){.wide{display:none}.narrow{display:block}}
`.trim();
