import { describe, expect, it } from 'vitest';
import { buildPictures, formatPicture } from '../../src/study/charts.ts';
import { renderStudyPage } from '../../src/study/page.ts';
import type { ArmResult, GridResult } from '../../src/study/results.ts';
import { summarize } from '../../src/study/statistics.ts';
import { formatLatex, formatStudyCsv, formatTable, formatTables } from '../../src/study/tables.ts';

const arm = (rate: number, values: number[], base?: number[]): ArmResult => ({
  name: `rate=${rate}`,
  labels: { 'schedule.rate': String(rate) },
  values: { 'schedule.rate': rate },
  isBaseline: base === undefined,
  finished: values.length,
  planned: 3,
  cells: {
    'test.BLEU': {
      summary: values.length === 0 ? undefined : summarize(values, 'quartiles'),
      difference:
        base === undefined || values.length === 0
          ? undefined
          : summarize(
              values.map((x, i) => x - base[i]!),
              'quartiles',
            ),
    },
  },
  runs: values.map((x, i) => ({
    run: `rate=${rate}-seed${i + 1}`,
    seed: i + 1,
    figures: { 'test.BLEU': x },
  })),
});

const grid: GridResult = {
  name: 'rates',
  title: 'Rates & <more> 5%',
  axes: ['schedule.rate'],
  figures: ['test.BLEU'],
  spread: 'quartiles',
  x: undefined,
  xScale: 'linear',
  arms: [arm(0.1, [20, 21, 22]), arm(0.2, [20.004, 21, 23], [20, 21, 22]), arm(0.3, [], [])],
};

it('a table for people: the middle, where values lie, and paired differences', () => {
  expect(formatTable(grid)).toMatchInlineSnapshot(`
    "rate  seeds   BLEU      quartiles         Δ     quartiles
    0.1       3  21.00  20.50 … 21.50  baseline
    0.2       3  21.00  20.50 … 22.00      0.00  0.00 … +0.50
    0.3     0/3
    "
  `);
});

it('a narrow terminal gets the middles alone', () => {
  expect(formatTable(grid, 57)).toBe(formatTable(grid));
  expect(formatTable(grid, 50)).toMatchInlineSnapshot(`
    "rate  seeds   BLEU         Δ
    0.1       3  21.00  baseline
    0.2       3  21.00      0.00
    0.3     0/3
    "
  `);
  expect(
    Math.max(
      ...formatTable(grid, 30)
        .split('\n')
        .map((line) => line.length),
    ),
  ).toBeLessThanOrEqual(30);
});

it('LaTeX escapes what it must', () => {
  const text = formatLatex({
    ...grid,
    axes: ['a_b'],
    arms: [{ ...grid.arms[0]!, labels: { a_b: '50%\\x' } }],
  });
  expect(text).toContain('a\\_b & seeds & BLEU & quartiles & $\\Delta$ & quartiles \\\\');
  expect(text).toContain('50\\%\\textbackslash{}x & 3 & 21.00 & 20.50 \\ldots{} 21.50 & baseline &  \\\\');
});

it('CSV has every statistic with all digits, and empty fields where there is none', () => {
  const lines = formatStudyCsv({ title: '', grids: [grid] }).split('\r\n');
  expect(lines[0]).toMatch(/^grid,arm,schedule.rate,figure,count,mean,median,/);
  expect(lines[2]).toMatch(/^rates,rate=0.2,0.2,test.BLEU,3,21.334666666666667,21,1\.5\d+,/);
  expect(lines[3]).toBe('rates,rate=0.3,0.3,test.BLEU,,,,,,,,,,,,');
});

it('several grids stand under their titles', () => {
  expect(formatTables({ title: '', grids: [grid, { ...grid, title: 'Again' }] })).toMatch(
    /^Rates & <more> 5%\nrate {2}[\s\S]+\nAgain\nrate {2}/,
  );
});

describe('pictures', () => {
  it('dots without an axis: arms without values are left out', () => {
    const { picture } = buildPictures(grid)[0]!;
    expect(picture).toMatchObject({
      kind: 'dots',
      plot: { rows: [{ name: 'rate=0.1', value: 21, low: 20.5, high: 21.5 }, { name: 'rate=0.2' }] },
    });
    const svg = formatPicture(picture);
    expect(svg).toContain('Rates &amp; &lt;more> 5%: BLEU, median and quartiles');
    expect(svg.match(/class="dots"/g)).toHaveLength(2);
  });

  it('lines over an axis of numbers, in its order', () => {
    const { picture } = buildPictures({ ...grid, x: 'schedule.rate', arms: grid.arms.toReversed() })[0]!;
    expect(picture).toMatchObject({
      kind: 'lines',
      chart: {
        x: { label: 'schedule.rate', scale: 'linear' },
        series: [
          {
            points: [
              { x: 0.1, y: 21, low: 20.5, high: 21.5 },
              { x: 0.2, y: 21, low: expect.closeTo(20.502), high: 22 },
            ],
          },
        ],
      },
    });
  });
});

it('the page escapes text, and is the same each time', () => {
  const page = renderStudyPage({ title: 'A <b>', grids: [grid] });
  expect(page).toContain('A &lt;b>');
  expect(page).toContain('Rates &amp; &lt;more> 5%');
  expect(page).toContain('6 runs in 3 arms');
  expect(renderStudyPage({ title: 'A <b>', grids: [grid] })).toBe(page);
});
