// A map between tokens as lines: at the left each token looks, at the right it is looked at.
import { type ComponentChild, h } from 'preact';
import { measureWidth } from '../report/columns.ts';
import type { Drawing } from '../report/drawing.ts';
import { cut } from '../report/fit-text.ts';
import { showText } from '../report/show.ts';
import type { ShownMap } from './view.ts';

const MARGIN = 12;
const TOP = 36;
const LINE = 20;
const CHARACTER = 7.4;
const TITLE_CHARACTER = 9;
const MAX_LABEL = 20;
const GAP = 6;
/** Between the columns of tokens. */
const BETWEEN = 280;
/** Lines that are thinner are left out, and all beyond so many. */
const LEAST = 0.02;
const MOST = 2000;

export function drawLines(title: string, { rows, columns, weights, most = 1 }: ShownMap): Drawing {
  const label = (text: string) => cut(showText(text), MAX_LABEL);
  const widest = (texts: readonly string[]) =>
    CHARACTER * Math.max(0, ...texts.map((text) => measureWidth(label(text))));
  const height = LINE * Math.max(rows.length, columns.length);
  // Both columns are as tall as the longer one.
  const middle = (place: number, count: number) => round(TOP + (height * (place + 0.5)) / count);
  const left = MARGIN + widest(rows) + GAP;
  const right = left + BETWEEN;
  const half = round((left + right) / 2);
  const links = Array.from(weights, (weight, at) => ({ at, share: weight / most }))
    .filter(({ share }) => share > LEAST)
    .sort((a, b) => b.share - a.share)
    .slice(0, MOST)
    .reverse();
  const paths = links.map(({ at, share }): ComponentChild => {
    const [from, to] = [
      middle(Math.floor(at / columns.length), rows.length),
      middle(at % columns.length, columns.length),
    ];
    const d = `M${round(left)} ${from}C${half} ${from} ${half} ${to} ${round(right)} ${to}`;
    const strength = { 'stroke-width': round(1 + 5 * share), 'stroke-opacity': round(0.1 + 0.9 * share) };
    return h('path', { class: 'c0', style: 'fill:none;stroke:var(--c)', ...strength, d });
  });
  const words = (texts: readonly string[], x: number, anchor: string) =>
    texts.map((text, i) =>
      h(
        'text',
        { x: round(x), y: middle(i, texts.length) + 4, 'text-anchor': anchor, class: 'name' },
        label(text),
      ),
    );
  const width = Math.max(
    right + GAP + widest(columns) + MARGIN,
    2 * MARGIN + TITLE_CHARACTER * measureWidth(showText(title)),
  );
  return {
    title,
    size: { width: Math.ceil(width), height: TOP + height + MARGIN },
    content: [
      h('text', { class: 'title', x: MARGIN, y: 22 }, showText(title)),
      ...paths,
      ...words(rows, left - GAP, 'end'),
      ...words(columns, right + GAP, 'start'),
    ],
  };
}

const round = (x: number): number => Number(x.toFixed(2));
