// Tokens hidden one by one, as text and as a page.
import { type ComponentChild, h } from 'preact';
import { formatColumns } from '../report/columns.ts';
import { cut } from '../report/fit-text.ts';
import { renderSection, renderTable } from '../report/page-parts.ts';
import { showText } from '../report/show.ts';
import { shade } from './plain-page.ts';

export interface HiddenToken {
  /** In the sequence, from 1. */
  place: number;
  piece: string;
  /** Of the token itself, where it is hidden. */
  probability: number;
  /** Pieces that are likelier, and one. */
  rank: number;
  /** The likeliest pieces. */
  likely: { piece: string; probability: number }[];
}

const MAX_PIECE = 20;

const HEADS = ['place', 'token', 'probability', 'rank', 'likeliest'];
const likeliest = ({ likely }: HiddenToken): string =>
  likely
    .map(({ piece, probability }) => `${cut(showText(piece), MAX_PIECE)} ${probability.toFixed(3)}`)
    .join('  ');

/** A line for each token. */
export const formatMasks = (tokens: readonly HiddenToken[]): string =>
  formatColumns(
    [
      HEADS,
      ...tokens.map((one) => [
        String(one.place),
        cut(showText(one.piece), MAX_PIECE),
        one.probability.toFixed(4),
        String(one.rank),
        likeliest(one),
      ]),
    ],
    new Set([0, 2, 3]),
  );

/** The text, darker where the model is surer of it, and the likeliest pieces of each place. */
export function renderMasks(tokens: readonly HiddenToken[]): ComponentChild {
  const rows = tokens.map((one) => [
    String(one.place),
    h('bdi', null, showText(one.piece)),
    one.probability.toFixed(4),
    String(one.rank),
    h('bdi', null, likeliest(one)),
  ]);
  return renderSection(
    'masks',
    'Each token hidden',
    'What the model takes the place of a hidden token for, given all others. The darker a token is here, the surer the model is of it where it does not see it; its rank counts the pieces that it finds likelier.',
    [
      h(
        'p',
        { class: 'tokens' },
        tokens.map(({ piece, probability }) =>
          h('bdi', { ...shade(probability, 0), title: probability.toFixed(4) }, showText(piece)),
        ),
      ),
      h('div', { class: 'scroll' }, renderTable(HEADS, rows, 'figures')),
    ],
  );
}
