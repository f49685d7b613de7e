import { expect, it } from 'vitest';
import { measureWidth } from '../../src/report/columns.ts';
import { cut, fitTable, wrap } from '../../src/report/fit-text.ts';
import type { XyChart } from '../../src/report/xy-chart.ts';
import { formatXyText } from '../../src/report/xy-chart-text.ts';

const chart: XyChart = {
  title: 'Loss',
  x: { label: 'updates' },
  y: { label: '' },
  series: [
    {
      name: 'a',
      color: 0,
      points: [
        { x: 0, y: 8 },
        { x: 50, y: 2 },
        { x: 100, y: 0 },
      ],
    },
  ],
};

it('draws lines in Braille between axes', () => {
  expect(formatXyText(chart, { width: 36, height: 4 }).split('\n')).toEqual([
    'Loss',
    '8 │⠉⠒⠢⠤⣀⡀',
    '6 │     ⠈⠉⠒⠢⠤⣀⡀',
    '4 │           ⠈⠉⠒⠢⠤⣀⣀⡀',
    '0 │                  ⠈⠉⠉⠉⠑⠒⠒⠒⠢⠤⠤⠤⢄⣀⣀',
    '  └─────────────────────────────────',
    '   0              50         updates',
    '',
  ]);
});

it.each([20, 60, 80, 120])('fits %d characters', (width) => {
  const points = Array.from({ length: 500 }, (_, i) => ({ x: i * 1000, y: Math.sin(i / 30) * 1e6 }));
  const lines = formatXyText({ ...chart, series: [{ name: 'a', color: 0, points }] }, { width }).split('\n');
  expect(Math.max(...lines.map(measureWidth))).toBeLessThanOrEqual(width);
  expect(lines[0]).toBe('Loss');
  if (width > 20) expect(lines.at(-2)).toMatch(/0 .*400k.* updates$/);
});

it('gives each series its colour', () => {
  const flat = (name: string, color: number, y: number) => ({
    name,
    color,
    points: [
      { x: 0, y },
      { x: 1, y },
    ],
  });
  const text = formatXyText(
    { ...chart, series: [flat('a', 0, 1), flat('b', 1, 2)] },
    { width: 30, paint: (part, color) => `<${color}>${part}</>` },
  );
  expect(text).toMatch(/<1>⠉+<\/>/);
  expect(text).toMatch(/<0>⣀+<\/>/);
});

it('tables give way, the widest column first; words are wrapped', () => {
  expect(
    fitTable(
      [
        ['key', 'x'.repeat(30)],
        ['other', 'y'],
      ],
      new Set(),
      20,
    ),
  ).toBe('key    xxxxxx…xxxxxx\nother  y\n');
  expect(cut('abcdefgh', 5)).toBe('ab…gh');
  expect(cut('日本語日本語', 5)).toBe('日…語');
  expect(wrap('one two three', 7)).toEqual(['one two', 'three']);
  expect(wrap('one two three four', 7, 2)).toEqual(['one two', 'three…']);
});
