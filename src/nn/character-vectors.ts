// Vectors of words from their characters: a convolution over a window of them, and of each filter the greatest value
// (Kim et al. 2016, section 2.2; Ma and Hovy 2016, section 2.1), so that beginnings, endings and shapes of words that no
// vocabulary has are known.
import { type Dim, mulDims } from '../graph/dim.ts';
import type { Value } from '../graph/graph.ts';
import { cast, greater, mul, relu } from '../graph/ops/elementwise.ts';
import { gather } from '../graph/ops/indexing.ts';
import { reduceMax } from '../graph/ops/reduce.ts';
import { concat, pad, reshape, slice, unsqueeze } from '../graph/ops/shape.ts';
import { normal } from './initializers.ts';
import { linear } from './linear.ts';
import type { Scope } from './scope.ts';

export interface CharacterOptions {
  /** Ids of characters; 0 is padding. */
  count: number;
  /** E, units of a character. */
  size: number;
  /** F, filters. */
  filters: number;
  /** Characters that a filter sees at a time. */
  width: number;
  /** Of what the filters tell of a word. */
  dropout: number;
  /** D, units of a word. */
  dModel: number;
}

/** drop(max over t of relu(K [e(t − w/2); …; e(t + w/2)] + b)) W + c for words [U, C] of characters: [U, D]. */
export function characterVectors(
  scope: Scope,
  ids: Value,
  { count, size, filters, width, dropout, dModel }: CharacterOptions,
): Value {
  const [words, length] = ids.shape as [Dim, Dim];
  const table = scope.at('embed').parameter('weight', [count, size], normal(1));
  // Beyond a word's end there is nothing, however long the row is.
  const isThere = unsqueeze(cast(greater(ids, 0), 'float32'), [2]);
  const before = Math.floor((width - 1) / 2);
  const after = width - 1 - before;
  const row = pad(mul(gather(table, ids), isThere), [0, before, 0], [0, after, 0]);
  const shifted = Array.from({ length: width }, (_, k) =>
    slice(row, 1, k, k === width - 1 ? undefined : k + 1 - width, length),
  );
  const windows = reshape(concat(shifted, 2), [mulDims(words, length), width * size]);
  const found = relu(linear(scope.at('filters'), windows, filters));
  const most = reduceMax(mul(reshape(found, [words, length, filters]), isThere), [1], false);
  return linear(scope.at('output'), scope.at('filters').dropout(most, dropout), dModel);
}
