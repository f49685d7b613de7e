// A matrix as a picture: a cell for each number, darker for more, with what rows and columns are.
import { type ComponentChild, h } from 'preact';
import { measureWidth } from '../report/columns.ts';
import { type Drawing, formatDrawing } from '../report/drawing.ts';
import { cut } from '../report/fit-text.ts';
import { showText } from '../report/show.ts';
import { renderPicture } from '../report/svg-file.ts';

export interface HeatMap {
  readonly title: string;
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  /** [rows, columns]. */
  readonly values: ArrayLike<number>;
  /** What counts as full, the largest by default. */
  readonly most?: number | undefined;
}

const MAX_LABEL = 14;
const CHARACTER = 7.4;
/** Of the title, whose letters are larger and bold. */
const TITLE_CHARACTER = 9;
const TOP = 36;
const GAP = 6;
/** Pixels that cells may take together, and those of one. */
const ROOM = 640;
const CELL = { most: 24, letters: 11 };

/** The text of an SVG file. */
export const formatHeatSvg = (map: HeatMap): string => formatDrawing(drawHeat(map));

/** For a page that has SVG_STYLE. */
export function renderHeat(map: HeatMap): ComponentChild {
  const { size, content } = drawHeat(map);
  return renderPicture(size, [...content], showText(map.title));
}

export function drawHeat({ title, rows, columns, values, most: full }: HeatMap): Drawing {
  const cell = Math.min(CELL.most, ROOM / Math.max(rows.length, columns.length, 1));
  const isLettered = cell >= CELL.letters;
  const label = (text: string) => cut(showText(text), MAX_LABEL);
  const widest = (texts: readonly string[]) =>
    isLettered ? CHARACTER * Math.max(0, ...texts.map((text) => measureWidth(label(text)))) : 0;
  const [left, top] = [12 + widest(rows) + GAP, TOP + widest(columns) + GAP];
  const all = Array.from(values);
  const [least, most] = [
    full === undefined ? all.reduce((a, b) => Math.min(a, b), 0) : -full,
    full ?? all.reduce((a, b) => Math.max(a, b), 1e-12),
  ];
  const round = (x: number) => Number(x.toFixed(2));
  const cells = all.map((value, at) => {
    const [r, c] = [Math.floor(at / columns.length), at % columns.length];
    const share = Math.abs(value) / (value < 0 ? -least : most);
    return share < 0.004
      ? null
      : h('rect', {
          class: value < 0 ? 'c1' : 'c0',
          style: 'fill:var(--c)',
          'fill-opacity': round(share),
          x: round(left + c * cell),
          y: round(top + r * cell),
          width: round(cell),
          height: round(cell),
        });
  });
  const letters = isLettered
    ? [
        ...rows.map((text, r) =>
          h(
            'text',
            { x: left - GAP, y: round(top + (r + 0.5) * cell + 4), 'text-anchor': 'end' },
            label(text),
          ),
        ),
        ...columns.map((text, c) =>
          h(
            'text',
            { transform: `translate(${round(left + (c + 0.5) * cell + 4)} ${top - GAP}) rotate(-90)` },
            label(text),
          ),
        ),
      ]
    : [];
  const [width, height] = [columns.length * cell, rows.length * cell];
  const frame = h('path', {
    d: `M${left},${top}h${round(width)}v${round(height)}h${round(-width)}z`,
    style: 'fill:none;stroke:var(--line);stroke-width:1',
  });
  return {
    title,
    size: {
      width: Math.ceil(Math.max(left + width + 16, TITLE_CHARACTER * measureWidth(showText(title)) + 32)),
      height: Math.ceil(top + height + 16),
    },
    content: [h('text', { class: 'title', x: 12, y: 22 }, showText(title)), ...letters, ...cells, frame],
  };
}
