// A bar chart as HTML: groups of bars, one bar for each system, and its figures as a table below.
// The bars are boxes with a height in per cent, so that text keeps its size on every screen; groups share the width.
import { type ComponentChild, h } from 'preact';
import { colorClass } from './palette.ts';

export interface Chart {
  readonly title: string;
  /** What the groups are, such as `Reference length`. */
  readonly groupTitle: string;
  /** Under each group: what it is and how much of it there is. */
  readonly groups: readonly { readonly label: string; readonly note: string }[];
  readonly series: readonly { readonly name: string; readonly values: readonly number[] }[];
  readonly format: (value: number) => string;
}

/** More bars leave no room for figures above them. */
const MAX_LABELLED = 28;

/** The name of system `s` behind its colour. */
export function renderKey(name: string, s: number, title: string): ComponentChild {
  return h('span', { class: `key ${colorClass(s)}`, title }, h('bdi', null, name));
}

/** The chart, the key to its colours, and its table. */
export function renderChart(chart: Chart): ComponentChild {
  const { title, groups, series, format } = chart;
  const ticks = chooseTicks(Math.max(0, ...series.flatMap(({ values }) => values)));
  const top = ticks.at(-1)!;
  const isDense = groups.length * series.length > MAX_LABELLED;
  const share = (value: number) => `${Number(((100 * value) / top).toFixed(2))}%`;
  const renderTicks = () =>
    h(
      'div',
      { class: 'ticks', 'aria-hidden': 'true' },
      ticks.map((tick) => h('span', { style: `bottom:${share(tick)}` }, h('b', null, String(tick)))),
    );
  const renderGroup = ({ label, note }: Chart['groups'][number], g: number) =>
    h('div', { class: 'group' }, [
      h(
        'div',
        { class: 'bars' },
        series.map(({ name, values }, s) => {
          const figure = format(values[g]!);
          return h(
            'i',
            {
              class: `bar ${colorClass(s)}`,
              title: `${name}, ${label}: ${figure}`,
              style: `height:${share(values[g]!)}`,
            },
            h('b', null, figure),
          );
        }),
      ),
      h('span', { class: 'x' }, [label, h('small', null, note)]),
    ]);
  return h('figure', { class: 'chart' }, [
    h('figcaption', null, title),
    series.length > 1 &&
      h(
        'div',
        { class: 'legend' },
        series.map(({ name }, s) => renderKey(name, s, name)),
      ),
    h(
      'div',
      { class: `plot${isDense ? ' dense' : ''}`, role: 'img', 'aria-label': title },
      h('div', { class: 'area' }, [renderTicks(), h('div', { class: 'groups' }, groups.map(renderGroup))]),
    ),
    h('details', null, [h('summary', null, 'Figures'), renderFigures(chart)]),
  ]);
}

function renderFigures({ groupTitle, groups, series, format }: Chart): ComponentChild {
  const head = [groupTitle, '', ...series.map(({ name }) => h('bdi', null, name))];
  return h('div', { class: 'scroll' }, [
    h('table', null, [
      h(
        'thead',
        null,
        h(
          'tr',
          null,
          head.map((cell) => h('th', null, cell)),
        ),
      ),
      h(
        'tbody',
        null,
        groups.map(({ label, note }, g) =>
          h('tr', null, [
            h('th', null, label),
            h('td', { class: 'soft' }, note),
            ...series.map(({ values }) => h('td', null, format(values[g]!))),
          ]),
        ),
      ),
    ]),
  ]);
}

/** From 0 in at most five equal steps of 1, 2, 2.5 or 5 times a power of ten, to `max` or just above. */
export function chooseTicks(max: number): number[] {
  if (!(max > 0)) return [0, 1];
  const power = 10 ** Math.floor(Math.log10(max / 5));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((size) => max / size <= 5 + 1e-9)!;
  const ticks = [0];
  while (ticks.at(-1)! < max * (1 - 1e-9)) ticks.push(Number((ticks.length * step).toPrecision(6)));
  return ticks;
}
