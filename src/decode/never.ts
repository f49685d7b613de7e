// Scores of what must not be.
import type { SpecialIds } from '../data/pairs.ts';
import type { Graph, Value } from '../graph/graph.ts';

/** The score of what does not exist or must not be. */
export const NEVER = Number.NEGATIVE_INFINITY;

/** Added to scores over the vocabulary, [V]: NEVER for padding and bos, which are never produced. */
export function neverProduced(graph: Graph, vocabSize: number, { padId, bosId }: SpecialIds): Value {
  const bias = new Float32Array(vocabSize);
  bias[padId] = NEVER;
  bias[bosId] = NEVER;
  return graph.constant(bias, [vocabSize], 'float32');
}
