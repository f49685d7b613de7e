// A grid's figures as pictures: lines over an axis of numbers, with a band, or a dot with a bar for each arm.
import { type DotPlot, formatDotPlot } from '../report/dot-plot.ts';
import type { XyChart, XySeries } from '../report/xy-chart.ts';
import { formatXySvg } from '../report/xy-chart-svg.ts';
import { lastWord } from './grid.ts';
import type { ArmResult, GridResult } from './results.ts';
import { centre, describeCentre, nameFigure } from './tables.ts';

export type Picture = { kind: 'lines'; chart: XyChart } | { kind: 'dots'; plot: DotPlot };

/** One for each of the figures that are told. */
export function buildPictures(grid: GridResult): { figure: string; picture: Picture }[] {
  const told = grid.figures.filter((figure) => grid.arms.some(({ cells }) => cells[figure]?.summary));
  return told.map((figure) => ({
    figure,
    picture:
      grid.x === undefined
        ? { kind: 'dots', plot: buildDots(grid, figure) }
        : { kind: 'lines', chart: buildLines(grid, figure, grid.x) },
  }));
}

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
