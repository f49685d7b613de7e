// Pictures before they are a file or part of a page, alone or beside one another.
import { type ComponentChild, h } from 'preact';
import { sum } from '../util/sum.ts';
import { showText } from './show.ts';
import { formatSvgFile, type Size } from './svg-file.ts';

export interface Drawing {
  readonly size: Size;
  /** What readers that do not draw have of it. */
  readonly title: string;
  readonly content: readonly ComponentChild[];
}

/** The text of an SVG file. */
export const formatDrawing = ({ size, title, content }: Drawing): string =>
  formatSvgFile(size, showText(title), [...content]);

/** Drawings row by row, so many in each; columns are as wide and rows as high as the largest of theirs. */
export function arrange(title: string, drawings: readonly Drawing[], columns: number): Drawing {
  const rows = Array.from({ length: Math.ceil(drawings.length / columns) }, (_, r) =>
    drawings.slice(r * columns, (r + 1) * columns),
  );
  const widths = Array.from({ length: columns }, (_, c) =>
    Math.max(0, ...rows.map((row) => row[c]?.size.width ?? 0)),
  );
  const lefts = widths.map((_, c) => sum(widths.slice(0, c)));
  const heights = rows.map((row) => Math.max(...row.map(({ size }) => size.height)));
  return {
    title,
    size: { width: sum(widths), height: sum(heights) },
    content: rows.flatMap((row, r) =>
      row.map(({ content }, c) =>
        h('g', { transform: `translate(${lefts[c]} ${sum(heights.slice(0, r))})` }, [...content]),
      ),
    ),
  };
}
