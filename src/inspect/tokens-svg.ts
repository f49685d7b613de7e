// Tokens on coloured ground as a picture, in lines.
import { type ComponentChild, h } from 'preact';
import { measureWidth } from '../report/columns.ts';
import type { Drawing } from '../report/drawing.ts';
import { cut, wrap } from '../report/fit-text.ts';
import { colorClass } from '../report/palette.ts';
import { showText } from '../report/show.ts';

export interface ShadedToken {
  readonly piece: string;
  /** How full its ground is, from 0 to 1, and of which colour of the palette. */
  readonly share: number;
  readonly color: number;
}

export interface ShadedLine {
  /** What stands before the tokens. */
  readonly name?: string;
  readonly tokens: readonly ShadedToken[];
}

const WIDTH = 640;
const MARGIN = 12;
const CHARACTER = 7.4;
const TITLE_CHARACTER = 9;
const MAX_PIECE = 24;
/** Of a token's ground: letters are read on it. */
const FULL = 0.6;
const TITLE_LINE = 20;
const LINE = 28;
const GROUND = 22;

export function drawTokens(title: string, lines: readonly ShadedLine[]): Drawing {
  const heads = wrap(showText(title), Math.floor((WIDTH - 2 * MARGIN) / TITLE_CHARACTER));
  const content: ComponentChild[] = heads.map((text, i) =>
    h('text', { class: 'title', x: MARGIN, y: 22 + TITLE_LINE * i }, text),
  );
  let top = 14 + TITLE_LINE * heads.length;
  for (const { name, tokens } of lines) {
    let left = MARGIN;
    if (name !== undefined) {
      content.push(h('text', { x: left, y: top + 15 }, `${name}:`));
      left += CHARACTER * (measureWidth(name) + 2);
    }
    for (const { piece, share, color } of tokens) {
      const text = cut(showText(piece), MAX_PIECE);
      const width = Math.ceil(CHARACTER * measureWidth(text) + 14);
      if (left + width > WIDTH - MARGIN && left > MARGIN) {
        left = MARGIN;
        top += LINE;
      }
      content.push(...drawToken(text, { left, top, width, share, color }));
      left += width + 4;
    }
    top += LINE;
  }
  return { title, size: { width: WIDTH, height: top + MARGIN }, content };
}

function drawToken(
  text: string,
  {
    left,
    top,
    width,
    share,
    color,
  }: { left: number; top: number; width: number; share: number; color: number },
): ComponentChild[] {
  const box = { x: left, y: top, width, height: GROUND, rx: 4 };
  const opacity = Number((FULL * Math.min(1, Math.max(0, share))).toFixed(3));
  return [
    h('rect', { ...box, class: colorClass(color), style: 'fill:var(--c)', 'fill-opacity': opacity }),
    h('rect', { ...box, style: 'fill:none;stroke:var(--line);stroke-width:1' }),
    h('text', { class: 'name', x: left + width / 2, y: top + 15, 'text-anchor': 'middle' }, text),
  ];
}
