// decode.onnx: a batch of source sentences to hypotheses, encoder and search in one graph.
// Any encoder-decoder with cached steps fits `SequenceToSequence`; nothing here knows how it is made.
import type { SpecialIds } from '../data/batch.ts';
import { type Dim, mulDims, type Shape } from '../graph/dim.ts';
import { type ExportedModel, exportModel } from '../graph/export.ts';
import { Graph, type TensorData, type Value } from '../graph/graph.ts';
import { add, cast, equal, min, not } from '../graph/ops/elementwise.ts';
import { reduceSum } from '../graph/ops/reduce.ts';
import { full } from '../graph/ops/shape.ts';
import type { KeysValues } from '../nn/attention.ts';
import { Scope } from '../nn/scope.ts';
import { beamSearch, PRODUCED, type StateEntry } from './beam-search.ts';
import type { DecodeConfig } from './config.ts';
import type { Constraint } from './constraint.ts';

/** A model that translation can be built from; `mask` [B, 1, 1, S] belongs to the source. */
export interface SequenceToSequence<Encoded extends { mask: Value } = { memory: Value; mask: Value }> {
  readonly config: { readonly maxLength: number };
  encode(scope: Scope, src: Value): Encoded;
  /** Keys and values [B, H, S, dk] of the source, one pair a decoder layer. */
  crossKeysValues(scope: Scope, encoded: Encoded): KeysValues[];
  /** Tokens [B·K] at `position` to hidden rows [B·K, D]; caches [B·K, H, P, dk] grow by one. */
  step(
    scope: Scope,
    tokens: Value,
    position: Value,
    hypotheses: number,
    caches: readonly KeysValues[],
    cross: readonly KeysValues[],
    mask: Value,
  ): { hidden: Value; caches: KeysValues[] };
  /** Logits [N, V] of hidden rows [N, D]. */
  logits(scope: Scope, hidden: Value): Value;
}

export interface TranslationOptions {
  decode: Omit<DecodeConfig, 'batchTokens'>;
  ids: SpecialIds;
  constraint?: Constraint | undefined;
  /** Stored inside the model; without them parameters are inputs. */
  weights?: ReadonlyMap<string, TensorData>;
}

/**
 * `src` int32 [B, S], ended by eos and padded, to `sequences` int32 [B, N, T], `scores` float32 [B, N] and `lengths`
 * int32 [B, N] (see `Hypotheses`). S may be at most the model's maxLength, which limits translations as well.
 */
export function buildTranslationGraph<Encoded extends { mask: Value }>(
  model: SequenceToSequence<Encoded>,
  { decode, ids, constraint, weights }: TranslationOptions,
): ExportedModel {
  const graph = new Graph();
  const scope = new Scope(graph, { training: false });
  const src = graph.input('src', 'int32', ['B', 'S']);
  const encoded = model.encode(scope, src);
  const cross = model.crossKeysValues(scope, encoded);
  const { beamSize, lengthPenalty, nBest, maxExtraLength } = decode;
  const { maxLength } = model.config;
  const sourceLengths = reduceSum(cast(not(equal(src, ids.padId)), 'int64'), [1], false);
  const limits = min(add(sourceLengths, maxExtraLength), maxLength);
  const caches = cross.flatMap((layer, i) => [
    emptyCache(graph, `keys${i}`, layer.keys, beamSize),
    emptyCache(graph, `values${i}`, layer.values, beamSize),
  ]);
  const constrained = constraint?.(graph, src, beamSize);
  const problem = {
    limits,
    maxLimit: maxLength,
    state: [...caches, ...(constrained?.state ?? [])],
    step: (tokens: Value, position: Value, state: Value[]) => {
      const caches = cross.map((_, i) => ({ keys: state[2 * i]!, values: state[2 * i + 1]! }));
      const next = model.step(scope, tokens, position, beamSize, caches, cross, encoded.mask);
      const logits = model.logits(scope, next.hidden);
      const after = next.caches.flatMap(({ keys, values }) => [keys, values]);
      if (constrained === undefined) return { logits, state: after };
      const { bias, state: kept } = constrained.step(tokens, position, state.slice(after.length));
      return { logits: add(logits, bias), state: [...after, ...kept] };
    },
  };
  const hypotheses = beamSearch(graph, problem, { beamSize, lengthPenalty, nBest, ids });
  return exportModel(graph, { outputs: { ...hypotheses }, ...(weights && { weights }) });
}

/** A cache [B·K, H, P, dk] with P = 0, for hypotheses that attend like `source` [B, H, S, dk]. */
function emptyCache(graph: Graph, name: string, source: Value, hypotheses: number): StateEntry {
  const [batch, numHeads, , headDim] = source.shape as [Dim, Dim, Dim, Dim];
  const shape = (length: Dim): Shape => [mulDims(batch, hypotheses), numHeads, length, headDim];
  return { name, initial: full(graph, shape(0), 0, 'float32'), shape: shape(PRODUCED) };
}
