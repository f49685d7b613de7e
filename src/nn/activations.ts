// Activation functions by their names in configs.
import type { Value } from '../graph/graph.ts';
import { gelu, mul, relu, sigmoid } from '../graph/ops/elementwise.ts';

/** x·σ(x). */
export const silu = (x: Value): Value => mul(x, sigmoid(x));

interface ActivationRow {
  apply: (x: Value) => Value;
  /** Whether it is applied to a gate that multiplies the hidden units, instead of to themselves. */
  gated: boolean;
}

export const activations = {
  relu: { apply: relu, gated: false },
  gelu: { apply: gelu, gated: false },
  silu: { apply: silu, gated: false },
  geglu: { apply: gelu, gated: true },
  swiglu: { apply: silu, gated: true },
} satisfies Record<string, ActivationRow>;

export type Activation = keyof typeof activations;
export const activationNames = Object.keys(activations) as [Activation, ...Activation[]];
