// Position encodings and the masks that depend on positions.
import type { Dim } from '../graph/dim.ts';
import type { Graph, Value } from '../graph/graph.ts';
import { cast, greater, mul } from '../graph/ops/elementwise.ts';
import { gather } from '../graph/ops/indexing.ts';
import { range, unsqueeze } from '../graph/ops/shape.ts';
import { normal } from './initializers.ts';
import type { Scope } from './scope.ts';

/** Added to the scores of places that must not be seen: e^−1e9 is 0, and no row becomes NaN. */
export const MASKED = -1e9;

/** PE(pos, 2i) = sin(pos/10000^(2i/D)), PE(pos, 2i+1) = cos(the same): [length, D]. Vaswani et al. 2017, 3.5. */
export function sinusoidTable(length: number, dModel: number): Float32Array {
  const table = new Float32Array(length * dModel);
  for (let pos = 0; pos < length; pos++) {
    for (let i = 0; i < dModel; i++) {
      const angle = pos / 10000 ** ((i - (i % 2)) / dModel);
      table[pos * dModel + i] = i % 2 === 0 ? Math.sin(angle) : Math.cos(angle);
    }
  }
  return table;
}

/** Rows [0, length) of the sinusoids for sequences of at most `maxLength`. */
export function sinusoidalPositions(graph: Graph, length: Dim, maxLength: number, dModel: number): Value {
  const table = graph.constant(sinusoidTable(maxLength, dModel), [maxLength, dModel], 'float32');
  return gather(table, range(graph, length));
}

/** Rows [0, length) of a trained table [maxLength, D]. */
export function learnedPositions(scope: Scope, length: Dim, maxLength: number, dModel: number): Value {
  const table = scope.parameter('weight', [maxLength, dModel], normal(dModel ** -0.5));
  return gather(table, range(scope.graph, length));
}

/** Additive mask [T, T]: a query sees keys at its own place and before. */
export function causalMask(graph: Graph, length: Dim): Value {
  const places = range(graph, length);
  return mul(cast(greater(unsqueeze(places, [0]), unsqueeze(places, [1])), 'float32'), MASKED);
}
