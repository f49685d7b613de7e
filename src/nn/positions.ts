// Where tokens stand: encodings that are added to embeddings, rotations of queries and keys, and the causal mask.
// Places are a value of their own, int64 [T] or [B, T], so that a cached step, a packed context and a whole sequence
// are one thing.
import type { Dim } from '../graph/dim.ts';
import type { Graph, Value } from '../graph/graph.ts';
import { add, cast, greater, mul, sub } from '../graph/ops/elementwise.ts';
import { gather } from '../graph/ops/indexing.ts';
import { concat, range, split, unsqueeze } from '../graph/ops/shape.ts';
import { normal } from './initializers.ts';
import type { Scope } from './scope.ts';

/** Added to the scores of places that must not be seen: e^−1e9 is 0, and no row becomes NaN. */
export const MASKED = -1e9;

/** PE(pos, 2i) = sin(pos/10000^(2i/D)), PE(pos, 2i+1) = cos(the same): [length, D]. Vaswani et al. 2017, 3.5. */
export function sinusoidTable(length: number, dModel: number): Float32Array {
  const table = new Float32Array(length * dModel);
  const wavelengths = Float64Array.from({ length: dModel }, (_, i) => 10000 ** ((i - (i % 2)) / dModel));
  for (let pos = 0; pos < length; pos++) {
    for (let i = 0; i < dModel; i++) {
      const angle = pos / wavelengths[i]!;
      table[pos * dModel + i] = i % 2 === 0 ? Math.sin(angle) : Math.cos(angle);
    }
  }
  return table;
}

/** Sinusoids [.., D] at `places`, all below `maxLength`. */
export function sinusoidalPositions(places: Value, maxLength: number, dModel: number): Value {
  const table = places.graph.constant(sinusoidTable(maxLength, dModel), [maxLength, dModel], 'float32');
  return gather(table, places);
}

/** Rows [.., D] of a trained table [maxLength, D] at `places`. */
export function learnedPositions(scope: Scope, places: Value, maxLength: number, dModel: number): Value {
  const table = scope.parameter('weight', [maxLength, dModel], normal(dModel ** -0.5));
  return gather(table, places);
}

/** cos and sin of the angles to rotate by, each [1, 1, T, K/2] or [B, 1, T, K/2]. */
export interface Rotation {
  cos: Value;
  sin: Value;
}

/** The angles pos · 10000^(−2i/K) at `places`, all below `maxLength`, for heads of K units. Su et al. 2021. */
export function rotaryPositions(places: Value, maxLength: number, headDim: number): Rotation {
  const half = headDim / 2;
  const rates = Float64Array.from({ length: half }, (_, i) => 10000 ** (-i / half));
  const table = (f: (angle: number) => number) => {
    const values = Float32Array.from({ length: maxLength * half }, (_, at) =>
      f(Math.floor(at / half) * rates[at % half]!),
    );
    const rows = gather(places.graph.constant(values, [maxLength, half], 'float32'), places);
    return unsqueeze(rows, places.rank === 1 ? [0, 1] : [1]);
  };
  return { cos: table(Math.cos), sin: table(Math.sin) };
}

/** Queries or keys x [B, H, T, K], unit i turned with unit i + K/2: (a, b) → (a cos − b sin, b cos + a sin). */
export function rotate(x: Value, { cos, sin }: Rotation): Value {
  const half = (x.shape[3] as number) / 2;
  const [a, b] = split(x, [half, half], 3) as [Value, Value];
  return concat([sub(mul(a, cos), mul(b, sin)), add(mul(b, cos), mul(a, sin))], 3);
}

/** Additive mask [T, T]: a query sees keys at its own place and before. */
export function causalMask(graph: Graph, length: Dim): Value {
  const places = range(graph, length);
  return mul(cast(greater(unsqueeze(places, [0]), unsqueeze(places, [1])), 'float32'), MASKED);
}
