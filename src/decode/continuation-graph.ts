// decode.onnx of a decoder alone: a batch of prompts to what comes after them, in one graph.
import type { SpecialIds } from '../data/pairs.ts';
import { type ExportedModel, exportModel } from '../graph/export.ts';
import { Graph } from '../graph/graph.ts';
import { min, sub } from '../graph/ops/elementwise.ts';
import { dimension } from '../graph/ops/shape.ts';
import { Scope } from '../nn/scope.ts';
import type { TensorData } from '../tensor/tensor.ts';
import { beamSearch } from './beam-search.ts';
import type { DecodeConfig } from './config.ts';
import { type Generator, generationProblem } from './generation.ts';

export interface ContinuationOptions {
  decode: Pick<DecodeConfig, 'beamSize' | 'lengthPenalty' | 'nBest'>;
  /** Whether prompts have more than one token. */
  hasPrefix: boolean;
  ids: SpecialIds;
  /** Stored inside the model; without them parameters are inputs. */
  weights?: ReadonlyMap<string, TensorData>;
}

/**
 * Prompts of one length, as `prefix` int32 [B, L], where they have one, and `last` int32 [B] behind it, and `limits`
 * int64 [B], the most tokens each may get, to `sequences`, `scores` and `lengths` (see `Hypotheses`) without the prompt. The model's
 * maxLength limits prompt and continuation together.
 */
export function buildContinuationGraph(
  model: Generator,
  { decode, hasPrefix, ids, weights }: ContinuationOptions,
): ExportedModel {
  const graph = new Graph();
  const scope = new Scope(graph, { training: false });
  const prefix = hasPrefix ? graph.input('prefix', 'int32', ['B', 'L']) : undefined;
  const last = graph.input('last', 'int32', ['B']);
  const asked = graph.input('limits', 'int64', ['B']);
  const { maxLength } = model.config;
  const limits = min(asked, hasPrefix ? sub(maxLength, dimension(graph, 'L')) : maxLength);
  const { beamSize, lengthPenalty, nBest } = decode;
  const prompt = { prefix, last };
  const problem = generationProblem(scope, model, { memory: undefined, prompt, limits, beamSize });
  const hypotheses = beamSearch(graph, problem, { beamSize, lengthPenalty, nBest, ids });
  return exportModel(graph, { outputs: { ...hypotheses }, ...(weights && { weights }) });
}
