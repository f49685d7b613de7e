// Multi-head scaled dot-product attention. Vaswani et al. 2017, section 3.2.
// Rows are flattened batches: x [B·T, D]. Heads are contiguous slices of D.
import { type Dim, mulDims } from '../graph/dim.ts';
import type { Value } from '../graph/graph.ts';
import { add } from '../graph/ops/elementwise.ts';
import { matMul } from '../graph/ops/matmul.ts';
import { softmax } from '../graph/ops/normalization.ts';
import { reshape, transpose } from '../graph/ops/shape.ts';
import { xavierUniform } from './initializers.ts';
import { linear } from './linear.ts';
import type { Scope } from './scope.ts';

/** Keys and values split into heads, each [B, H, S, dk]. */
export interface KeysValues {
  keys: Value;
  values: Value;
}

export interface Heads {
  numHeads: number;
  batch: Dim;
}

// Queries, keys and values start as one matrix [D, 3D] would: Xavier's bound for it is that for [D, D] over √2.
const projection = xavierUniform(Math.SQRT1_2);

/** Queries [B, H, T, dk] of rows x [B·T, D]. */
export function projectQueries(scope: Scope, x: Value, length: Dim, heads: Heads): Value {
  return splitHeads(linear(scope.at('q'), x, x.shape[1] as number, projection), length, heads);
}

/** Keys and values of rows x [B·S, D]. */
export function projectKeysValues(scope: Scope, x: Value, length: Dim, heads: Heads): KeysValues {
  const dModel = x.shape[1] as number;
  return {
    keys: splitHeads(linear(scope.at('k'), x, dModel, projection), length, heads),
    values: splitHeads(linear(scope.at('v'), x, dModel, projection), length, heads),
  };
}

export interface AttentionOptions {
  /** Added to the scores, [.., T or 1, S]. */
  mask?: Value;
  /** Of the weights, in training. */
  dropout?: number;
}

/** drop(softmax(Q Kᵀ/√dk + mask)) V, heads joined and projected: rows [B·T, D]. */
export function attend(
  scope: Scope,
  queries: Value,
  { keys, values }: KeysValues,
  { mask, dropout = 0 }: AttentionOptions = {},
): Value {
  const [batch, numHeads, length, headDim] = queries.shape as [Dim, number, Dim, number];
  const scores = matMul(queries, keys, { transB: true, alpha: 1 / Math.sqrt(headDim) });
  const weights = softmax(mask === undefined ? scores : add(scores, mask));
  const dropped = scope.at('weights').dropout(weights, dropout);
  const joined = transpose(matMul(dropped, values), [0, 2, 1, 3]);
  const dModel = numHeads * headDim;
  return linear(scope.at('o'), reshape(joined, [mulDims(batch, length), dModel]), dModel);
}

function splitHeads(x: Value, length: Dim, { numHeads, batch }: Heads): Value {
  const headDim = (x.shape[1] as number) / numHeads;
  return transpose(reshape(x, [batch, length, numHeads, headDim]), [0, 2, 1, 3]);
}
