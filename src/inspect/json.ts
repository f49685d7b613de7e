// What is found as JSON. An inspection is written in pieces, since that of a large model is long.

import { describeHead } from './head-figures.ts';
import {
  type AttentionLayer,
  type AttentionPart,
  attentionParts,
  headWeights,
  type Inspection,
  layersOf,
  mapKinds,
  meanWeights,
  sequencesOf,
} from './inspection.ts';
import { flow, rollout } from './rollout.ts';
import { givenByAll, valueNorms, valuesOf } from './value-norms.ts';
import { type View, viewMap } from './view.ts';

/** What can be asked for beside tokens and weights. */
export const extras = [...attentionParts, 'hidden', 'figures', 'norms', 'rollout', 'flow'] as const;
export type Extra = (typeof extras)[number];

export interface JsonOptions {
  /** What stands before all else, such as the run. */
  head: Readonly<Record<string, unknown>>;
  view: View;
  extras: ReadonlySet<Extra>;
}

/** The pieces of one JSON object, and a line's end. */
export function* formatJson(
  inspection: Inspection,
  { head, view, extras: wanted }: JsonOptions,
): Generator<string> {
  const kinds = mapKinds.filter((kind) => layersOf(inspection, kind).length > 0);
  const labels = kinds.map((kind) => {
    const sequences = sequencesOf(inspection, kind);
    const { rows, columns } = viewMap(headWeights(layersOf(inspection, kind)[0]!, 0), sequences, view);
    return [kind, { queries: rows, keys: columns }];
  });
  const first = { ...head, view, sequences: inspection.sequences, labels: Object.fromEntries(labels) };
  yield `${JSON.stringify(first).slice(0, -1)},"attention":[`;
  for (const [i, layer] of inspection.attention.entries()) {
    yield `${i === 0 ? '' : ','}\n${formatLayer(layer, inspection, view, wanted)}`;
  }
  yield '\n]';
  if (wanted.has('hidden')) {
    yield ',"hidden":[';
    for (const [i, { rows, ...about }] of inspection.hidden.entries()) {
      const text = nest(rows, [rows.length / inspection.dModel, inspection.dModel]);
      yield `${i === 0 ? '' : ','}\n${JSON.stringify(about).slice(0, -1)},"rows":${text}}`;
    }
    yield '\n]';
  }
  for (const what of ['rollout', 'flow'] as const) {
    if (wanted.has(what)) yield `,"${what}":${formatPaths(inspection, what)}`;
  }
  yield '}\n';
}

function formatLayer(
  layer: AttentionLayer,
  inspection: Inspection,
  view: View,
  wanted: ReadonlySet<Extra>,
): string {
  const { path, kind, layer: number, numHeads, numKvHeads, causal, parts } = layer;
  const sequences = sequencesOf(inspection, kind);
  const heads = Array.from({ length: numHeads }, (_, h) => viewMap(headWeights(layer, h), sequences, view));
  const { rows, columns } = heads[0]!;
  const fields = [
    JSON.stringify({ path, kind, layer: number, numHeads, numKvHeads, causal }).slice(1, -1),
    `"weights":[${heads.map(({ weights }) => nest(weights, [rows.length, columns.length])).join(',')}]`,
  ];
  const [T, S] = [sequences.queries.tokens.length, sequences.keys.tokens.length];
  const [H, G] = [numHeads, numKvHeads];
  const shapes: Record<AttentionPart, readonly [number, number]> = {
    queries: [H, T],
    keys: [G, S],
    values: [G, S],
    scores: [H, T],
    masked: [H, T],
    mixed: [H, T],
  };
  for (const [name, data] of Object.entries(parts) as [AttentionPart, Float32Array][]) {
    if (!wanted.has(name)) continue;
    const [heads, places] = shapes[name];
    fields.push(`"${name}":${nest(data, [heads, places, data.length / (heads * places)])}`);
  }
  if (wanted.has('figures')) {
    const figures = Array.from({ length: H }, (_, h) => describeHead(headWeights(layer, h), sequences));
    fields.push(`"figures":${JSON.stringify(figures, rounded)}`);
  }
  if (wanted.has('norms')) {
    const source = valuesOf(layer, inspection.dModel)!;
    fields.push(`"norms":${nest(valueNorms(source), [H, S])}`);
    fields.push(`"given":${nest(givenByAll(layer.weights, source), [T, S])}`);
  }
  return `{${fields.join(',')}}`;
}

/** Over the layers of each stack's attention to itself. */
function formatPaths(inspection: Inspection, what: 'rollout' | 'flow'): string {
  const entries = (['encoder', 'decoder'] as const).flatMap((stack) => {
    const means = layersOf(inspection, stack).map(meanWeights);
    if (means.length === 0) return [];
    const length = inspection.sequences[stack]!.tokens.length;
    const text =
      what === 'flow'
        ? nest(flow(means), [length, length])
        : `[${rollout(means)
            .map((layer) => nest(layer, [length, length]))
            .join(',')}]`;
    return [`"${stack}":${text}`];
  });
  return `{${entries.join(',')}}`;
}

/** Seven digits tell float32 apart but for the last bit. */
const round = (x: number): number => Number(x.toPrecision(7));
const rounded = (_: string, x: unknown) => (typeof x === 'number' ? round(x) : x);

/** One object, and a line's end. */
export const formatFound = (found: object): string => `${JSON.stringify(found, rounded)}\n`;

/** Row-major data as nested lists. JSON has no NaN: null. */
function nest(data: ArrayLike<number>, dims: readonly number[], at = 0): string {
  const [count, ...rest] = dims as [number, ...number[]];
  const size = rest.reduce((product, dim) => product * dim, 1);
  const parts = Array.from({ length: count }, (_, i) => {
    const start = at + i * size;
    if (rest.length > 0) return nest(data, rest, start);
    const x = data[start]!;
    return Number.isFinite(x) ? String(round(x)) : 'null';
  });
  return `[${parts.join(',')}]`;
}
