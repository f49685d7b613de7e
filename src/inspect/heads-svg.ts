// All heads of an attention as small pictures, a row a layer and a column a head.
import { type ComponentChild, h } from 'preact';
import { measureWidth } from '../report/columns.ts';
import type { Drawing } from '../report/drawing.ts';
import { grayPng } from '../report/gray-png.ts';
import { showText } from '../report/show.ts';
import { type AttentionLayer, headWeights, type Sequence } from './inspection.ts';
import { type ShownMap, type View, viewMap } from './view.ts';

/** Cells of a picture at most: of a larger map each has the largest of a block. */
const CELLS = 48;
/** Pixels of a picture, and between two. */
const SIDE = 56;
const GAP = 4;
const LEFT = 36;
const TOP = 36;
const TITLE_CHARACTER = 9;

/** Pictures have the root of the weights, as the page has them; `id` tells drawings apart that are in one file. */
export function drawHeads(
  title: string,
  layers: readonly AttentionLayer[],
  sequences: { queries: Sequence; keys: Sequence },
  view: View,
  id: string,
): Drawing {
  const content: ComponentChild[] = [h('text', { class: 'title', x: 12, y: 22 }, showText(title))];
  for (const [row, layer] of layers.entries()) {
    const y = TOP + row * (SIDE + GAP);
    content.push(h('text', { x: LEFT - 8, y: y + SIDE / 2 + 4, 'text-anchor': 'end' }, String(layer.layer)));
    for (let head = 0; head < layer.numHeads; head++) {
      const map = viewMap(headWeights(layer, head), sequences, view);
      const x = LEFT + head * (SIDE + GAP);
      content.push(...drawThumb(map, { x, y, id: `${id}.${layer.path}.${head}` }));
    }
  }
  const columns = Math.max(...layers.map(({ numHeads }) => numHeads));
  return {
    title,
    size: {
      width: Math.max(
        LEFT + columns * (SIDE + GAP) + 12,
        TITLE_CHARACTER * measureWidth(showText(title)) + 24,
      ),
      height: TOP + layers.length * (SIDE + GAP) + 12,
    },
    content,
  };
}

/** A ground of the palette's colour that is seen where the picture is white. */
function drawThumb(map: ShownMap, { x, y, id }: { x: number; y: number; id: string }): ComponentChild[] {
  const box = { x, y, width: SIDE, height: SIDE };
  const { cells, width } = shrink(map);
  return [
    h(
      'mask',
      // Units of the drawing, not of the box, so that readers agree.
      { id, maskUnits: 'userSpaceOnUse', ...box },
      h('image', {
        ...box,
        // At least as many pixels as a PNG of the whole has of it.
        href: grayPng(cells, width, Math.ceil((2 * SIDE) / Math.min(width, cells.length / width))),
        preserveAspectRatio: 'none',
      }),
    ),
    h('rect', { ...box, class: 'c0', style: 'fill:var(--c)', mask: `url(#${id})` }),
    h('rect', { ...box, style: 'fill:none;stroke:var(--line);stroke-width:1' }),
  ];
}

function shrink({ rows, columns, weights }: ShownMap): { cells: Uint8Array; width: number } {
  const [T, S] = [rows.length, columns.length];
  const [height, width] = [Math.min(T, CELLS), Math.min(S, CELLS)];
  const cells = new Uint8Array(height * width);
  for (let at = 0; at < weights.length; at++) {
    const cell = Math.floor((Math.floor(at / S) * height) / T) * width + Math.floor(((at % S) * width) / S);
    cells[cell] = Math.max(cells[cell]!, Math.round(255 * Math.sqrt(weights[at]!)));
  }
  return { cells, width };
}
