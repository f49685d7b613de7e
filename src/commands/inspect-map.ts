// The one map that `tx inspect --show attention` draws in characters and as a picture.
import {
  type AttentionLayer,
  headWeights,
  type Inspection,
  layersOf,
  meanWeights,
  sequencesOf,
} from '../inspect/inspection.ts';
import { isOverLayers, type MapFigure } from '../inspect/map-figures.ts';
import { flow, rollout } from '../inspect/rollout.ts';
import { givenByAll, givenByHead, valueNorms, valuesOf } from '../inspect/value-norms.ts';
import { type ShownMap, type View, viewMap } from '../inspect/view.ts';
import { UsageError } from '../util/errors.ts';

export interface MapOptions {
  run: string;
  figure: MapFigure;
  /** From 1; the last by default. */
  layer: number | undefined;
  /** From 1; all by default. */
  head: number | undefined;
  view: View;
}

/**
 * A map of the last layer that is left, of cross-attention where there is one; over layers of a stack's own attention.
 * A UsageError for a head or layer that is not there.
 */
export function chooseMap(inspection: Inspection, options: MapOptions): { title: string; map: ShownMap } {
  const { run, figure, view } = options;
  const kinds = isOverLayers(figure)
    ? (['encoder', 'decoder'] as const)
    : (['cross', 'encoder', 'decoder'] as const);
  const kind = kinds.find((one) => layersOf(inspection, one).length > 0);
  if (kind === undefined)
    throw new UsageError(`--map ${figure}: is of a stack's attention to itself, not of cross-attention`);
  const layers = layersOf(inspection, kind);
  const layer =
    options.layer === undefined ? layers.at(-1) : layers.find((one) => one.layer === options.layer);
  if (layer === undefined)
    throw new UsageError(
      `--layer expects a whole number from 1 to ${layers.at(-1)!.layer}, the layers of the ${kind}, not ${options.layer}`,
    );
  const { cells, which, shares } = isOverLayers(figure)
    ? overLayers(figure, layers.slice(0, layers.indexOf(layer) + 1))
    : ofLayer(figure, layer, options.head, inspection.dModel);
  const map = viewMap(cells, sequencesOf(inspection, kind), view, shares);
  const special = view.special ? '' : ', without special tokens';
  const most = figure === 'norms' ? Math.max(...map.weights) || 1 : 1;
  return { title: `${run}: ${kind} attention, ${which}${special}`, map: { ...map, most } };
}

interface Cells {
  /** [T, S]. */
  cells: ArrayLike<number>;
  which: string;
  /** Whether rows have the sum 1. */
  shares: boolean;
}

function overLayers(figure: 'rollout' | 'flow', layers: readonly AttentionLayer[]): Cells {
  const means = layers.map(meanWeights);
  const which = `${figure} up to layer ${layers.at(-1)!.layer}`;
  return figure === 'flow'
    ? { cells: flow(means), which, shares: false }
    : { cells: rollout(means).at(-1)!, which, shares: true };
}

function ofLayer(
  figure: 'weights' | 'norms',
  layer: AttentionLayer,
  head: number | undefined,
  dModel: number,
): Cells {
  const { numHeads } = layer;
  if (head !== undefined && !(Number.isInteger(head) && head >= 1 && head <= numHeads))
    throw new UsageError(
      `--head expects a whole number from 1 to ${numHeads}, the heads of this layer, not ${head}`,
    );
  const one = `layer ${layer.layer}, head ${head} of ${numHeads}`;
  if (figure === 'weights')
    return head === undefined
      ? { cells: meanWeights(layer), which: `layer ${layer.layer}, mean of ${numHeads} heads`, shares: true }
      : { cells: headWeights(layer, head - 1), which: one, shares: true };
  const source = valuesOf(layer, dModel)!;
  return head === undefined
    ? {
        cells: givenByAll(layer.weights, source),
        which: `layer ${layer.layer}, norms of ${numHeads} heads together`,
        shares: false,
      }
    : {
        cells: givenByHead(layer, valueNorms(source), head - 1),
        which: `${one}, norms`,
        shares: false,
      };
}
