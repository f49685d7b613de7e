// The graphs that training runs: loss and gradients, and loss alone.
import { backward } from '../autograd/backward.ts';
import { type ExportedModel, exportModel } from '../graph/export.ts';
import { computeFlops } from '../graph/flops.ts';
import { Graph } from '../graph/graph.ts';
import { div } from '../graph/ops/elementwise.ts';
import type { Model } from '../models/model.ts';
import type { Declarations } from '../nn/scope.ts';
import { Scope } from '../nn/scope.ts';

export const gradientName = (parameter: string): string => `grad/${parameter}`;

export interface TrainingGraph extends ExportedModel {
  declared: Declarations;
  /** Operations of one run over B sentences of S and T tokens, padding included. */
  flops(sizes: { B: number; S: number; T: number }): number;
}

/** Batch, masks and parameters → `loss` (mean, smoothed), `nll` (sum), `tokens` and one gradient a parameter. */
export function buildTrainingGraph(model: Model, labelSmoothing: number): TrainingGraph {
  const graph = new Graph();
  const scope = new Scope(graph, { training: true });
  const { smoothed, nll, tokens } = model.loss(scope, model.inputs(graph), labelSmoothing);
  const loss = div(smoothed, tokens);
  const parameters = [...graph.parameters.values()];
  const gradients = backward(loss, parameters);
  const named = parameters.map((p, i) => [gradientName(p.name!), gradients[i]!] as const);
  const outputs = { loss, nll, tokens, ...Object.fromEntries(named) };
  return {
    ...exportModel(graph, { outputs }),
    declared: scope.declared,
    flops: (sizes) => computeFlops(Object.values(outputs), sizes),
  };
}

/** Batch and parameters → `smoothed`, `nll` and `tokens`, all sums; no dropout. */
export function buildEvalGraph(model: Model, labelSmoothing: number): ExportedModel {
  const graph = new Graph();
  const scope = new Scope(graph, { training: false });
  const { smoothed, nll, tokens } = model.loss(scope, model.inputs(graph), labelSmoothing);
  return exportModel(graph, { outputs: { smoothed, nll, tokens } });
}
