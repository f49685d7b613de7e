import { describe, expect, it } from 'vitest';
import { buildPictures, formatPicture } from '../../src/study/charts.ts';
import { renderStudyPage } from '../../src/study/page.ts';
import { type ArmResult, type GridResult, xFigure } from '../../src/study/results.ts';
import { summarize } from '../../src/study/statistics.ts';
import { formatLatex, formatStudyCsv, formatTable } from '../../src/study/tables.ts';
import { formatStudyText } from '../../src/study/text.ts';

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
  claims: [],
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
  expect(formatStudyText({ title: '', grids: [grid, { ...grid, title: 'Again' }] })).toMatch(
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

describe('over a figure', () => {
  const sizes = { 'rate=0.1': 3000, 'rate=0.2': 1000 } as Record<string, number>;
  const over = (series: Record<string, string>, xScale: 'linear' | 'log' = 'linear'): GridResult => ({
    ...grid,
    x: 'parameters',
    xScale,
    arms: grid.arms.map((one) => {
      const size = sizes[one.name];
      const summary = size === undefined ? undefined : summarize([size], 'quartiles');
      const cells = { ...one.cells, parameters: { summary, difference: undefined } };
      return { ...one, cells, label: one.name, series: series[one.name] };
    }),
  });

  it('each arm is a dot with its name; the figure itself is not drawn', () => {
    const both = { ...over({}), figures: ['parameters', 'test.BLEU'] };
    expect(xFigure(both)).toBe('parameters');
    const pictures = buildPictures(both);
    expect(pictures.map(({ figure }) => figure)).toEqual(['test.BLEU']);
    expect(pictures[0]!.picture).toMatchObject({
      kind: 'points',
      chart: {
        x: { label: 'parameters', scale: 'linear' },
        series: [
          { name: 'arms', mark: 'dots', points: [{ x: 1000, y: 21, label: 'rate=0.2' }] },
          { name: 'baseline', mark: 'dots', points: [{ x: 3000, y: 21, low: 20.5, high: 21.5 }] },
        ],
      },
    });
  });

  it('series are joined in the order of the figure; what is in none stays alone', () => {
    const { picture } = buildPictures(over({ 'rate=0.1': 'front', 'rate=0.2': 'front' }, 'log'))[0]!;
    expect(picture).toMatchObject({
      chart: {
        x: { scale: 'log' },
        series: [{ name: 'front', mark: 'joined', points: [{ x: 1000 }, { x: 3000 }] }],
      },
    });
    const svg = formatPicture(picture);
    expect(svg).toMatch(/class="name label"[^>]*>rate=0\.1</);
    expect(svg.match(/class="stroke"/g)).toHaveLength(1);
  });

  it('an axis of that name goes first', () => {
    expect(xFigure({ x: 'parameters', axes: ['parameters'] })).toBe(undefined);
  });

  it('in the page there is a picture for each width, in the text one of characters', () => {
    const results = { title: '', grids: [over({})] };
    const page = renderStudyPage(results);
    expect(page.match(/<svg/g)).toHaveLength(2);
    expect(page).toContain('<title>rate=0.2: 21 at 1000</title>');
    expect(formatStudyText(results, 60)).toMatch(/│.*[⠁-⣿] rate=0\.2/);
  });
});

it('the page escapes text, and is the same each time', () => {
  const page = renderStudyPage({ title: 'A <b>', grids: [grid] });
  expect(page).toContain('A &lt;b>');
  expect(page).toContain('Rates &amp; &lt;more> 5%');
  expect(page).toContain('6 runs in 3 arms');
  expect(renderStudyPage({ title: 'A <b>', grids: [grid] })).toBe(page);
});
