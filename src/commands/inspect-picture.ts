// The pictures of `tx inspect --show attention`: a map, the same as lines, or all heads; of two inspections both.
import { drawHeads } from '../inspect/heads-svg.ts';
import { drawHeat } from '../inspect/heat-svg.ts';
import { type Inspection, layersOf, mapKinds, sequencesOf } from '../inspect/inspection.ts';
import { drawLines } from '../inspect/lines-svg.ts';
import type { ShownMap } from '../inspect/view.ts';
import { arrange, type Drawing } from '../report/drawing.ts';
import { chooseMap, type MapOptions } from './inspect-map.ts';
import type { AttentionFigure } from './inspect-options.ts';

/** What is drawn, under the name of its run. */
export interface Pictured {
  inspection: Inspection;
  name: string;
}

type PictureOptions = Omit<MapOptions, 'run'>;

/** Beside one another where there are two; of maps with the same tokens the differences too. */
export function drawAttention(
  all: readonly Pictured[],
  what: AttentionFigure,
  options: PictureOptions,
): Drawing {
  if (what === 'heads') return beside(all.map((one, k) => drawAllHeads(one, options, `side${k + 1}`)));
  const maps = all.map(({ inspection, name }) => chooseMap(inspection, { run: name, ...options }));
  if (what === 'lines') return beside(maps.map(({ title, map }) => drawLines(title, map)));
  const drawn = maps.map(({ title, map }) =>
    drawHeat({ ...map, title, values: map.weights, most: undefined }),
  );
  const [first, second] = maps.map(({ map }) => map);
  const hasDifference = second !== undefined && isAlike(first!, second);
  return beside(hasDifference ? [...drawn, drawDifference(first!, second)] : drawn);
}

const beside = (drawings: readonly Drawing[]): Drawing =>
  drawings.length === 1
    ? drawings[0]!
    : arrange(drawings.map(({ title }) => title).join('; '), drawings, drawings.length);

/** A grid for each attention that is left, one below another. */
function drawAllHeads({ inspection, name }: Pictured, { view }: PictureOptions, id: string): Drawing {
  const grids = mapKinds.flatMap((kind) => {
    const layers = layersOf(inspection, kind);
    if (layers.length === 0) return [];
    const title = `${name}: ${kind} attention, a row a layer, a column a head`;
    return [drawHeads(title, layers, sequencesOf(inspection, kind), view, id)];
  });
  return arrange(`${name}: all heads`, grids, 1);
}

const isAlike = (a: ShownMap, b: ShownMap): boolean =>
  a.rows.join('\0') === b.rows.join('\0') && a.columns.join('\0') === b.columns.join('\0');

const drawDifference = (a: ShownMap, b: ShownMap): Drawing =>
  drawHeat({
    ...a,
    title: 'second less first',
    values: b.weights.map((x, i) => x - a.weights[i]!),
    most: Math.max(...a.weights, ...b.weights),
  });
