// A grid's figures as pictures: lines over an axis of numbers, with a band; a dot with a bar for each arm, over another
// figure or one below the other.
import { type DotPlot, formatDotPlot } from '../report/dot-plot.ts';
import type { XyChart, XySeries } from '../report/xy-chart.ts';
import { formatXySvg } from '../report/xy-chart-svg.ts';
import { lastWord } from './grid.ts';
import { lengthChart } from './lengths.ts';
import { type ArmResult, type GridResult, xFigure } from './results.ts';
import { centre, describeCentre, nameFigure } from './tables.ts';

export type Picture = { kind: 'lines' | 'points'; chart: XyChart } | { kind: 'dots'; plot: DotPlot };

/** One for each of the figures that are told; with `fullNames` arms are not told apart by the colours of series. */
export function buildPictures(
  grid: GridResult,
  { fullNames = false } = {},
): { figure: string; picture: Picture }[] {
  const over = xFigure(grid);
  const named = fullNames ? { ...grid, arms: grid.arms.map((arm) => ({ ...arm, label: arm.name })) } : grid;
  const told = grid.figures.filter(
    (figure) => figure !== over && grid.arms.some(({ cells }) => cells[figure]?.summary),
  );
  return [
    ...told.map((figure) => ({ figure, picture: buildPicture(named, figure, over) })),
    ...buildLengths(grid),
  ];
}

function buildPicture(grid: GridResult, figure: string, over: string | undefined): Picture {
  if (over !== undefined) return { kind: 'points', chart: buildPoints(grid, figure, over) };
  if (grid.x !== undefined) return { kind: 'lines', chart: buildLines(grid, figure, grid.x) };
  return { kind: 'dots', plot: buildDots(grid, figure) };
}

/** One for each arm that was asked problems of several lengths. */
const buildLengths = ({ arms, spread }: GridResult): { figure: string; picture: Picture }[] =>
  arms.flatMap(({ name, lengths }) => {
    if (lengths === undefined) return [];
    const title = `${name}: exact match, ${describeCentre(spread)}`;
    const chart = lengthChart(title, lengths, (summary) => centre(summary, spread));
    return [{ figure: `lengths.${name}`, picture: { kind: 'lines', chart } }];
  });

/** The text of an SVG file. */
export const formatPicture = (picture: Picture): string =>
  picture.kind === 'dots' ? formatDotPlot(picture.plot) : formatXySvg(picture.chart);

const titleOf = ({ title, spread }: GridResult, figure: string): string =>
  `${title}: ${nameFigure(figure)}, ${describeCentre(spread)}`;

function buildDots(grid: GridResult, figure: string): DotPlot {
  const rows = grid.arms.flatMap((arm) => {
    const summary = arm.cells[figure]?.summary;
    if (summary === undefined) return [];
    const { low, high } = summary;
    const color = arm.isBaseline ? 1 : 0;
    return { name: arm.name, color, value: centre(summary, grid.spread), low, high };
  });
  return { title: titleOf(grid, figure), rows };
}

/** A point for each arm, with its name; those of a series are joined in the order of x. */
function buildPoints(grid: GridResult, figure: string, x: string): XyChart {
  const names = [...new Set(grid.arms.flatMap(({ series }) => series ?? []))];
  const joined = names.map((name, color): XySeries => {
    const arms = grid.arms.filter(({ series }) => series === name);
    return { name, color, mark: 'joined', points: pointsOfArms(arms, grid, figure, x) };
  });
  const alone = [false, true].map((isBaseline, k): XySeries => {
    const arms = grid.arms.filter((arm) => arm.series === undefined && arm.isBaseline === isBaseline);
    const name = isBaseline ? 'baseline' : names.length > 0 ? 'others' : 'arms';
    return { name, color: names.length + k, mark: 'dots', points: pointsOfArms(arms, grid, figure, x) };
  });
  return {
    title: titleOf(grid, figure),
    x: { label: nameFigure(x), scale: grid.xScale },
    y: { label: '' },
    series: [...joined, ...alone].filter(({ points }) => points.length > 0),
  };
}

const pointsOfArms = (arms: readonly ArmResult[], { spread }: GridResult, figure: string, x: string) =>
  arms
    .flatMap(({ cells, name, label = name }) => {
      const [across, summary] = [cells[x]?.summary, cells[figure]?.summary];
      if (across === undefined || summary === undefined) return [];
      const { low, high } = summary;
      return { x: centre(across, spread), y: centre(summary, spread), low, high, label };
    })
    .sort((a, b) => a.x - b.x);

/** A line for each choice of points on the other axes. */
function buildLines(grid: GridResult, figure: string, x: string): XyChart {
  const names = [...new Set(grid.arms.map((arm) => nameLine(arm, grid, x)))];
  const series = names.map((name, color): XySeries => {
    const arms = grid.arms.filter((arm) => nameLine(arm, grid, x) === name);
    return { name, color, points: pointsOf(arms, grid, figure, x) };
  });
  return {
    title: titleOf(grid, figure),
    x: { label: x, scale: grid.xScale },
    y: { label: '' },
    series,
  };
}

const pointsOf = (arms: readonly ArmResult[], { spread }: GridResult, figure: string, x: string) =>
  arms
    .flatMap(({ values, cells }) => {
      const summary = cells[figure]?.summary;
      const at = values[x];
      if (summary === undefined || at === undefined) return [];
      return { x: at, y: centre(summary, spread), low: summary.low, high: summary.high };
    })
    .sort((a, b) => a.x - b.x);

const nameLine = ({ labels }: ArmResult, { axes, title }: GridResult, x: string): string =>
  axes
    .filter((axis) => axis !== x)
    .map((axis) => `${lastWord(axis)} ${labels[axis]}`)
    .join(', ') || title;
