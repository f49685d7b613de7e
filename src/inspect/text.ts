// Attention in a terminal: a heat map in characters where it fits, and the strongest links.
import { formatColumns, measureWidth } from '../report/columns.ts';
import { cut } from '../report/fit-text.ts';
import { showText } from '../report/show.ts';
import type { ShownMap } from './view.ts';

/** From these weights on. */
const SHADES: readonly (readonly [number, string])[] = [
  [0.75, '█'],
  [0.5, '▓'],
  [0.25, '▒'],
  [0.1, '░'],
  [0.02, '·'],
];
const legendOf = (most: number): string[] =>
  SHADES.map(([least, shade]) => `${shade} ${most === 1 ? least : (least * most).toPrecision(2)}`).reverse();

const MAX_LABEL = 12;
/** Cells of a column. */
const CELL = 2;
const MOST_LINKS = 10;

/** The map under its title, at most `width` cells wide; without the heat map where that is wider. */
export function formatMap(title: string, map: ShownMap, width: number): string {
  const rows = map.rows.map(label);
  const side = Math.max(0, ...rows.map(measureWidth));
  const fits = side + 1 + CELL * map.columns.length <= width;
  const parts = [
    cut(showText(title), width),
    '',
    ...(fits
      ? [
          ...headOf(map.columns.map(label), side),
          ...bodyOf(map, rows, side),
          '',
          legendOf(map.most ?? 1).join('   '),
          '',
        ]
      : []),
    formatLinks(map).trimEnd(),
  ];
  return `${parts.join('\n')}\n`;
}

const label = (text: string): string => cut(showText(text), MAX_LABEL);

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Labels of columns from the top down, standing on one line. */
function headOf(labels: readonly string[], side: number): string[] {
  const letters = labels.map((text) => Array.from(graphemes.segment(text), ({ segment }) => segment));
  const height = Math.max(0, ...letters.map(({ length }) => length));
  return Array.from({ length: height }, (_, line) => {
    const cells = letters.map((own) => own[line - height + own.length] ?? '');
    return `${' '.repeat(side + 1)}${cells.map(pad).join('')}`.trimEnd();
  });
}

const pad = (cell: string): string => cell + ' '.repeat(Math.max(0, CELL - measureWidth(cell)));

function bodyOf({ columns, weights, most = 1 }: ShownMap, rows: readonly string[], side: number): string[] {
  return rows.map((text, r) => {
    const own = weights.subarray(r * columns.length, (r + 1) * columns.length);
    const cells = Array.from(own, (weight) =>
      pad(SHADES.find(([least]) => weight >= least * most)?.[1] ?? ''),
    );
    return `${' '.repeat(side - measureWidth(text))}${text} ${cells.join('')}`.trimEnd();
  });
}

/** The heaviest weights, each once. */
function formatLinks({ rows, columns, weights }: ShownMap): string {
  const order = Array.from(weights.keys()).sort((a, b) => weights[b]! - weights[a]! || a - b);
  const links = order.slice(0, MOST_LINKS).map((at) => {
    const [r, c] = [Math.floor(at / columns.length), at % columns.length];
    return [weights[at]!.toFixed(3), `${r + 1}`, label(rows[r]!), '→', `${c + 1}`, label(columns[c]!)];
  });
  return formatColumns(links, new Set([0, 1, 4]));
}
