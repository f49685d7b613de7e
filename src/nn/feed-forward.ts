// Position-wise feed-forward networks: Vaswani et al. 2017, section 3.3; gated, Shazeer 2020, equation 6.
import type { Value } from '../graph/graph.ts';
import { mul } from '../graph/ops/elementwise.ts';
import { type Activation, activations } from './activations.ts';
import { linear } from './linear.ts';
import type { Scope } from './scope.ts';

export interface FeedForwardOptions {
  dFf: number;
  activation: Activation;
  bias: boolean;
  /** Of the hidden units, in training. */
  dropout: number;
}

/** drop(h) W₂ + b₂ for rows x [N, D], with h = f(x W₁ + b₁), or gated h = f(x W_g + b_g) · (x W₁ + b₁). */
export function feedForward(
  scope: Scope,
  x: Value,
  { dFf, activation, bias, dropout }: FeedForwardOptions,
): Value {
  const { apply, gated } = activations[activation];
  const inner = linear(scope.at('in'), x, dFf, { bias });
  const hidden = gated ? mul(apply(linear(scope.at('gate'), x, dFf, { bias })), inner) : apply(inner);
  return linear(scope.at('out'), scope.at('in').dropout(hidden, dropout), x.shape[1] as number, { bias });
}
