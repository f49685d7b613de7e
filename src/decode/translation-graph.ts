// decode.onnx of an encoder-decoder: a batch of source sentences to hypotheses, encoder and search in one graph.
import type { SpecialIds } from '../data/pairs.ts';
import { type ExportedModel, exportModel } from '../graph/export.ts';
import { Graph, type Value } from '../graph/graph.ts';
import { add, cast, equal, min, not } from '../graph/ops/elementwise.ts';
import { reduceSum } from '../graph/ops/reduce.ts';
import { Scope } from '../nn/scope.ts';
import type { TensorData } from '../tensor/tensor.ts';
import { beamSearch } from './beam-search.ts';
import type { Generator } from './cached-decoder.ts';
import type { DecodeConfig } from './config.ts';
import type { Constraint } from './constraint.ts';
import { meanProblem } from './ensemble.ts';
import { constrained, generationProblem } from './generation.ts';

/** A model that translation can be built from; its memory is of the source [B, S]. */
export interface SequenceToSequence<Memory = unknown> extends Generator<Memory> {
  encode(scope: Scope, src: Value): Memory;
}

export interface TranslationOptions {
  decode: Omit<DecodeConfig, 'batchTokens'>;
  ids: SpecialIds;
  constraint?: Constraint | undefined;
  /** Stored inside the model; without them parameters are inputs. Those of an ensemble's models begin with their numbers: `0.`. */
  weights?: ReadonlyMap<string, TensorData>;
}

/**
 * `src` int32 [B, S], ended by eos and padded, to `sequences` int32 [B, N, T], `scores` float32 [B, N] and `lengths`
 * int32 [B, N] (see `Hypotheses`). S may be at most the model's maxLength, which limits translations as well. Of several
 * models over the same vocabularies it is their ensemble (see meanProblem).
 */
export function buildTranslationGraph<Memory>(
  model: SequenceToSequence<Memory> | readonly SequenceToSequence<Memory>[],
  { decode, ids, constraint, weights }: TranslationOptions,
): ExportedModel {
  const graph = new Graph();
  const scope = new Scope(graph, { training: false });
  const src = graph.input('src', 'int32', ['B', 'S']);
  const models = [model].flat() as SequenceToSequence<Memory>[];
  const { beamSize, lengthPenalty, nBest, maxExtraLength } = decode;
  const sourceLengths = reduceSum(cast(not(equal(src, ids.padId)), 'int64'), [1], false);
  const maxLength = Math.min(...models.map(({ config }) => config.maxLength));
  const limits = min(add(sourceLengths, maxExtraLength), maxLength);
  const members = models.map((member, k) => {
    const own = models.length === 1 ? scope : scope.at(k);
    return generationProblem(own, member, { memory: member.encode(own, src), limits, beamSize });
  });
  const free = meanProblem(members);
  const problem = constraint === undefined ? free : constrained(free, constraint(graph, src, beamSize));
  const hypotheses = beamSearch(graph, problem, { beamSize, lengthPenalty, nBest, ids });
  return exportModel(graph, { outputs: { ...hypotheses }, ...(weights && { weights }) });
}
