// How many values a decoder has, counted on what it declares: none of them is made.
import { Graph } from '../graph/graph.ts';
import { Scope } from '../nn/scope.ts';
import type { Decoder, Encoder } from './model.ts';
import { causalContext } from './stack.ts';

/** The values in the parameters of a decoder, and of the encoder that it has with it. */
export function countParameters(model: Decoder & Partial<Encoder>): number {
  const graph = new Graph();
  const scope = new Scope(graph, { training: false });
  const memory = model.encode?.(scope, graph.input('src', 'int32', ['B', 'S']));
  model.decode(scope, graph.input('ids', 'int32', ['B', 'T']), { ...causalContext(graph, 'T'), memory });
  model.outputEmbedding(scope);
  const specs = [...scope.declared.parameters.values()];
  return specs.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
}
