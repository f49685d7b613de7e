// Multi-head scaled dot-product attention (Vaswani et al. 2017, section 3.2), with as many heads of keys and values as
// of queries, fewer (Ainslie et al. 2023) or one (Shazeer 2019). Rows are flattened batches: x [B·T, D].
import { addDims, type Dim, mulDims, type Shape } from '../graph/dim.ts';
import type { Value } from '../graph/graph.ts';
import { add } from '../graph/ops/elementwise.ts';
import { matMul } from '../graph/ops/matmul.ts';
import { softmax } from '../graph/ops/normalization.ts';
import { type Packing, packRows, unpackRows } from '../graph/ops/packing.ts';
import { concat, dimension, reshape, slice, transpose } from '../graph/ops/shape.ts';
import { xavierUniform } from './initializers.ts';
import { linear } from './linear.ts';
import type { Scope } from './scope.ts';

/** H query heads over G heads of keys and values; G divides H. */
export interface Heads {
  numHeads: number;
  numKvHeads: number;
  /** K, units of a head of queries and keys; H·K need not be D. */
  headDim: number;
  /** K′, of a head of values. */
  valueDim: number;
  /** Whether the projections have biases. */
  bias: boolean;
}

/** How rows [B·T, D] lie: B sequences of T places. With `packing` those of padding are left out: [P, D]. */
export interface Layout {
  batch: Dim;
  length: Dim;
  packing?: Packing | undefined;
}

/** Keys [B, G, S, K] and values [B, G, S, K′], split into heads. */
export interface KeysValues {
  keys: Value;
  values: Value;
  /** Those of places before them, apart from them, since joining copies both. */
  before?: { keys: Value; values: Value } | undefined;
}

// Queries, keys and values start as one matrix [D, 3D] would: Xavier's bound for it is that for [D, D] over √2.
const projection = xavierUniform(Math.SQRT1_2);

/** Queries [B, H, T, K] of rows x [B·T, D]. */
export function projectQueries(scope: Scope, x: Value, layout: Layout, heads: Heads): Value {
  const { numHeads, headDim, bias } = heads;
  return project(scope.at('q'), x, layout, { count: numHeads, size: headDim, bias });
}

/** Keys and values of rows x [B·S, D]. */
export function projectKeysValues(scope: Scope, x: Value, layout: Layout, heads: Heads): KeysValues {
  const { numKvHeads: count, headDim, valueDim, bias } = heads;
  return {
    keys: project(scope.at('k'), x, layout, { count, size: headDim, bias }),
    values: project(scope.at('v'), x, layout, { count, size: valueDim, bias }),
  };
}

export interface AttentionOptions {
  /** D, the width of the result. */
  dModel: number;
  /** Whether the output's projection has a bias. */
  bias: boolean;
  /** Added to the scores, [.., T or 1, S]. */
  mask?: Value | undefined;
  /** Of the weights, in training. */
  dropout?: number;
  /** Of the rows that are given back. */
  packing?: Packing | undefined;
}

/**
 * drop(softmax(Q Kᵀ/√K + mask)) V, heads joined and projected: rows [B·T, D]. Query head h reads the keys and values
 * of head ⌊h·G/H⌋. Taps: `queries`, `keys` and `values` as they are multiplied, those that another layer owns too, but
 * not what stands apart before them; `scores`, Q Kᵀ/√K, `masked`, with the mask where there is one, and `weights`,
 * each [B, H, T, S]; `mixed`, the weighted values [B, H, T, K′].
 */
export function attend(
  scope: Scope,
  queries: Value,
  { keys, values, before }: KeysValues,
  { dModel, bias, mask, dropout = 0, packing }: AttentionOptions,
): Value {
  const [batch, numHeads, length, headDim] = queries.shape as [Dim, number, Dim, number];
  const [, numKvHeads, , valueDim] = values.shape as [Dim, number, Dim, number];
  const parts = before === undefined ? [{ keys, values }] : [before, { keys, values }];
  const lengths = parts.map((part) => part.keys.shape[2]!);
  // The heads that share keys and values stand below one another as the rows of one product.
  const shared = (last: Dim): Shape => [batch, numKvHeads, mulDims(numHeads / numKvHeads, length), last];
  const apart = (last: Dim): Shape => [batch, numHeads, length, last];
  scope.tap('queries', queries);
  scope.tap('keys', keys);
  scope.tap('values', values);
  const rows = reshape(queries, shared(headDim));
  const products = parts.map((part) =>
    matMul(rows, part.keys, { transB: true, alpha: 1 / Math.sqrt(headDim) }),
  );
  const scores = scope.tap('scores', reshape(concat(products, 3), apart(addDims(...lengths))));
  const masked = mask === undefined ? scores : scope.tap('masked', add(scores, mask));
  const weights = scope.tap('weights', softmax(masked));
  const dropped = scope.at('weights').dropout(weights, dropout);
  const shares = splitAt(reshape(dropped, shared(addDims(...lengths))), lengths);
  const sums = parts.map((part, i) => matMul(shares[i]!, part.values));
  const sum = sums.reduce((a, b) => add(a, b));
  const mixed = scope.tap('mixed', reshape(sum, apart(valueDim)));
  const joined = reshape(transpose(mixed, [0, 2, 1, 3]), [mulDims(batch, length), numHeads * valueDim]);
  const mixtures = packing === undefined ? joined : packRows(joined, packing);
  return linear(scope.at('o'), mixtures, dModel, { bias });
}

/** x [.., S₁ + S₂] as [.., S₁] and [.., S₂], or whole where there is one length. */
function splitAt(x: Value, lengths: readonly Dim[]): Value[] {
  if (lengths.length === 1) return [x];
  const [first, second] = lengths as [Dim, Dim];
  const at = dimension(x.graph, first);
  return [slice(x, -1, 0, at, first), slice(x, -1, at, undefined, second)];
}

/** Rows [B·T, D] as `count` heads of `size` units: [B, count, T, size]. */
function project(
  scope: Scope,
  x: Value,
  { batch, length, packing }: Layout,
  { count, size, bias }: { count: number; size: number; bias: boolean },
): Value {
  const rows = linear(scope, x, count * size, { initializer: projection, bias });
  const all = packing === undefined ? rows : unpackRows(rows, packing);
  return transpose(reshape(all, [batch, length, count, size]), [0, 2, 1, 3]);
}
