// decode.onnx: a batch of source sentences to hypotheses, encoder and search in one graph.
// Any encoder-decoder with cached steps fits `SequenceToSequence`; nothing here knows how it is made.
import type { SpecialIds } from '../data/batch.ts';
import { type Dim, mulDims, type Shape } from '../graph/dim.ts';
import { type ExportedModel, exportModel } from '../graph/export.ts';
import { Graph, type Value } from '../graph/graph.ts';
import { add, cast, equal, min, not } from '../graph/ops/elementwise.ts';
import { matMul } from '../graph/ops/matmul.ts';
import { reduceSum } from '../graph/ops/reduce.ts';
import { full, unsqueeze } from '../graph/ops/shape.ts';
import { KeyValueCache, type KeyValueStore } from '../nn/key-values.ts';
import { Scope } from '../nn/scope.ts';
import type { TensorData } from '../tensor/tensor.ts';
import { beamSearch, PRODUCED, type StateEntry } from './beam-search.ts';
import type { DecodeConfig } from './config.ts';
import type { Constraint } from './constraint.ts';

/** A model that translation can be built from; its memory is of the source [B, S]. */
export interface SequenceToSequence<Memory = unknown> {
  readonly config: { readonly maxLength: number };
  /** What is kept of the places before: keys and values [R, G, P, K] of each owning layer. */
  readonly cache: {
    readonly owners: readonly number[];
    readonly numKvHeads: number;
    readonly headDim: number;
  };
  encode(scope: Scope, src: Value): Memory;
  /** Tokens [R, T] at `places` to hidden rows [R·T, D]; R is a multiple of B. */
  decode(
    scope: Scope,
    tokens: Value,
    context: { places: Value; keyValues: KeyValueStore; memory: Memory },
  ): Value;
  /** The table [V, D] whose products with hidden rows are logits. */
  outputEmbedding(scope: Scope): Value;
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
export function buildTranslationGraph<Memory>(
  model: SequenceToSequence<Memory>,
  { decode, ids, constraint, weights }: TranslationOptions,
): ExportedModel {
  const graph = new Graph();
  const scope = new Scope(graph, { training: false });
  const src = graph.input('src', 'int32', ['B', 'S']);
  const memory = model.encode(scope, src);
  const { beamSize, lengthPenalty, nBest, maxExtraLength } = decode;
  const { maxLength } = model.config;
  const sourceLengths = reduceSum(cast(not(equal(src, ids.padId)), 'int64'), [1], false);
  const limits = min(add(sourceLengths, maxExtraLength), maxLength);
  const caches = emptyCaches(graph, model.cache, mulDims(src.shape[0]!, beamSize));
  const constrained = constraint?.(graph, src, beamSize);
  const problem = {
    limits,
    maxLimit: maxLength,
    state: [...caches, ...(constrained?.state ?? [])],
    step: (tokens: Value, position: Value, state: Value[]) => {
      const keyValues = new KeyValueCache(
        new Map(model.cache.owners.map((o, i) => [o, { keys: state[2 * i]!, values: state[2 * i + 1]! }])),
      );
      const context = { places: position, keyValues, memory };
      const hidden = model.decode(scope, unsqueeze(tokens, [1]), context);
      const logits = matMul(hidden, model.outputEmbedding(scope), { transB: true });
      const after = [...keyValues.entries().values()].flatMap(({ keys, values }) => [keys, values]);
      if (constrained === undefined) return { logits, state: after };
      const { bias, state: kept } = constrained.step(tokens, position, state.slice(after.length));
      return { logits: add(logits, bias), state: [...after, ...kept] };
    },
  };
  const hypotheses = beamSearch(graph, problem, { beamSize, lengthPenalty, nBest, ids });
  return exportModel(graph, { outputs: { ...hypotheses }, ...(weights && { weights }) });
}

/** Caches of keys and values without places yet, in pairs, for `rows` hypotheses. */
function emptyCaches(
  graph: Graph,
  { owners, numKvHeads, headDim }: SequenceToSequence['cache'],
  rows: Dim,
): StateEntry[] {
  const shape = (length: Dim): Shape => [rows, numKvHeads, length, headDim];
  return owners
    .flatMap((owner) => [`keys${owner}`, `values${owner}`])
    .map((name) => ({ name, initial: full(graph, shape(0), 0, 'float32'), shape: shape(PRODUCED) }));
}
