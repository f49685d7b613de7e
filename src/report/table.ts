// Scores as a plain text table, a row for each system.
import { measureWidth } from './columns.ts';
import { buildCells, type ScoreCell, type Scores, type SignificanceTable } from './scores.ts';
import { showPValue, showScore, showText } from './show.ts';

interface Cell {
  readonly text: string;
  readonly isBest: boolean;
}

export interface TableOptions {
  readonly significance?: SignificanceTable | undefined;
  /** Decimals of scores. */
  readonly digits?: number | undefined;
  /** Dresses the best score of each metric. */
  readonly emphasize?: ((text: string) => string) | undefined;
}

/**
 * Lines of aligned columns: the system, then each metric's score and, where tests were made, mean ± interval and
 * p-value (a star: at most 0.05).
 */
export function formatScoreTable(
  scores: Scores,
  { significance, digits, emphasize = (text) => text }: TableOptions = {},
): string {
  const plain = (text: string): Cell => ({ text, isBest: false });
  const cells = buildCells(scores, significance);
  const columns: Cell[][] = [[plain('System'), ...scores.systems.map((name) => plain(showText(name)))]];
  scores.metrics.forEach(({ label }, m) => {
    const column = cells.map((row) => row[m]!);
    const figures = column.map(({ score, isBest }) => ({ text: showScore(score, digits), isBest }));
    columns.push([plain(label), ...figures]);
    if (column.some(({ interval }) => interval !== null)) {
      columns.push([plain('mean ± CI'), ...column.map((cell) => plain(showInterval(cell, digits)))]);
    }
    if (column.some(({ pValue }) => pValue !== null)) {
      // A space where others have a star keeps the digits in line.
      const texts = column.map(({ pValue }) =>
        pValue === null ? '' : showPValue(pValue).replace(/\d$/, '$& '),
      );
      columns.push([plain('p '), ...texts.map(plain)]);
    }
  });
  const widths = columns.map((column) => Math.max(...column.map(({ text }) => measureWidth(text))));
  const lines = columns[0]!.map((_, row) =>
    columns
      .map((column, c) => {
        const { text, isBest } = column[row]!;
        const padding = ' '.repeat(widths[c]! - measureWidth(text));
        const shown = isBest ? emphasize(text) : text;
        return c === 0 ? shown + padding : padding + shown;
      })
      .join('  ')
      .trimEnd(),
  );
  return `${lines.join('\n')}\n`;
}

/** `29.41 ± 0.75`, or what there is of it. */
export function showInterval(
  { mean, interval }: Pick<ScoreCell, 'mean' | 'interval'>,
  digits?: number,
): string {
  if (interval === null) return '';
  return `${mean === null ? '' : `${showScore(mean, digits)} `}± ${showScore(interval, digits)}`;
}
