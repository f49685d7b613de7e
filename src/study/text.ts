// A study's report in plain text: of each grid its table, its claims, and points over a figure as a chart in characters.
import { formatXyText } from '../report/xy-chart-text.ts';
import { buildPictures } from './charts.ts';
import { formatClaims } from './claim-forms.ts';
import type { GridResult, StudyResults } from './results.ts';
import { formatTable } from './tables.ts';

/** All grids, each under its title; in lines of at most `width` cells where one is given. */
export const formatStudyText = ({ grids }: StudyResults, width?: number): string =>
  grids.map((grid) => `${grids.length > 1 ? `${grid.title}\n` : ''}${formatGrid(grid, width)}`).join('\n');

/** The most cells and lines of a chart. */
const CHART = { width: 100, height: 16 };

function formatGrid(grid: GridResult, width?: number): string {
  const size = { ...CHART, width: Math.min(CHART.width, width ?? CHART.width) };
  const charts = buildPictures(grid, { fullNames: true }).flatMap(({ picture }) =>
    picture.kind === 'points' ? formatXyText(picture.chart, size) : [],
  );
  const claims = grid.claims.length > 0 ? [formatClaims(grid, width)] : [];
  return [formatTable(grid, width), ...claims, ...charts].join('\n');
}
