// The pieces whose embeddings are nearest to what a layer has in a token's place, as text and as a page.
import { type ComponentChild, h } from 'preact';
import { formatColumns } from '../report/columns.ts';
import { cut } from '../report/fit-text.ts';
import { renderSection, renderTable } from '../report/page-parts.ts';
import { showText } from '../report/show.ts';

export interface LayerNeighbours {
  /** After so many layers, 0 with the embeddings and positions; `table` is the piece's own row. */
  layer: number | 'table';
  /** Whether it is what the norm after the last layer makes of that layer's. */
  normed: boolean;
  pieces: { piece: string; cosine: number }[];
}

export interface Neighbours {
  piece: string;
  /** In the sequence, from 1; absent where there is no text. */
  place?: number;
  layers: LayerNeighbours[];
}

const MAX_PIECE = 20;

const nameOf = ({ layer, normed }: LayerNeighbours): string =>
  layer === 'table' ? 'table' : layer === 0 ? 'embedded' : `layer ${layer}${normed ? ', normed' : ''}`;
const told = ({ pieces }: LayerNeighbours): string[] =>
  pieces.map(({ piece, cosine }) => `${cut(showText(piece), MAX_PIECE)} ${cosine.toFixed(3)}`);
const titleOf = ({ piece, place }: Neighbours): string =>
  `nearest to ${showText(piece)}${place === undefined ? '' : ` at place ${place}`}, by cosine`;

/** A line for each layer. */
export const formatNeighbours = (found: Neighbours): string =>
  `${titleOf(found)}\n\n${formatColumns(
    found.layers.map((one) => [nameOf(one), ...told(one)]),
    new Set(),
  )}`;

export function renderNeighbours(found: Neighbours): ComponentChild {
  const count = Math.max(...found.layers.map(({ pieces }) => pieces.length));
  const heads = ['', ...Array.from({ length: count }, (_, k) => String(k + 1))];
  const rows = found.layers.map((one) => [nameOf(one), ...told(one).map((text) => h('bdi', null, text))]);
  return renderSection(
    'neighbours',
    'Neighbours',
    `Pieces ${titleOf(found)}: of its own row of the embedding, and of what stands in its place after each layer.`,
    h('div', { class: 'scroll' }, renderTable(heads, rows, 'figures')),
  );
}
