// SVG without variables, and PNG of it.
import { Resvg } from '@resvg/resvg-js';
import { expect, test } from 'vitest';
import { formatHeatSvg } from '../../src/inspect/heat-svg.ts';
import { flattenSvg } from '../../src/report/flat-svg.ts';
import { toPng } from '../../src/report/png.ts';
import { formatXySvg } from '../../src/report/xy-chart-svg.ts';

const heat = formatHeatSvg({ title: 'x', rows: ['a'], columns: ['b', 'c'], values: [1, -1] });
const chart = formatXySvg({
  title: 't',
  x: { label: 'x' },
  y: { label: 'y' },
  series: [
    {
      name: 'one',
      color: 0,
      points: [
        { x: 0, y: 0 },
        { x: 1, y: 1 },
      ],
    },
    { name: 'two', color: 1, mark: 'dots', points: [{ x: 0, y: 1, label: 'p' }] },
  ],
});

test('colours stand where they are used', () => {
  for (const svg of [heat, chart]) {
    const flat = flattenSvg(svg);
    expect(flat).not.toMatch(/var\(|@media|--/);
    // All but the style and what was in it is as before.
    expect(flat.replace(/<style>[\s\S]*<\/style>/, '').replace(/style="[^"]*"/g, '')).toBe(
      svg.replace(/<style>[\s\S]*<\/style>/, '').replace(/style="[^"]*"/g, ''),
    );
  }
  expect(flattenSvg(heat)).toMatch(/class="c0" style="fill:#2f62b0".*class="c1" style="fill:#cf7d1f"/);
  expect(flattenSvg(chart)).toContain('.xy .c1 path,.xy path.c1{fill:none;stroke:#cf7d1f;');
  const plain = '<svg><style>a{fill:red}@media (prefers-color-scheme:dark){a{fill:blue}}</style><a/></svg>';
  expect(flattenSvg(plain)).toBe(plain);
});

test('PNG has two pixels for one, the colours of light ground, and letters', async () => {
  const png = Buffer.from(await toPng(heat));
  const [, w, h] = /width="(\d+)" height="(\d+)"/.exec(heat)!.map(Number);
  expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([2 * w!, 2 * h!]);
  const { pixels } = new Resvg(flattenSvg(heat)).render();
  const colors = new Set<string>();
  for (let i = 0; i < pixels.length; i += 4) colors.add(pixels.subarray(i, i + 3).toString('hex'));
  for (const color of ['ffffff', '2f62b0', 'cf7d1f']) expect(colors).toContain(color);
  expect(png).not.toEqual(Buffer.from(await toPng(heat.replace('>x</text>', '>y</text>'))));
});
