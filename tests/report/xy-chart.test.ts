import { renderToString } from 'preact-render-to-string';
import { expect, it } from 'vitest';
import { formatTick, layOut, type XyChart } from '../../src/report/xy-chart.ts';
import { renderXyChart } from '../../src/report/xy-chart-page.ts';
import { formatXySvg } from '../../src/report/xy-chart-svg.ts';

const axis = (label: string) => ({ label });
const chart = (over: Partial<XyChart> = {}): XyChart => ({
  title: 'Loss',
  x: axis('updates'),
  y: axis(''),
  series: [
    {
      name: 'a',
      color: 0,
      points: [
        { x: 0, y: 4 },
        { x: 50, y: 1 },
        { x: 100, y: 2 },
      ],
    },
  ],
  ...over,
});
const box = { width: 100, height: 100 };

it('lies between round ends of the y axis and the ends of x', () => {
  const { xTicks, yTicks, shapes } = layOut(chart(), box);
  expect(xTicks.map(({ label }) => label)).toEqual(['0', '20', '40', '60', '80', '100']);
  expect(xTicks.map(({ at }) => at)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
  expect([yTicks[0], yTicks.at(-1)]).toEqual([
    { at: 0, label: '1' },
    { at: 1, label: '4' },
  ]);
  expect(shapes.map(({ line, band, dots }) => [line, band, dots])).toEqual([
    ['M0,0L50,100L100,66.7', '', ''],
  ]);
});

it('has log axes, which leave out what is not above 0', () => {
  const points = [
    { x: 1, y: 0 },
    { x: 2, y: 1 },
    { x: 3, y: -5 },
    { x: 4, y: 1000 },
  ];
  const y = { label: '', scale: 'log' as const };
  const { yTicks, shapes } = layOut(chart({ y, series: [{ name: 'a', color: 0, points }] }), box);
  expect(yTicks.map(({ label }) => label)).toEqual(['1', '10', '100', '1000']);
  expect(shapes[0]!.line).toBe('M0,100L100,0');
});

it('draws bands, dots and error bars', () => {
  const points = [
    { x: 0, y: 1, low: 0, high: 2 },
    { x: 1, y: 2, low: 1, high: 3 },
  ];
  const [band, bars] = (['strong', 'dots'] as const).map(
    (mark) => layOut(chart({ series: [{ name: 'a', color: 0, mark, points }] }), box).shapes[0]!,
  );
  expect(band).toMatchObject({ band: 'M0,33.3L100,0L100,66.7L0,100Z', bars: '' });
  expect(bars).toMatchObject({
    line: '',
    bars: 'M0,100L0,33.3M100,66.7L100,0',
    dots: 'M0,66.7h0M100,33.3h0',
  });
});

it.each<[string, XyChart['series'][number]['points']]>([
  ['nothing', []],
  ['one point', [{ x: 3, y: 3 }]],
  [
    'equal values',
    [
      { x: 0, y: 7 },
      { x: 1, y: 7 },
    ],
  ],
  [
    'values out of all measure',
    [
      { x: 0, y: 1e308 },
      { x: 1, y: -1e308 },
      { x: NaN, y: 1 },
      { x: 2, y: Infinity },
    ],
  ],
])('of %s gives finite places', (_name, points) => {
  for (const scale of ['linear', 'log'] as const) {
    const one = chart({ y: { label: '', scale }, series: [{ name: 'a', color: 0, points }] });
    const { place: _, ...places } = layOut(one, box);
    const shapes = places.shapes.map(({ series: _, ...paths }) => paths);
    expect(JSON.stringify({ ...places, shapes })).not.toMatch(/NaN|Infinity|null/);
    expect(renderToString(renderXyChart(one) as never)).not.toMatch(/NaN|Infinity|undefined/);
  }
});

it('shows hostile names as text, in the page and in a picture', () => {
  const name = '</script><img src=x>\u001b';
  const hostile = chart({
    title: name,
    series: [{ name, color: 9, points: [{ x: 0, y: 1 }] }, ...chart().series],
  });
  for (const text of [renderToString(renderXyChart(hostile) as never), formatXySvg(hostile)]) {
    expect(text).not.toMatch(/<img/);
    expect(text).not.toContain('\u001b');
    expect(text.match(/<\/script/g) ?? []).toHaveLength(text.startsWith('<svg') ? 0 : 1);
    expect(text).toContain('c1 striped');
  }
});

it('is a picture of its own with light and dark colours', () => {
  const svg = formatXySvg(chart(), { width: 500, height: 300 });
  expect(svg).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" viewBox="0 0 500 300"/);
  expect(svg).toContain('prefers-color-scheme:dark');
  expect(svg).not.toMatch(/var\(--(?!c|s\d|card|ink|soft|line|grid)/);
  expect(svg).toContain('<title>');
  expect(formatXySvg(chart(), { width: 500, height: 300 })).toBe(svg);
});

it.each([
  [0, '0'],
  [0.1 + 0.2, '0.3'],
  [1500, '1500'],
  [20_000, '20k'],
  [-2_500_000, '-2.5M'],
  [0.0005, '0.0005'],
  [0.00001, '1e-5'],
  [1e12, '1e12'],
])('%d on an axis is %s', (value, text) => {
  expect(formatTick(value)).toBe(text);
});
