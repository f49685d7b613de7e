// decode.onnx of a decoder alone: a batch of prompts to what comes after them, in one graph.
import type { SpecialIds } from '../data/pairs.ts';
import { type ExportedModel, exportModel } from '../graph/export.ts';
import { Graph } from '../graph/graph.ts';
import { add, min, sub } from '../graph/ops/elementwise.ts';
import { dimension } from '../graph/ops/shape.ts';
import { Scope } from '../nn/scope.ts';
import type { TensorData } from '../tensor/tensor.ts';
import { beamSearch } from './beam-search.ts';
import type { Generator } from './cached-decoder.ts';
import type { DecodeConfig } from './config.ts';
import { generationProblem } from './generation.ts';

export interface ContinuationOptions {
  decode: Pick<DecodeConfig, 'beamSize' | 'lengthPenalty' | 'nBest'>;
  ids: SpecialIds;
  /** Stored inside the model; without them parameters are inputs. */
  weights?: ReadonlyMap<string, TensorData>;
}

/**
 * Prompts as `prefix` int32 [B, L], L ≥ 1, all of each but its last token behind as many places as `padding` int64 [B]
 * says, and `last` int32 [B]; and `limits` int64 [B], the most tokens each may get: to `sequences`, `scores` and `lengths`
 * (see `Hypotheses`) without the prompt. The model's maxLength limits prompt and continuation together.
 */
export function buildContinuationGraph(
  model: Generator,
  { decode, ids, weights }: ContinuationOptions,
): ExportedModel {
  const graph = new Graph();
  const scope = new Scope(graph, { training: false });
  const prefix = graph.input('prefix', 'int32', ['B', 'L']);
  const padding = graph.input('padding', 'int64', ['B']);
  const last = graph.input('last', 'int32', ['B']);
  const asked = graph.input('limits', 'int64', ['B']);
  const limits = min(asked, add(sub(model.config.maxLength, dimension(graph, 'L')), padding));
  const { beamSize, lengthPenalty, nBest } = decode;
  const prompt = { prefix, last, padding };
  const problem = generationProblem(scope, model, { memory: undefined, prompt, limits, beamSize });
  const hypotheses = beamSearch(graph, problem, { beamSize, lengthPenalty, nBest, ids });
  return exportModel(graph, { outputs: { ...hypotheses }, ...(weights && { weights }) });
}
