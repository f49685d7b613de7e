// Which of a model's taps tell of its attention and hidden states, and the run's results as these.
import type { Value } from '../graph/graph.ts';
import type { Declarations } from '../nn/scope.ts';
import {
  type AttentionLayer,
  type AttentionPart,
  type HiddenStates,
  type MapKind,
  mapKinds,
  type StackName,
} from './inspection.ts';

/** Beside the weights: parts of attention, and whether there are hidden states. */
export interface Wanted {
  parts: readonly AttentionPart[];
  hidden: boolean;
}

const WEIGHTS = /^((encoder|decoder)\.(\d+)\.(selfAttn|crossAttn))\.weights$/;
/** Layers of an encoder or decoder alone, embeddings of either, and the norm at the end of a stack. */
const HIDDEN = /^(?:(embed|src|tgt)|(encoder|decoder)(?:\.(\d+))?)\.hidden$/;

interface Place {
  path: string;
  kind: MapKind;
  layer: number;
}

function attentionPlaces(taps: Iterable<string>): Place[] {
  const places = [...taps].flatMap((name): Place[] => {
    const [, path, stack, layer, type] = WEIGHTS.exec(name) ?? [];
    if (path === undefined) return [];
    return [{ path, kind: type === 'crossAttn' ? 'cross' : (stack as StackName), layer: Number(layer) + 1 }];
  });
  return places.sort((a, b) => mapKinds.indexOf(a.kind) - mapKinds.indexOf(b.kind) || a.layer - b.layer);
}

/** The values to ask a graph for, by their taps' names. A mask is told of where there is one. */
export function chooseTaps({ taps }: Declarations, { parts, hidden }: Wanted): Record<string, Value> {
  const names = attentionPlaces(taps.keys()).flatMap(({ path }) =>
    ['weights', ...parts].map((part) => `${path}.${part}`),
  );
  if (hidden) names.push(...[...taps.keys()].filter((name) => HIDDEN.test(name)));
  return Object.fromEntries(names.filter((name) => taps.has(name)).map((name) => [name, taps.get(name)!]));
}

/** A tensor that a graph gave. */
export interface Found {
  readonly dims: readonly number[];
  readonly data: unknown;
}

/** The attention of all layers for a batch of one sequence; `outputOf` gives the projection of a path's output. */
export function readAttention(
  found: Readonly<Record<string, Found>>,
  outputOf: (path: string) => Float32Array,
  wanted: Pick<Wanted, 'parts'>,
): AttentionLayer[] {
  return attentionPlaces(Object.keys(found)).map(({ path, kind, layer }) => {
    const weights = found[`${path}.weights`]!;
    const numHeads = weights.dims[1]!;
    // Without a mask nothing is hidden: the scores are what the softmax reads.
    const partOf = (part: AttentionPart) =>
      found[`${path}.${part}`] ?? (part === 'masked' ? found[`${path}.scores`] : undefined);
    const parts = wanted.parts.flatMap((part) => {
      const tensor = partOf(part);
      return tensor === undefined ? [] : [[part, tensor.data as Float32Array] as const];
    });
    return {
      path,
      kind,
      layer,
      numHeads,
      numKvHeads: found[`${path}.keys`]?.dims[1] ?? numHeads,
      causal: kind === 'decoder',
      weights: weights.data as Float32Array,
      parts: Object.fromEntries(parts),
      output: outputOf(path),
    };
  });
}

/** The hidden states of all layers for a batch of one sequence, the encoder's first. */
export function readHidden(found: Readonly<Record<string, Found>>, alone: StackName): HiddenStates[] {
  const depths: Record<StackName, number> = { encoder: 0, decoder: 0 };
  const states = Object.entries(found).flatMap(([name, { data }]): HiddenStates[] => {
    const [isHidden, embedding, stack, layer] = HIDDEN.exec(name) ?? [];
    if (isHidden === undefined) return [];
    const rows = data as Float32Array;
    if (embedding !== undefined) {
      const own = embedding === 'embed' ? alone : embedding === 'src' ? 'encoder' : 'decoder';
      return [{ stack: own, layer: 0, normed: false, rows }];
    }
    const own = stack as StackName;
    const after = layer === undefined ? depths[own] : Number(layer) + 1;
    depths[own] = Math.max(depths[own], after);
    return [{ stack: own, layer: after, normed: layer === undefined, rows }];
  });
  for (const state of states) if (state.normed) state.layer = depths[state.stack];
  const order = (one: HiddenStates) => [one.stack === 'encoder' ? 0 : 1, one.layer, Number(one.normed)];
  return states.sort((a, b) => {
    const [x, y] = [order(a), order(b)];
    return x[0]! - y[0]! || x[1]! - y[1]! || x[2]! - y[2]!;
  });
}
