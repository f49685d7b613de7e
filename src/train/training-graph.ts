// The graphs that training runs, of any objective: its sums with gradients, and its sums alone.
import { backward } from '../autograd/backward.ts';
import { type ExportedModel, exportModel } from '../graph/export.ts';
import { computeFlops } from '../graph/flops.ts';
import { Graph, type Value } from '../graph/graph.ts';
import { add, mul } from '../graph/ops/elementwise.ts';
import { type Declarations, Scope } from '../nn/scope.ts';
import type { Objective, Search } from '../objectives/objective.ts';

export const gradientName = (parameter: string): string => `grad/${parameter}`;
/** The input that a term of the loss is multiplied by. */
export const scaleName = (term: string): string => `scale/${term}`;

export interface TrainingGraph extends ExportedModel {
  declared: Declarations;
  /** Operations of one run over a batch of these sizes, padding included. */
  flops(sizes: Readonly<Record<string, number>>): number;
}

/**
 * Batch, masks, scales and parameters → every sum of the objective by its name, and one gradient a parameter that is not
 * frozen, of Σ scale · sum over the terms. Gradients of several batches simply add where all have the same scales.
 */
export function buildTrainingGraph(
  objective: Objective,
  isFrozen: (parameter: string) => boolean = () => false,
): TrainingGraph {
  const graph = new Graph();
  const scope = new Scope(graph, { training: true });
  const sums = buildSums(objective, scope);
  const scaled = Object.keys(objective.terms).map((term) =>
    mul(sums[term]!, graph.input(scaleName(term), 'float32', [])),
  );
  const parameters = [...graph.parameters.values()].filter(({ name }) => !isFrozen(name!));
  const gradients = backward(
    scaled.reduce((a, b) => add(a, b)),
    parameters,
  );
  const named = parameters.map((p, i) => [gradientName(p.name!), gradients[i]!] as const);
  const outputs = { ...sums, ...Object.fromEntries(named) };
  return {
    ...exportModel(graph, { outputs }),
    declared: scope.declared,
    flops: (sizes) => computeFlops(Object.values(outputs), sizes),
  };
}

/** Batch and parameters → every sum of the objective; no dropout. */
export function buildEvalGraph(objective: Objective): ExportedModel {
  const graph = new Graph();
  const scope = new Scope(graph, { training: false });
  return exportModel(graph, { outputs: buildSums(objective, scope) });
}

/** Batch and parameters → what is searched in; in training with the dropout of the pass that follows, so masks too. */
export function buildSearchGraph(search: Search, training: boolean): ExportedModel {
  const graph = new Graph();
  const scope = new Scope(graph, { training });
  return exportModel(graph, { outputs: search.scores(scope, declareInputs(search, graph)) });
}

const buildSums = (objective: Objective, scope: Scope): Record<string, Value> =>
  objective.build(scope, declareInputs(objective, scope.graph));

const declareInputs = ({ inputs }: Pick<Objective, 'inputs'>, graph: Graph): Record<string, Value> =>
  Object.fromEntries(
    Object.entries(inputs).map(([name, { dtype, shape }]) => [name, graph.input(name, dtype, shape)]),
  );
