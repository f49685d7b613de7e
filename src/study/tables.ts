// A grid as a table: for people in plain text, for papers in LaTeX, for programs in CSV.
import { measureWidth } from '../report/columns.ts';
import { formatCsv } from '../report/csv.ts';
import { fitTable } from '../report/fit-text.ts';
import { isPercent } from '../run/figures.ts';
import { formatCount } from '../util/format.ts';
import { lastWord } from './grid.ts';
import { formatLatexTable } from './latex.ts';
import type { GridResult, StudyResults } from './results.ts';
import type { Spread } from './schema.ts';
import type { Summary } from './statistics.ts';

/** The cells of a table: its head, and a row for each arm. */
export interface Table {
  head: readonly string[];
  rows: readonly (readonly string[])[];
  /** The columns that are not of numbers. */
  texts: number;
}

export function buildTable(grid: GridResult): Table {
  const { axes, figures, spread, arms } = grid;
  const hasBaseline = arms.some(({ isBaseline }) => isBaseline);
  const named = axes.length === 0 ? ['arm'] : axes.map(lastWord);
  const heads = figures.flatMap((figure) => [
    nameFigure(figure),
    describeSpread(spread),
    ...(hasBaseline ? ['Δ', describeSpread(spread)] : []),
  ]);
  const digits = figures.map((figure) => digitsOf(figure, grid));
  const rows = arms.map(({ name, labels, finished, planned, cells, isBaseline }) => [
    ...(axes.length === 0 ? [name] : axes.map((axis) => labels[axis]!)),
    finished === planned ? String(finished) : `${finished}/${planned}`,
    ...figures.flatMap((figure, f) => {
      const { summary, difference } = cells[figure]!;
      const told = formatSummary(summary, spread, (x) => formatValue(x, digits[f]!));
      if (!hasBaseline) return told;
      const signed = (x: number) => formatDifference(x, digits[f]!);
      return [...told, ...(isBaseline ? ['baseline', ''] : formatSummary(difference, spread, signed))];
    }),
  ]);
  return { head: [...named, 'seeds', ...heads], rows, texts: named.length };
}

/** In lines of at most `width` cells where one is given: where spreads have no room they are left out. */
export function formatTable(grid: GridResult, width = Infinity): string {
  const { head, rows, texts } = buildTable(grid);
  const numbers = new Set(head.map((_, c) => c).filter((c) => c >= texts));
  const whole = [head, ...rows];
  const table = fitTable(whole, numbers, Infinity);
  if (measureTable(table) <= width) return table;
  const isSpread = (c: number) => head[c] === describeSpread(grid.spread);
  return fitTable(
    whole.map((line) => line.filter((_, c) => !isSpread(c))),
    numbers,
    width,
  );
}

const measureTable = (table: string): number => Math.max(...table.split('\n').map(measureWidth));

/** As a LaTeX table. */
export function formatLatex(grid: GridResult): string {
  const { head, rows, texts } = buildTable(grid);
  const columns = 'l'.repeat(texts) + 'r'.repeat(head.length - texts);
  return formatLatexTable({ title: grid.title, head, rows, columns });
}

/** A row for each arm and figure, with all digits. */
export function formatStudyCsv({ grids }: StudyResults): string {
  const axes = [...new Set(grids.flatMap((grid) => grid.axes))];
  const statistics = ['count', 'mean', 'median', 'deviation', 'low', 'high'] as const;
  const values = (summary: Summary | undefined) =>
    statistics.map((key) => {
      const value = summary?.[key];
      return value === undefined || !Number.isFinite(value) ? null : value;
    });
  const rows = grids.flatMap(({ name, arms, figures }) =>
    arms.flatMap(({ labels, name: arm, cells }) =>
      figures.map((figure) => {
        const { summary, difference } = cells[figure]!;
        const place = [name, arm, ...axes.map((axis) => labels[axis] ?? null), figure];
        return [...place, ...values(summary), ...values(difference)];
      }),
    ),
  );
  const differences = statistics.map((key) => `difference_${key}`);
  return formatCsv([['grid', 'arm', ...axes, 'figure', ...statistics, ...differences], ...rows]);
}

/** `BLEU` of `test.BLEU`; `valid` is said, as the set that one selects by. */
export const nameFigure = (figure: string): string =>
  figure.startsWith('valid.') ? `${figure.slice('valid.'.length)} (valid)` : figure.replace(/^test\./, '');

export const describeSpread = (spread: Spread): string => (spread === 'quartiles' ? 'quartiles' : '95%');

/** The middle, and where the values lie if there are several. */
function formatSummary(
  summary: Summary | undefined,
  spread: Spread,
  format: (x: number) => string,
): [string, string] {
  if (summary === undefined) return ['', ''];
  const { low, high, count } = summary;
  return [format(centre(summary, spread)), count > 1 ? `${format(low)} … ${format(high)}` : ''];
}

function digitsOf(figure: string, { arms, spread }: GridResult): number {
  const values = arms.flatMap(({ cells }) => {
    const summary = cells[figure]?.summary;
    return summary === undefined ? [] : [centre(summary, spread), summary.low, summary.high];
  });
  return chooseDigits(figure, values);
}

/** Two decimals for what is in percent or large, four for losses and shares, none for counts. */
export function chooseDigits(figure: string, values: readonly number[]): number {
  if (isPercent(figure.slice(figure.indexOf('.') + 1))) return 2;
  if (values.every(Number.isInteger)) return 0;
  return values.some((x) => Math.abs(x) >= 10) ? 2 : 4;
}

export const formatValue = (x: number, digits: number): string =>
  digits === 0 && Number.isInteger(x) ? formatCount(x) : x.toFixed(digits);

/** With its sign. */
export function formatDifference(x: number, digits: number): string {
  const text = x.toFixed(digits);
  if (Number(text) === 0) return text.replace('-', '');
  return x > 0 ? `+${text}` : text;
}

/** What stands for an arm, and what is told beside it. */
export const describeCentre = (spread: Spread): string =>
  spread === 'quartiles' ? 'median and quartiles' : 'mean and its 95% interval';

/** The middle of what the spread is around. */
export const centre = ({ median, mean }: Summary, spread: Spread): number =>
  spread === 'quartiles' ? median : mean;
