// Activation functions by their names in configs.
import type { Value } from '../graph/graph.ts';
import { add, div, erf, mul, relu, sigmoid } from '../graph/ops/elementwise.ts';

/** x·Φ(x), with the exact normal distribution. Hendrycks and Gimpel 2016. */
export const gelu = (x: Value): Value => mul(mul(x, 0.5), add(erf(div(x, Math.SQRT2)), 1));

/** x·σ(x). */
export const silu = (x: Value): Value => mul(x, sigmoid(x));

export const activations = { relu, gelu, silu };
export type Activation = keyof typeof activations;
