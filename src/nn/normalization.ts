// Normalization of rows.
import type { Value } from '../graph/graph.ts';
import { add, mul, reciprocal, sqrt } from '../graph/ops/elementwise.ts';
import { layerNorm as layerNormalization } from '../graph/ops/normalization.ts';
import { reduceMean } from '../graph/ops/reduce.ts';
import { ones, zeros } from './initializers.ts';
import type { Scope } from './scope.ts';

/** Layer normalization over the last axis of x. Ba et al. 2016. */
export function layerNorm(scope: Scope, x: Value, epsilon = 1e-5): Value {
  const size = [x.shape.at(-1) as number];
  return layerNormalization(
    x,
    scope.parameter('weight', size, ones),
    scope.parameter('bias', size, zeros),
    epsilon,
  );
}

/** x / √(mean(x²) + ε) · weight over the last axis. Zhang and Sennrich 2019. */
export function rmsNorm(scope: Scope, x: Value, epsilon = 1e-6): Value {
  const weight = scope.parameter('weight', [x.shape.at(-1) as number], ones);
  return mul(mul(x, reciprocal(sqrt(add(reduceMean(mul(x, x), [-1]), epsilon)))), weight);
}

/** By their names in configs. */
export const norms = { layer: layerNorm, rms: rmsNorm };
export type NormType = keyof typeof norms;
export const normTypes = Object.keys(norms) as [NormType, ...NormType[]];
