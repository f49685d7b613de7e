// What the page's script draws from: weights and vectors in few bytes, each layer by itself, so that a browser unpacks
// what it shows.
import { deflateRawSync } from 'node:zlib';
import {
  type AttentionLayer,
  type AttentionPart,
  type Inspection,
  layersOf,
  type MapKind,
  mapKinds,
  meanWeights,
  type Sequence,
  sequencesOf,
  sidesOf,
} from './inspection.ts';
import { flow, MAX_FLOW_TOKENS, rollout } from './rollout.ts';
import { givenByAll, valueNorms, valuesOf } from './value-norms.ts';

/** Deflated bytes in base64. */
type Packed = string;

/** Whole numbers of 16 bits, little-endian, to be multiplied by `scale`. */
interface PackedVectors {
  scale: number;
  /** Of a vector. */
  width: number;
  data: Packed;
}

/** A byte b stands for the length most · (b/255)². */
interface PackedLengths {
  most: number;
  data: Packed;
}

/** The parts that a page has vectors of. */
export const pageParts = ['queries', 'keys', 'values'] as const satisfies readonly AttentionPart[];

export interface PageLayer {
  layer: number;
  numHeads: number;
  numKvHeads: number;
  /** [H, T, S]: a byte b stands for the weight (b/255)². */
  weights: Packed;
  /** The same of the rollout up to here [T, T], where a stack attends to itself. */
  rollout?: Packed;
  /** The same of the flow through all layers [T, T], of the last one of such a stack, where the text is short. */
  flow?: Packed;
  /** Lengths of values [H, S], and of what all heads give together [T, S]; absent where there is no room. */
  norms?: { values: PackedVectors; given: PackedLengths };
  /** Absent where the page would become too large. */
  vectors?: Record<(typeof pageParts)[number], PackedVectors>;
}

export interface PageStack {
  kind: MapKind;
  /** Of two inspections that are compared: which. */
  side: 0 | 1;
  /** The names of its sequences. */
  queries: string;
  keys: string;
  causal: boolean;
  layers: PageLayer[];
}

export interface PageData {
  /** Of each stack; those of a second inspection have a 2 behind their names. */
  sequences: Record<string, Sequence>;
  stacks: PageStack[];
  /** What the inspections are of, where there are two. */
  sides?: [string, string];
}

/** Most characters of packed weights and vectors together. */
const BUDGET = 18_000_000;

/** The data of a page with two inspections, which have the room of one. */
export function packBoth(inspections: readonly [Inspection, Inspection], sides: [string, string]): PageData {
  const [first, second] = inspections.map((one) => packInspection(one, BUDGET / 2)) as [PageData, PageData];
  const other = (name: string) => `${name} 2`;
  const renamed = Object.entries(second.sequences).map(([name, sequence]) => [other(name), sequence]);
  const stacks = second.stacks.map((stack) => ({
    ...stack,
    side: 1 as const,
    queries: other(stack.queries),
    keys: other(stack.keys),
  }));
  return {
    sequences: { ...first.sequences, ...Object.fromEntries(renamed) },
    stacks: [...first.stacks, ...stacks],
    sides,
  };
}

/** The data of a page; norms, and then vectors, of as many layers as there is room for, from the first of each stack. */
export function packInspection(inspection: Inspection, budget = BUDGET): PageData {
  const sequences = inspection.sequences as Record<string, Sequence>;
  const kinds = mapKinds.filter((kind) => layersOf(inspection, kind).length > 0);
  const stacks = kinds.map((kind): PageStack => {
    const layers = layersOf(inspection, kind);
    const isWhole = kind !== 'cross' && layers[0]!.layer === 1;
    const means = isWhole ? layers.map(meanWeights) : [];
    const paths = rollout(means);
    const isShort = isWhole && sequencesOf(inspection, kind).keys.tokens.length <= MAX_FLOW_TOKENS;
    return {
      kind,
      side: 0,
      ...sidesOf(kind),
      causal: layers[0]!.causal,
      layers: layers.map(({ layer, numHeads, numKvHeads, weights }, i) => ({
        layer,
        numHeads,
        numKvHeads,
        weights: pack(quantize(weights)),
        ...(paths[i] && { rollout: pack(quantize(paths[i])) }),
        ...(isShort && i === layers.length - 1 && { flow: pack(quantize(flow(means))) }),
      })),
    };
  });
  let room = budget - stacks.flatMap(({ layers }) => layers).reduce((sum, one) => sum + sizeOf(one), 0);
  for (const { kind, layers } of stacks) {
    for (const [i, source] of layersOf(inspection, kind).entries()) {
      const norms = packNorms(source, inspection.dModel);
      if (norms === undefined) continue;
      room -= sizeOf(norms);
      if (room < 0) return { sequences, stacks };
      layers[i]!.norms = norms;
    }
  }
  for (const { kind, layers } of stacks) {
    const { queries, keys } = sequencesOf(inspection, kind);
    const sizes = [queries.tokens.length, keys.tokens.length] as const;
    for (const [i, source] of layersOf(inspection, kind).entries()) {
      const vectors = packVectors(source, sizes);
      if (vectors === undefined) continue;
      room -= sizeOf(vectors);
      if (room < 0) return { sequences, stacks };
      layers[i]!.vectors = vectors;
    }
  }
  return { sequences, stacks };
}

const sizeOf = (part: object): number => JSON.stringify(part).length;

function packNorms(layer: AttentionLayer, dModel: number): PageLayer['norms'] {
  const source = valuesOf(layer, dModel);
  if (source === undefined) return undefined;
  const given = givenByAll(layer.weights, source);
  const most = given.reduce((a, b) => Math.max(a, b), 0) || 1;
  return {
    values: packWhole(valueNorms(source), layer.numHeads),
    given: {
      most,
      data: pack(quantize(given.map((x) => x / most))),
    },
  };
}

function packVectors(
  { parts, numHeads, numKvHeads }: AttentionLayer,
  [T, S]: readonly [number, number],
): PageLayer['vectors'] {
  const { queries, keys, values } = parts;
  if (queries === undefined || keys === undefined || values === undefined) return undefined;
  return {
    queries: packWhole(queries, numHeads * T),
    keys: packWhole(keys, numKvHeads * S),
    values: packWhole(values, numKvHeads * S),
  };
}

function packWhole(data: Float32Array, vectors: number): PackedVectors {
  let largest = 0;
  for (let i = 0; i < data.length; i++) largest = Math.max(largest, Math.abs(data[i]!));
  const scale = largest === 0 ? 1 : largest / 0x7fff;
  const view = new DataView(new ArrayBuffer(2 * data.length));
  for (let i = 0; i < data.length; i++) view.setInt16(2 * i, Math.round(data[i]! / scale), true);
  return { scale, width: data.length / vectors, data: pack(new Uint8Array(view.buffer)) };
}

function quantize(weights: ArrayLike<number>): Uint8Array {
  const bytes = new Uint8Array(weights.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Math.round(255 * Math.sqrt(weights[i]!));
  return bytes;
}

const pack = (bytes: Uint8Array): Packed => deflateRawSync(bytes).toString('base64');
